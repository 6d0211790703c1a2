"""The sampling loop: steps a clip along a scheduler's timesteps, stretch by stretch."""

from collections.abc import Callable, Iterator, Sequence

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
from core.models.noise_paths.noise_path import NoisePath

BlendKnown = Callable[[Tensor, Tensor, Span], Tensor]
"""(latents of a stretch, timestep, the stretch) -> the same with known latents blended in."""

MAX_SHOWN_FRAMES = 1024  # in events: four mel frames each, more than a screen has columns


def run_steps(
    predict: PredictClip,
    clip: LatentClip,
    sampler: Sampler,
    path: NoisePath,
    progress: Progress,
    *,
    skipped_steps: int = 0,
    blend_known: BlendKnown | None = None,
    checkpoint: RunCheckpoint | None = None,
) -> None:
    """Step a clip along the sampler's timesteps, from the noisiest to the clean end.

    Args:
        predict: The guided denoiser.
        clip: Latents with the noise level of the first timestep; overwritten.
        sampler: Its timesteps are set.
        path: The model's way from noise to sound.
        progress: Receives every step.
        skipped_steps: Steps at the noisy end that are skipped.
        blend_known: Blends known latents in before each step; None = there are none.
        checkpoint: Where steps are saved, and resumed from; None = nowhere.
    """
    order, extra = sampler.order, sampler.extra_predictions
    timesteps = sampler.timesteps[skipped_steps * order :]
    num_steps = _step_after(len(timesteps), order, extra)
    done = 0 if checkpoint is None else checkpoint.resume(sampler, clip)
    if done:
        passed = f"step {max(0, done - extra) // order} of {num_steps}"
        progress.emit(Notice(f"Goes on after {passed}, where it was interrupted."))
    elif checkpoint is not None and checkpoint.is_damaged:
        progress.emit(Notice("What was saved of this sound is damaged: it begins again."))
    for i, t in enumerate(timesteps[done:], start=done + 1):
        if blend_known is not None:
            for span in sampler.spans:
                clip.write(span, blend_known(clip.read(span), t, span))
        x, clean = _step_clip(predict, clip, sampler, path, t)
        if (i - extra > 0 and (i - extra) % order == 0) or i == len(timesteps):
            progress.emit(DenoisingStep(_step_after(i, order, extra), num_steps, x, clean))
        if checkpoint is not None:
            checkpoint.save_step(i, clip, sampler)


def _step_after(num_predictions: int, order: int, extra: int) -> int:
    """The step that so many predictions end in; a second-order scheduler's last step has one."""
    return -(-(num_predictions - extra) // order)


def _step_clip(
    predict: PredictClip, clip: LatentClip, sampler: Sampler, path: NoisePath, t: Tensor
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Predict once and step; returns latents and clean estimate to show, (C, T, F) each.

    A stretch is stepped as soon as its prediction is complete, when no later window reads it.
    """
    every = -(-clip.shape[2] // MAX_SHOWN_FRAMES)
    xs, cleans = [], []
    predictions = predict(lambda span: sampler.scaled(clip.read(span), t), t)
    lengths = [span.length for span in sampler.spans]
    for index, eps in enumerate(split_to_lengths(predictions, lengths)):
        span = sampler.spans[index]
        model_input, x = sampler.step(index, eps, t, clip.read(span))
        clip.write(span, x)
        columns = slice(-span.start % every, None, every)
        with sampler.loaded(index) as scheduler:
            clean = path.clean_estimate(
                model_input[:, :, columns], eps[:, :, columns], t, scheduler
            )
        xs.append(_first_of_batch(x[:, :, columns]))
        cleans.append(_first_of_batch(clean))
    return np.concatenate(xs, axis=1), np.concatenate(cleans, axis=1)


def split_to_lengths(pieces: Iterator[Tensor], lengths: Sequence[int]) -> Iterator[Tensor]:
    """Concatenate pieces (B, C, t, F) along time, and split them to these lengths."""
    pending: list[Tensor] = []
    frames = 0
    for length in lengths:
        while frames < length:
            pending.append(next(pieces))
            frames += pending[-1].shape[2]
        whole = pending[0] if len(pending) == 1 else torch.cat(pending, dim=2)
        yield whole[:, :, :length]
        frames -= length
        pending = [whole[:, :, length:]] if frames else []


def _first_of_batch(x: Tensor) -> NDArray[np.float32]:
    """A copy of the first sample of a batch, (C, T, F)."""
    return np.array(x[0].detach().float().cpu().numpy())
