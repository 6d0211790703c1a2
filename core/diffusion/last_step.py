"""A long clip whose last step is made as far as somebody reads its latents."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Span
from core.diffusion.latent_clip import LatentClip


class ClipInLastStep:
    """A clip that is finished from its beginning up to the end of what is read.

    The windows of a step are predicted one after the other, and no later one reads what was stepped
    before. So the beginning of a clip is final long before the step is done, and can be decoded and
    heard meanwhile. Only the order of the work changes: the latents are those of any other step,
    bit for bit.

    Args:
        clip: The latents before the step.
        steps: Each makes a part of the step, in the order of time, and returns how many frames of
            the clip are final then; the last one returns all. What it raises, reading raises.

    Attributes:
        when_finished: Called once all of the clip is final.
    """

    def __init__(self, clip: LatentClip, steps: Iterator[int]) -> None:
        self.when_finished: Callable[[], None] = lambda: None
        self._clip, self._steps, self._num_final = clip, steps, 0

    @property
    def shape(self) -> tuple[int, ...]:
        """(1, C, T, F)."""
        return self._clip.shape

    @property
    def device(self) -> torch.device:
        """Where stretches are read to."""
        return self._clip.device

    def read(self, span: Span) -> Tensor:
        """Final latents (1, C, span.length, F), which later writes do not change."""
        self._finish_to(span.stop)
        return self._clip.read(span)

    def write(self, span: Span, latents: Tensor) -> None:
        """Finish the clip, then write latents (1, C, span.length, F)."""
        self._finish_to(self.shape[2])
        self._clip.write(span, latents)

    def mapped(self) -> FloatArray:
        """The finished clip (C, T, F) on the disk, read when it is accessed."""
        self._finish_to(self.shape[2])
        return self._clip.mapped()

    def _finish_to(self, stop: int) -> None:
        while self._num_final < stop:
            self._num_final = next(self._steps)
            if self._num_final == self.shape[2]:
                self.when_finished()
