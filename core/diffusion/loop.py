"""The denoising loop: from noise to latents, step by step along a scheduler's timesteps."""

from typing import Any

import torch
from torch import Tensor

from core.diffusion.guidance import guided
from core.diffusion.windows import Predict, WindowPlan, windowed
from core.errors import InvalidRequestError, NonFiniteError
from core.events import DenoisingStep
from core.models.interface import Conditioning, TextToAudioModel
from core.progress import Progress


def denoise(
    model: TextToAudioModel,
    conditioning: Conditioning,
    noise: Tensor,
    *,
    scheduler: Any,
    num_inference_steps: int,
    guidance_scale: float,
    progress: Progress,
) -> Tensor:
    """Take the noise out of `noise` under the prompt; long clips in windows along time.

    Args:
        model: The denoiser.
        conditioning: Prompt and negative prompt.
        noise: Standard normal noise (1, C, T, F), float32.
        scheduler: A fresh diffusers scheduler.
        num_inference_steps: Steps; a scheduler of order 2 predicts twice in each.
        guidance_scale: Strength of classifier-free guidance; 1 and below is none.
        progress: Hears of every step, and may cancel before any prediction.

    Returns:
        Latents (1, C, T, F), float32, on the model's device. The arithmetic between the
        predictions is float32 whatever the model's precision.

    Raises:
        InvalidRequestError: The scheduler has fewer steps than were asked for.
        NonFiniteError: The denoiser gave NaN or infinity.
        Cancelled: The owner of `progress` wished so.
    """

    def predict_or_leave(x: Tensor, t: Tensor) -> Tensor:
        progress.check_cancelled()
        return guided_prediction(x, t)

    guided_prediction = guided(model, conditioning, guidance_scale)
    predict = windowed(predict_or_leave, plan_windows(model, noise.shape[2]))
    _set_timesteps(scheduler, num_inference_steps, model.device)
    x = noise.to(model.device, torch.float32) * scheduler.init_noise_sigma
    x = sample(predict, x, scheduler, num_inference_steps, progress)
    if not torch.isfinite(x).all():
        raise NonFiniteError("denoiser")
    return x


def sample(
    predict: Predict, x: Tensor, scheduler: Any, num_inference_steps: int, progress: Progress
) -> Tensor:
    """Walk x (B, C, T, F) along the scheduler's timesteps, from the noisiest to the clean end."""
    for i, t in enumerate(scheduler.timesteps):
        eps = predict(scheduler.scale_model_input(x, t), t)
        x = scheduler.step(eps, t, x, return_dict=False)[0]
        is_last = i + 1 == len(scheduler.timesteps)
        if is_last or (i + 1) % scheduler.order == 0:
            step = num_inference_steps if is_last else (i + 1) // scheduler.order
            latents = x[0].detach().float().cpu().numpy().copy()
            progress.emit(DenoisingStep(step, num_inference_steps, latents))
    return x


def plan_windows(model: TextToAudioModel, num_latent_frames: int) -> WindowPlan:
    """Windows as long as the clips the model was trained on, a quarter of each shared."""
    window_frames = max(1, model.card.window_frames // model.time_scale)
    return WindowPlan(num_latent_frames, window_frames, window_frames // 4)


def _set_timesteps(scheduler: Any, num_inference_steps: int, device: torch.device) -> None:
    """Lay out the timesteps; many schedulers fail obscurely when asked for too many."""
    config = scheduler.config
    most = config.num_train_timesteps - config.get("steps_offset", 0)
    if num_inference_steps > most:
        raise InvalidRequestError(
            "num_inference_steps",
            f"This model's {type(scheduler).__name__} walks at most {most} steps, not "
            f"{num_inference_steps}; ask for fewer, or choose another scheduler.",
        )
    scheduler.set_timesteps(num_inference_steps, device=device)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else a first timestep that occurs twice skips one step
