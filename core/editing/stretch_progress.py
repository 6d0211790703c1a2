"""Translates the events of a run over a stretch into the frames of the clip."""

from dataclasses import dataclass, replace

from core.api.arrays import FloatArray
from core.api.events import DenoisingStep, Event, TileDecoded, TilePlanned
from core.api.progress import InnerProgress, Progress
from core.api.region import Region, Span
from core.editing.clip_sound import rotated_parts


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of a canvas's stretch in the resulting clip, in mel frames.

    Attributes:
        num_frames: Length of the canvas.
        stretch: The span of the canvas that is edited.
        rotation: Frames that the canvas is rotated by: its first frame is the clip's at
            `-rotation`.
    """

    num_frames: int
    stretch: Span
    rotation: int = 0

    @property
    def frames(self) -> Span | None:
        """The stretch in the clip; None where it wraps around the clip's end."""
        parts = self.parts(self.stretch)
        return parts[0] if len(parts) == 1 else None

    def parts(self, span: Span) -> list[Span]:
        """A span of the canvas in the clip: one part, or two where it wraps around the end."""
        return rotated_parts(span, self.num_frames, self.rotation)

    def longest_part(self, region: Region) -> Region:
        """A region relative to the stretch, in the clip; where it wraps, its longer part."""
        parts = self.parts(region.time.shift(self.stretch.start))
        return Region(max(parts, key=lambda part: part.length), region.bins)

    def emit_decoded(self, region: Region, mel: FloatArray, progress: Progress) -> None:
        """Emit a finished region of the canvas, mel (frames, bins), as one or two tiles."""
        start = 0
        for part in self.parts(region.time):
            piece = mel[start : start + part.length].copy()
            progress.emit(TileDecoded(0, Region(part, region.bins), piece))
            start += part.length


class StretchProgress(InnerProgress):
    """Passes events on to `parent`, in the frames of the clip.

    Decoded tiles are dropped: they are not final before they are faded in.

    Args:
        parent: Receives the events, and may cancel.
        placement: The placement of the stretch.
    """

    def __init__(self, parent: Progress, placement: Placement) -> None:
        super().__init__(parent, self._on_event)
        self._placement = placement

    def _on_event(self, event: Event) -> None:
        match event:
            case TilePlanned():
                event = replace(
                    event, tiles=self._in_clip(event.tiles), padded=self._in_clip(event.padded)
                )
            case DenoisingStep():
                event = replace(event, frames=self._placement.frames)
            case TileDecoded():
                return
        self._parent.emit(event)

    def _in_clip(self, regions: tuple[Region, ...]) -> tuple[Region, ...]:
        return tuple(map(self._placement.longest_part, regions))
