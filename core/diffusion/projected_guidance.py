"""Adaptive projected guidance: only what turns a prediction is added to it, with momentum.

Implements Sadat et al. 2024, *Eliminating Oversaturation and Artifacts of High Guidance Scales in
Diffusion Models*, arXiv 2410.02416, algorithm 1, with norms along time for each channel.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from core.api.region import Span

_TINY = 1e-12
_TIME = 2  # the axis of (B, C, T, F)


def projected(prompt: Tensor, difference: Tensor, w: float, threshold: float) -> Tensor:
    """A prediction under the prompt, led on by what is orthogonal to it.

    Args:
        prompt: Predictions under the prompt (B, C, T, F).
        difference: To those under the negative prompt, or sums of these.
        w: The guidance scale; 1 is none.
        threshold: A longer difference is shortened to this norm.
    """
    shortened = difference * (threshold / _norm(difference)).clamp(max=1)
    direction = prompt / _norm(prompt)
    parallel = (shortened * direction).sum(dim=_TIME, keepdim=True) * direction
    return prompt + (w - 1) * (shortened - parallel)


def _norm(x: Tensor) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(x, dim=_TIME, keepdim=True)
    return norm.clamp(min=_TINY)


class GuidanceMemory:
    """The sums of differences of one prompt, by window, between the steps of a run.

    They are kept in the sampler, whose state a checkpoint holds, so that a resumed run goes on with
    them; those that other ranks kept begin again.

    Args:
        sampler: A diffusers scheduler of the run.
        prompt_number: Which of several prompts along time.
    """

    def __init__(self, sampler: Any, prompt_number: int = 0) -> None:
        self._sampler, self._number = sampler, prompt_number
        if not hasattr(sampler, "guidance_sums"):
            sampler.guidance_sums = []  # of [number of the prompt, start of the window, (C, T, F)]

    def summed(self, differences: Tensor, windows: Sequence[Span], momentum: float) -> Tensor:
        """Add a step's differences (B, C, T, F), one for each window; returns the sums.

        Args:
            differences: Those of this step.
            windows: Their places.
            momentum: Share of the sum so far that is kept.
        """
        return torch.stack(
            [
                self._add(one, window, momentum)
                for one, window in zip(differences, windows, strict=True)
            ]
        )

    def _add(self, difference: Tensor, window: Span, momentum: float) -> Tensor:
        kept: list[list[Any]] = self._sampler.guidance_sums
        for entry in kept:
            number, start, total = entry
            if (number, start) == (self._number, window.start):
                entry[2] = difference + momentum * total.to(difference)
                added: Tensor = entry[2]
                return added
        kept.append([self._number, window.start, difference])
        return difference
