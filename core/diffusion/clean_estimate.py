"""What the latents will be once all noise is gone, guessed from one prediction.

Noisy latents show noise until the last steps. x = sqrt(a) x0 + sqrt(1 - a) eps solved for x0 (Ho
et al. 2020, arXiv 2006.11239, eq. 15; v-prediction: Salimans and Ho 2022, arXiv 2202.00512,
appendix D) shows the sound as the denoiser means it already at the first step.
"""

from typing import Any

import torch
from torch import Tensor


def clean_estimate(scheduler: Any, x: Tensor, prediction: Tensor, t: Tensor) -> Tensor:
    """x0 for the input x of the denoiser, its prediction, and the timestep; all (B, C, T, F).

    `x` is as `scheduler.scale_model_input` gives it, so that its variance is that of training,
    whatever the scheduler's own arithmetic. A scheduler that keeps no noise levels gets x back.
    """
    levels = getattr(scheduler, "alphas_cumprod", None)
    if levels is None:
        return x
    a: Tensor = levels[int(torch.as_tensor(t).round().clamp(0, len(levels) - 1))].to(x)
    match scheduler.config.get("prediction_type", "epsilon"):
        case "epsilon":
            return (x - (1 - a).sqrt() * prediction) / a.sqrt().clamp_min(1e-3)
        case "v_prediction":
            return a.sqrt() * x - (1 - a).sqrt() * prediction
        case "sample":
            return prediction
    return x
