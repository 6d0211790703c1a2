"""A run over a stretch of a clip, told in the clip's own frames."""

from dataclasses import replace

from core.events import Event, TileDecoded, TilePlanned
from core.progress import InnerProgress, Progress
from core.region import Region


class StretchProgress(InnerProgress):
    """Passes events on to `parent` with their tiles moved to where the stretch lies.

    Decoded tiles are held back: what they show is not final before it is faded in.

    Args:
        parent: Whom to tell, and who may cancel.
        first_frame: The first mel frame of the stretch.
    """

    def __init__(self, parent: Progress, first_frame: int) -> None:
        super().__init__(parent, self._tell)
        self._first_frame = first_frame

    def _tell(self, event: Event) -> None:
        match event:
            case TilePlanned():
                event = replace(
                    event, tiles=self._moved(event.tiles), padded=self._moved(event.padded)
                )
            case TileDecoded():
                return
        self._parent.emit(event)

    def _moved(self, regions: tuple[Region, ...]) -> tuple[Region, ...]:
        return tuple(
            Region(region.time.shift(self._first_frame), region.bins) for region in regions
        )
