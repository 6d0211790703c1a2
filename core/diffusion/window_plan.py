"""Where the windows of a long clip lie. Pure geometry."""

from dataclasses import dataclass

from core.region import Span


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """Windows of one length that cover a clip.

    Attributes:
        num_frames: Length of the clip in latent frames, at least 1.
        window_frames: Length of a window in latent frames, at least 1.
        overlap_frames: What neighbours share at least, 0 <= overlap_frames < window_frames.
    """

    num_frames: int
    window_frames: int
    overlap_frames: int

    def __post_init__(self) -> None:
        if self.num_frames < 1 or not 0 <= self.overlap_frames < self.window_frames:
            raise ValueError(f"windows have to be longer than their overlap: {self}")

    @property
    def windows(self) -> tuple[Span, ...]:
        """The windows in time order, evenly spread; one that holds the clip, if it is short.

        Laws: they cover every frame, all have the same length, and the first starts and the last
        ends with the clip.
        """
        slack = self.num_frames - self.window_frames
        if slack <= 0:
            return (Span(0, self.num_frames),)
        count = 1 + -(-slack // (self.window_frames - self.overlap_frames))  # rounded up
        starts = [round(index * slack / (count - 1)) for index in range(count)]
        return tuple(Span(start, start + self.window_frames) for start in starts)
