"""A queue of mel frames that wait to be vocoded, addressed by their absolute index."""

import torch
from torch import Tensor

from core.api.region import Span


class FrameQueue:
    """The last frames of a growing clip: appended at the end, read by index, dropped in front.

    Only frames that are not dropped take memory, however long the clip is.
    """

    def __init__(self) -> None:
        self._frames: Tensor | None = None
        self._start = 0

    @property
    def stop(self) -> int:
        """Number of frames appended so far."""
        return self._start + (0 if self._frames is None else len(self._frames))

    def append(self, mel: Tensor) -> None:
        """Add frames (T, F) at the end."""
        mel = mel.detach()
        self._frames = mel.clone() if self._frames is None else torch.cat([self._frames, mel])

    def take(self, span: Span) -> Tensor:
        """The frames (span.length, F) of a span.

        Raises:
            IndexError: Some are not appended yet, or were dropped.
        """
        if self._frames is None or span.start < self._start or span.stop > self.stop:
            raise IndexError(f"frames {span.start} to {span.stop} are not in the queue")
        return self._frames[span.shift(-self._start).slice]

    def drop_before(self, frame: int) -> None:
        """Drop all frames before `frame`."""
        if self._frames is not None and frame > self._start:
            frame = min(frame, self.stop)
            self._frames = self._frames[frame - self._start :].clone()
            self._start = frame
