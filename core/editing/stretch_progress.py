"""A run over a stretch of a clip, told in the clip's own frames."""

from dataclasses import dataclass, replace

from core.api.arrays import FloatArray
from core.api.events import DenoisingStep, Event, TileDecoded, TilePlanned
from core.api.progress import InnerProgress, Progress
from core.api.region import Region, Span


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a stretch of a canvas lies in the clip that comes of it, in mel frames.

    Attributes:
        num_frames: Length of the canvas.
        stretch: Which part of it is worked on.
        turned: Frames that the canvas is turned by: its first frame is the clip's at `-turned`.
    """

    num_frames: int
    stretch: Span
    turned: int = 0

    @property
    def frames(self) -> Span | None:
        """The stretch in the clip; None where it goes over the end into the beginning."""
        parts = self.parts(self.stretch)
        return parts[0] if len(parts) == 1 else None

    def parts(self, span: Span) -> list[Span]:
        """A span of the canvas in the clip: one piece, or two where it goes over the end.

        Law: the pieces are as long as the span together, and in its order.
        """
        start = (span.start - self.turned) % max(self.num_frames, 1)
        stop = start + span.length
        if stop <= self.num_frames:
            return [Span(start, stop)]
        return [Span(start, self.num_frames), Span(0, stop - self.num_frames)]

    def longest_part(self, region: Region) -> Region:
        """A region of the stretch, from its first frame on, in the clip: its larger piece."""
        parts = self.parts(region.time.shift(self.stretch.start))
        return Region(max(parts, key=lambda part: part.length), region.bins)

    def tell_laid(self, region: Region, mel: FloatArray, progress: Progress) -> None:
        """Tell of a finished region of the canvas, mel (frames, bins), piece by piece."""
        done = 0
        for part in self.parts(region.time):
            piece = mel[done : done + part.length].copy()
            progress.emit(TileDecoded(0, Region(part, region.bins), piece))
            done += part.length


class StretchProgress(InnerProgress):
    """Passes events on to `parent`, in the frames of the clip.

    Decoded tiles are held back: what they show is not final before it is faded in.

    Args:
        parent: Whom to tell, and who may cancel.
        placement: Where the stretch lies.
    """

    def __init__(self, parent: Progress, placement: Placement) -> None:
        super().__init__(parent, self._tell)
        self._placement = placement

    def _tell(self, event: Event) -> None:
        match event:
            case TilePlanned():
                event = replace(
                    event, tiles=self._moved(event.tiles), padded=self._moved(event.padded)
                )
            case DenoisingStep():
                event = replace(event, frames=self._placement.frames)
            case TileDecoded():
                return
        self._parent.emit(event)

    def _moved(self, regions: tuple[Region, ...]) -> tuple[Region, ...]:
        return tuple(map(self._placement.longest_part, regions))
