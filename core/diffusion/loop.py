"""The denoising loop: from noise to latents, step by step along a scheduler's timesteps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.config import Blend
from core.diffusion.clean_estimate import clean_estimate
from core.diffusion.guidance import guided
from core.diffusion.prompt_track import Predict, PromptTrack, along
from core.diffusion.sampler import Sampler
from core.diffusion.unfinished import UnfinishedRun
from core.diffusion.window_plan import WindowPlan
from core.diffusion.windows import windowed
from core.errors import InvalidRequestError, NonFiniteError
from core.events import DenoisingStep, Notice
from core.models.interface import Conditioning, TextToAudioModel
from core.progress import Progress
from core.region import Span

MOST_PICTURED_FRAMES = 4096  # 5 min of the bundled model's; more than any screen has columns


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A sound to start from instead of noise alone (SDEdit, Meng et al. 2021, arXiv 2108.01073).

    Attributes:
        latents: The sound (1, C, T, F), scaled as the denoiser knows them.
        strength: Share of the steps that are walked, 0 to 1: at 0 the sound stays as it is, at 1
            almost nothing of it is left.
    """

    latents: Tensor
    strength: float


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Latents to be kept while others around them are made: inpainting without training.

    Implements blended latent diffusion (Avrahami et al. 2022, arXiv 2206.02779, section 4; the
    known part of RePaint, Lugmayr et al. 2022, arXiv 2201.09865, eq. 8): at every timestep the
    kept latents, as noisy as that step, take the place of what the walk arrived at.

    Attributes:
        latents: What is known (1, C, T, F), scaled as the denoiser knows it.
        weights: (1, 1, T, F), from 0 to 1: at 1 the result is `latents`, bit for bit, at 0 it is
            the denoiser's alone; in between they are blended at every step.
    """

    latents: Tensor
    weights: Tensor

    def blend(self, x: Tensor, known: Tensor) -> Tensor:
        """Put the known latents, as noisy as x, in their places."""
        weights = self.weights.to(x)
        return known.to(x) * weights + x * (1 - weights)


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
        unfinished: Where steps are kept, and where this run may have been before; with it the
            result is the same to the bit, however often it was interrupted.

    Returns:
        Latents (1, C, T, F), float32, on the model's device. The arithmetic between the
        predictions is float32 whatever the model's precision.

    Raises:
        InvalidRequestError: The scheduler has fewer steps than were asked for.
        NonFiniteError: The denoiser gave NaN or infinity.
        Cancelled: The owner of `progress` wished so.
    """

    def predict_or_leave(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
        progress.check_cancelled()
        return predict_windows(x, t, windows)

    track = conditioning if isinstance(conditioning, PromptTrack) else PromptTrack((conditioning,))
    guided_prompts = [guided(model, prompt, guidance_scale) for prompt in track.conditionings]
    predict_windows = along(track, guided_prompts)
    plan = plan_windows(model, noise.shape[2])
    predict = windowed(predict_or_leave, plan, blend, windows_at_once)
    _set_timesteps(scheduler, num_inference_steps, model.device)
    noise = noise.to(model.device, torch.float32)
    keep = _keeping(held, noise, scheduler)
    skipped = 0
    if source is None:
        x = noise * scheduler.init_noise_sigma
    else:
        skipped = num_inference_steps - round(num_inference_steps * source.strength)
        x = _noised(source.latents.to(noise), noise, scheduler, skipped)
    del noise  # long latents are large, and it is not needed any more
    x = sample(
        predict, x, scheduler, progress, skipped_steps=skipped, keep=keep, unfinished=unfinished
    )
    if held is not None:
        x = held.blend(x, held.latents)
    if not torch.isfinite(x).all():
        raise NonFiniteError("denoiser")
    return x


def sample(
    predict: Predict,
    x: Tensor,
    scheduler: Any,
    progress: Progress,
    *,
    skipped_steps: int = 0,
    keep: Predict | None = None,
    unfinished: UnfinishedRun | None = None,
) -> Tensor:
    """Walk x (B, C, T, F) along the scheduler's timesteps, from the noisiest to the clean end.

    Args:
        predict: The guided denoiser.
        x: Latents as noisy as the first timestep that is walked.
        scheduler: Its timesteps are laid out.
        progress: Hears of every step.
        skipped_steps: Steps at the noisy end that are left out.
        keep: Puts what is known into x, as noisy as the timestep; None = nothing is known.
        unfinished: Where steps are kept, and where to go on; None = nowhere.
    """
    sampler = Sampler(scheduler, x.shape[2])
    order = sampler.order
    timesteps = sampler.timesteps[skipped_steps * order :]
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


def _keeping(held: Held | None, noise: Tensor, scheduler: Any) -> Predict | None:
    """What brings the known latents to the noise of a timestep, always with the same noise."""
    if held is None:
        return None
    latents = held.latents.to(noise)
    return lambda x, t: held.blend(x, scheduler.add_noise(latents, noise, t.reshape(1)))


def _noised(latents: Tensor, noise: Tensor, scheduler: Any, skipped_steps: int) -> Tensor:
    """Latents as noisy as after `skipped_steps`; unchanged where no step is left."""
    skipped = skipped_steps * scheduler.order
    timestep = scheduler.timesteps[skipped : skipped + 1]
    if not len(timestep):
        return latents
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(skipped)
    return cast(Tensor, scheduler.add_noise(latents, noise, timestep))


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
