"""Latents longer than the model's own clips, denoised in overlapping windows along time.

Implements MultiDiffusion (Bar-Tal et al. 2023, arXiv 2302.08113, eq. 5) along one axis: at every
step each window is predicted on its own, and where windows overlap their predictions are blended.
The denoiser never sees more than a few windows at once, so its memory does not grow with length.
"""

import torch
from torch import Tensor

from core.config import Blend
from core.diffusion.blending import window_weights
from core.diffusion.prompt_track import Predict, PredictWindows
from core.diffusion.window_plan import WindowPlan
from core.models.interface import TextToAudioModel
from core.region import Span


def plan_windows(model: TextToAudioModel, num_latent_frames: int) -> WindowPlan:
    """Windows as long as the clips the model was trained on, a quarter of each shared."""
    window_frames = max(1, model.card.window_frames // model.time_scale)
    return WindowPlan(num_latent_frames, window_frames, window_frames // 4)


def windowed(
    predict: PredictWindows,
    plan: WindowPlan,
    blend: Blend = Blend.AVERAGE,
    windows_at_once: int = 1,
) -> Predict:
    """A prediction for the whole clip made of predictions for its windows.

    A clip of one window or less is predicted whole, so it stays bit-identical.

    Args:
        predict: Predicts windows.
        plan: Where they lie.
        blend: Whose prediction counts where they overlap.
        windows_at_once: How many go through the denoiser in one call.
    """
    windows = plan.windows
    if len(windows) == 1:
        return lambda latents, timestep: predict(latents, timestep, windows)
    weights = window_weights(plan, blend)
    firsts = range(0, len(windows), windows_at_once)
    batches = [slice(first, first + windows_at_once) for first in firsts]

    def predict_windows(latents: Tensor, timestep: Tensor) -> Tensor:
        total = torch.zeros_like(latents)
        for batch in batches:
            spans = windows[batch]
            parts = predict(_cut(latents, spans), timestep, spans).chunk(len(spans))
            for window, weight, part in zip(spans, weights[batch], parts, strict=True):
                total[:, :, window.slice] += part * weight.to(part)
        return total

    return predict_windows


def _cut(latents: Tensor, windows: tuple[Span, ...]) -> Tensor:
    """Windows of latents (B, C, T, F), one after another: (W B, C, window_frames, F)."""
    return torch.cat([latents[:, :, window.slice] for window in windows])
