"""Step by step from noise to latents along a scheduler's timesteps, stretch by stretch."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.api.events import DenoisingStep, Notice
from core.api.progress import Progress
from core.api.region import Span
from core.diffusion.latent_clip import LatentClip
from core.diffusion.run_checkpoint import RunCheckpoint
from core.diffusion.sampler import Sampler
from core.diffusion.windows import PredictClip

Keep = Callable[[Tensor, Tensor, Span], Tensor]
"""(latents of a stretch, timestep, the stretch) -> the same with what is known in its place."""

MOST_PICTURED_FRAMES = 1024  # four mel frames each or more, which is more than a screen has columns


def walk(
    predict: PredictClip,
    clip: LatentClip,
    sampler: Sampler,
    progress: Progress,
    *,
    skipped_steps: int = 0,
    keep: Keep | None = None,
    unfinished: RunCheckpoint | None = None,
) -> None:
    """Walk a clip along the sampler's timesteps, from the noisiest to the clean end.

    Args:
        predict: The guided denoiser.
        clip: Latents as noisy as the first timestep that is walked; written over.
        sampler: Its timesteps are laid out.
        progress: Hears of every step.
        skipped_steps: Steps at the noisy end that are left out.
        keep: Puts what is known into the latents; None = nothing is known.
        unfinished: Where steps are kept, and where to go on; None = nowhere.
    """
    order = sampler.order
    timesteps = sampler.timesteps[skipped_steps * order :]
    num_steps = -(-len(timesteps) // order)  # the last step of a second-order walk predicts once
    done = 0 if unfinished is None else unfinished.resume(sampler, clip)
    if done:
        passed = f"step {done // order} of {num_steps}"
        progress.emit(Notice(f"Goes on after {passed}, where it was interrupted."))
    for i, t in enumerate(timesteps[done:], start=done + 1):
        if keep is not None:
            for span in sampler.spans:
                clip.write(span, keep(clip.read(span), t, span))
        x, clean = _advance(predict, clip, sampler, t)
        if i % order == 0 or i == len(timesteps):
            progress.emit(DenoisingStep(-(-i // order), num_steps, x, clean))
        if unfinished is not None:
            unfinished.keep_step(i, clip, sampler)


def _advance(
    predict: PredictClip, clip: LatentClip, sampler: Sampler, t: Tensor
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Predict once and step; pictures of the latents and of where they lead, (C, T, F) each.

    A stretch is stepped as soon as its prediction is there, when no window to come will read it.
    """
    every = -(-clip.shape[2] // MOST_PICTURED_FRAMES)
    xs, cleans = [], []
    predictions = predict(lambda span: sampler.scaled(clip.read(span), t), t)
    lengths = [span.length for span in sampler.spans]
    for index, eps in enumerate(regrouped(predictions, lengths)):
        span = sampler.spans[index]
        seen, x = sampler.step(index, eps, t, clip.read(span))
        clip.write(span, x)
        shown = slice(-span.start % every, None, every)
        with sampler.awake(index) as scheduler:
            clean = clean_estimate(scheduler, seen[:, :, shown], eps[:, :, shown], t)
        xs.append(_picture(x[:, :, shown]))
        cleans.append(_picture(clean))
    return np.concatenate(xs, axis=1), np.concatenate(cleans, axis=1)


def regrouped(pieces: Iterator[Tensor], lengths: Sequence[int]) -> Iterator[Tensor]:
    """Pieces (B, C, t, F) that follow one another along time, cut anew to these lengths."""
    waiting: list[Tensor] = []
    frames = 0
    for length in lengths:
        while frames < length:
            waiting.append(next(pieces))
            frames += waiting[-1].shape[2]
        whole = waiting[0] if len(waiting) == 1 else torch.cat(waiting, dim=2)
        yield whole[:, :, :length]
        frames -= length
        waiting = [whole[:, :, length:]] if frames else []


def _picture(x: Tensor) -> NDArray[np.float32]:
    """A copy of the first of a batch, (C, T, F)."""
    return np.array(x[0].detach().float().cpu().numpy())


# What the latents will be once all noise is gone, guessed from one prediction.
#
# Noisy latents show noise until the last steps. x = sqrt(a) x0 + sqrt(1 - a) eps solved for x0 (Ho
# et al. 2020, arXiv 2006.11239, eq. 15; v-prediction: Salimans and Ho 2022, arXiv 2202.00512,
# appendix D) shows the sound as the denoiser means it already at the first step.


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
