"""A scheduler for clips of any length: its arithmetic goes stretch by stretch.

A step makes several copies of all it is given. Schedulers treat every value by itself, so each
stretch of a long clip can have a scheduler of its own, and the copies are those of one stretch.
"""

from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

from core.host_memory import give_back
from core.region import Span

STRETCH_FRAMES = 1024


class Sampler:
    """One scheduler for a short clip, one for each stretch of a long one; all in the same state.

    Args:
        scheduler: A diffusers scheduler, its timesteps laid out.
        num_frames: Length of the clip in latent frames.
        stretch_frames: How much of it is stepped at a time.

    Attributes:
        spans: The stretches.
        schedulers: What each of them is stepped by.
    """

    def __init__(
        self, scheduler: Any, num_frames: int, stretch_frames: int = STRETCH_FRAMES
    ) -> None:
        starts = range(0, num_frames, stretch_frames)
        self.spans = [Span(start, min(start + stretch_frames, num_frames)) for start in starts]
        self.schedulers = [scheduler, *(deepcopy(scheduler) for _ in self.spans[1:])]

    @property
    def order(self) -> int:
        """Predictions in a step."""
        return int(self.schedulers[0].order)

    @property
    def timesteps(self) -> Tensor:
        """Where predictions are wanted, from the noisiest on."""
        timesteps: Tensor = self.schedulers[0].timesteps
        return timesteps

    def scaled(self, x: Tensor, t: Tensor) -> Tensor:
        """X (B, C, T, F) as the denoiser wants to see it."""
        if len(self.spans) == 1:
            return self._scaled(0, x, t)
        parts = [x[:, :, span.slice] for span in self.spans]
        pieces = [self._scaled(i, part, t) for i, part in enumerate(parts)]
        if all(piece is part for piece, part in zip(pieces, parts, strict=True)):
            return x  # most schedulers change nothing, and a copy would be large
        return torch.cat(pieces, dim=2)

    def step(self, eps: Tensor, t: Tensor, x: Tensor) -> Tensor:
        """X one prediction further; the x of a long clip is written over."""
        if len(self.spans) == 1:
            return self._stepped(0, eps, t, x)
        for i, span in enumerate(self.spans):
            part = x[:, :, span.slice].clone()  # a scheduler may keep it
            x[:, :, span.slice] = self._stepped(i, eps[:, :, span.slice], t, part)
        give_back()  # the stretches' pieces lie between others; step by step they would add up
        return x

    def _scaled(self, index: int, x: Tensor, t: Tensor) -> Tensor:
        scaled: Tensor = self.schedulers[index].scale_model_input(x, t)
        return scaled

    def _stepped(self, index: int, eps: Tensor, t: Tensor, x: Tensor) -> Tensor:
        stepped: Tensor = self.schedulers[index].step(eps, t, x, return_dict=False)[0]
        return stepped
