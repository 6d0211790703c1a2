"""Latents longer than the model's own clips, denoised in overlapping windows along time.

Implements MultiDiffusion (Bar-Tal et al. 2023, arXiv 2302.08113, eq. 5) along one axis: at every
step each window is predicted on its own, and where windows overlap their predictions are averaged
with smooth weights. The denoiser never sees more than one window, so its memory is that of one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.region import Span

Predict = Callable[[Tensor, Tensor], Tensor]
"""(latents (B, C, T, F), timestep) -> prediction (B, C, T, F)."""


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


def windowed(predict: Predict, plan: WindowPlan) -> Predict:
    """A prediction for the whole clip made of predictions for its windows.

    A clip of one window or less gets `predict` itself, so it stays bit-identical.
    """
    windows = plan.windows
    if len(windows) == 1:
        return predict

    def predict_windows(latents: Tensor, timestep: Tensor) -> Tensor:
        weights = _bell(plan.window_frames).to(latents)
        total, weight = torch.zeros_like(latents), latents.new_zeros(plan.num_frames, 1)
        for window in windows:
            part = predict(latents[:, :, window.slice], timestep)
            total[:, :, window.slice] += part * weights
            weight[window.slice] += weights
        return total / weight

    return predict_windows


def _bell(num_frames: int) -> Tensor:
    """Weights (num_frames, 1) of a Hann window sampled between its zeros: none of them is 0."""
    phase = (torch.arange(num_frames, dtype=torch.float64) + 0.5) / num_frames
    return torch.sin(torch.pi * phase).square().unsqueeze(1).float()
