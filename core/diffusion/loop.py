"""The denoising loop: from noise to latents, step by step along a scheduler's timesteps."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.config import Blend
from core.diffusion.clean_estimate import clean_estimate
from core.diffusion.guidance import guided
from core.diffusion.known import Held, Source
from core.diffusion.prompt_track import Predict, PredictWindows, PromptTrack, along
from core.diffusion.sampler import Sampler
from core.diffusion.unfinished import UnfinishedRun
from core.diffusion.windows import plan_windows, windowed
from core.errors import InvalidRequestError, NonFiniteError
from core.events import DenoisingStep, Notice
from core.models.interface import Conditioning, TextToAudioModel
from core.progress import Progress
from core.region import Span

MOST_PICTURED_FRAMES = 4096  # 5 min of the bundled model's; more than any screen has columns


def denoise(
    model: TextToAudioModel,
    conditioning: Conditioning | PromptTrack,
    noise: Tensor,
    *,
    scheduler: Any,
    num_inference_steps: int,
    guidance_scale: float,
    progress: Progress,
    source: Source | None = None,
    held: Held | None = None,
    blend: Blend = Blend.AVERAGE,
    windows_at_once: int = 1,
    unfinished: UnfinishedRun | None = None,
) -> Tensor:
    """Take the noise out of `noise` under the prompt; long clips in windows along time.

    Args:
        model: The denoiser.
        conditioning: Prompt and negative prompt, or several of them along time.
        noise: Standard normal noise (1, C, T, F), float32.
        scheduler: A fresh diffusers scheduler.
        num_inference_steps: Steps; a scheduler of order 2 predicts twice in each.
        guidance_scale: Strength of classifier-free guidance; 1 and below is none.
        progress: Hears of every step, and may cancel before any prediction.
        source: The sound to start from; None = noise alone.
        held: Latents to be kept; None = everything is made.
        blend: Whose prediction counts where windows overlap.
        windows_at_once: Windows that the denoiser sees in one call.
        unfinished: Where steps are kept; a run that goes on from there ends in the same bits.

    Returns:
        Latents (1, C, T, F) on the model's device, float32 whatever its precision.

    Raises:
        InvalidRequestError: The scheduler has fewer steps than were asked for.
        NonFiniteError: The denoiser gave NaN or infinity.
        Cancelled: The owner of `progress` wished so.
    """
    prompted = _under_prompts(model, conditioning, guidance_scale, progress)
    predict = windowed(prompted, plan_windows(model, noise.shape[2]), blend, windows_at_once)
    _set_timesteps(scheduler, num_inference_steps, model.device)
    noise = noise.to(model.device, torch.float32)
    keep = held.keeper(noise, scheduler) if held else None
    skipped = source.skipped_steps(num_inference_steps) if source else 0
    x = source.noised(noise, scheduler, skipped) if source else noise * scheduler.init_noise_sigma
    del noise  # long latents are large, and it is not needed any more
    x = sample(predict, x, scheduler, progress, skipped=skipped, keep=keep, unfinished=unfinished)
    return _finished(x, held)


def sample(
    predict: Predict,
    x: Tensor,
    scheduler: Any,
    progress: Progress,
    *,
    skipped: int = 0,
    keep: Predict | None = None,
    unfinished: UnfinishedRun | None = None,
) -> Tensor:
    """Walk x (B, C, T, F) along the scheduler's timesteps, from the noisiest to the clean end.

    Args:
        predict: The guided denoiser.
        x: Latents as noisy as the first timestep that is walked.
        scheduler: Its timesteps are laid out.
        progress: Hears of every step.
        skipped: Steps at the noisy end that are left out.
        keep: Puts what is known into x, as noisy as the timestep; None = nothing is known.
        unfinished: Where steps are kept, and where to go on; None = nowhere.
    """
    sampler = Sampler(scheduler, x.shape[2])
    order = sampler.order
    timesteps = sampler.timesteps[skipped * order :]
    num_steps = -(-len(timesteps) // order)  # the last step of a second-order walk predicts once
    done, x = (0, x) if unfinished is None else unfinished.resume(sampler, x)
    if done:
        passed = f"step {done // order} of {num_steps}"
        progress.emit(Notice(f"Goes on after {passed}, where it was interrupted."))
    for i, t in enumerate(timesteps[done:], start=done + 1):
        x = x if keep is None else keep(x, t)
        x_in = sampler.scaled(x, t)
        eps = predict(x_in, t)
        clean = _picture(clean_estimate(scheduler, _thinned(x_in), _thinned(eps), t))
        del x_in  # long latents are large
        x = sampler.step(eps, t, x)
        if i % order == 0 or i == len(timesteps):
            step, picture = -(-i // order), _picture(_thinned(x))
            progress.emit(DenoisingStep(step, num_steps, picture, clean))
        if unfinished is not None:
            unfinished.keep_step(i, x, sampler)
    return x


def _thinned(x: Tensor) -> Tensor:
    """Latents (B, C, T, F) to be looked at: of long clips every so many frames."""
    return x[:, :, :: -(-x.shape[2] // MOST_PICTURED_FRAMES)]


def _picture(x: Tensor) -> NDArray[np.float32]:
    """A copy of the first of a batch, (C, T, F)."""
    return np.array(x[0].detach().float().cpu().numpy())


def _under_prompts(
    model: TextToAudioModel,
    conditioning: Conditioning | PromptTrack,
    guidance_scale: float,
    progress: Progress,
) -> PredictWindows:
    """The guided denoiser, for windows wherever they lie; a wish to cancel is met before each."""
    track = conditioning if isinstance(conditioning, PromptTrack) else PromptTrack((conditioning,))
    predict = along(
        track, [guided(model, prompt, guidance_scale) for prompt in track.conditionings]
    )

    def predict_or_leave(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
        progress.check_cancelled()
        return predict(x, t, windows)

    return predict_or_leave


def _finished(x: Tensor, held: Held | None) -> Tensor:
    """What the walk ended in, with what was held back in its places to the bit.

    Raises:
        NonFiniteError: There is NaN or infinity in it.
    """
    if held is not None:
        x = held.blend(x, held.latents)
    if not torch.isfinite(x).all():
        raise NonFiniteError("denoiser")
    return x


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
