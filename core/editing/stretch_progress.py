"""A run over a stretch of a clip, told in the clip's own frames."""

from dataclasses import replace

from core.events import Event, TileDecoded, TilePlanned
from core.progress import Progress
from core.region import Region


class StretchProgress(Progress):
    """Passes events on to `parent` with their tiles moved to where the stretch lies.

    Decoded tiles are held back: what they show is not final before it is faded in.

    Args:
        parent: Whom to tell, and who may cancel.
        first_frame: The first mel frame of the stretch.
    """

    def __init__(self, parent: Progress, first_frame: int) -> None:
        super().__init__(self._tell)
        self._parent = parent
        self._first_frame = first_frame

    @property
    def cancelled(self) -> bool:
        """Whether the parent was cancelled."""
        return self._parent.cancelled

    def cancel(self) -> None:
        """Cancel the parent."""
        self._parent.cancel()

    def check_cancelled(self) -> None:
        """Leave the run if the parent's owner wants so."""
        self._parent.check_cancelled()

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
