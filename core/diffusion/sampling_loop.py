"""The sampling loop: steps a clip along a scheduler's timesteps, stretch by stretch."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.api.errors import NonFiniteError
from core.api.events import DenoisingStep, Notice
from core.api.progress import Progress
from core.api.region import Span
from core.diffusion.last_step import ClipInLastStep
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
    last_on_demand: bool = False,
) -> ClipInLastStep | None:
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
        last_on_demand: Whether the last step is left to the returned clip.

    Returns:
        The clip in its last step; None where that is made.
    """
    order, extra = sampler.order, sampler.extra_predictions
    timesteps = sampler.timesteps[skipped_steps * order :]
    num_steps = _step_after(len(timesteps), order, extra)
    done = 0 if checkpoint is None else _resume(checkpoint, sampler, clip, num_steps, progress)
    for i, t in enumerate(timesteps[done:], start=done + 1):
        _blend(blend_known, clip, sampler, t)
        shown = _ShownStep(_step_after(i, order, extra), num_steps, sampler, path, t)
        if last_on_demand and i == len(timesteps):
            if checkpoint is not None:
                checkpoint.save_step(i - 1, clip, sampler, before_decoding=True)
            return ClipInLastStep(clip, _last_step(predict, clip, sampler, shown, progress))
        _step_clip(predict, clip, sampler, t, shown)
        if (i - extra > 0 and (i - extra) % order == 0) or i == len(timesteps):
            progress.emit(shown.event())
        if checkpoint is not None:
            checkpoint.save_step(i, clip, sampler)
    return None


def _resume(
    checkpoint: RunCheckpoint,
    sampler: Sampler,
    clip: LatentClip,
    num_steps: int,
    progress: Progress,
) -> int:
    """Go on where the run was interrupted, and say so; returns the predictions made before."""
    done = checkpoint.resume(sampler, clip)
    if done:
        step = max(0, done - sampler.extra_predictions) // sampler.order
        sentence = f"Goes on after step {step} of {num_steps}, where it was interrupted."
        progress.emit(Notice(sentence))
    elif checkpoint.is_damaged:
        progress.emit(Notice("What was saved of this sound is damaged: it begins again."))
    return done


def _blend(blend_known: BlendKnown | None, clip: LatentClip, sampler: Sampler, t: Tensor) -> None:
    if blend_known is not None:
        for span in sampler.spans:
            clip.write(span, blend_known(clip.read(span), t, span))


def _step_after(num_predictions: int, order: int, extra: int) -> int:
    """The step that so many predictions end in; a second-order scheduler's last step has one."""
    return -(-(num_predictions - extra) // order)


def _step_clip(
    predict: PredictClip, clip: LatentClip, sampler: Sampler, t: Tensor, shown: "_ShownStep"
) -> None:
    """Predict once and step.

    A stretch is stepped as soon as its prediction is complete, when no later window reads it.
    """
    predictions = predict(lambda span: sampler.scaled(clip.read(span), t), t)
    lengths = [span.length for span in sampler.spans]
    for index, eps in enumerate(split_to_lengths(predictions, lengths)):
        span = sampler.spans[index]
        model_input, x = sampler.step(index, eps, t, clip.read(span))
        clip.write(span, x)
        shown.add(span, model_input, eps, x)


def _last_step(
    predict: PredictClip,
    clip: LatentClip,
    sampler: Sampler,
    shown: "_ShownStep",
    progress: Progress,
) -> Iterator[int]:
    """Make the last step, part by part as windows allow; yields how many frames are final by then.

    Raises:
        NonFiniteError: The denoiser's output is NaN or infinite.
    """
    t, num_final = sampler.timesteps[-1], 0
    for eps in predict(lambda span: sampler.scaled(clip.read(span), t), t):
        predicted = Span(num_final, num_final + eps.shape[2])
        for index, stretch in enumerate(sampler.spans):
            part = stretch.intersect(predicted)
            if part.length:
                part_eps = eps[:, :, part.shift(-predicted.start).slice]
                model_input, x = sampler.step_part(index, part, part_eps, t, clip.read(part))
                if not torch.isfinite(x).all():
                    raise NonFiniteError("denoiser")
                clip.write(part, x)
                shown.add(part, model_input, part_eps, x)
        num_final = predicted.stop
        if num_final == clip.shape[2]:
            progress.emit(shown.event())
        yield num_final


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


class _ShownStep:
    """Collects what the event of a step shows, stretch by stretch: every n-th frame of the clip.

    Args:
        number: The step, from 1.
        num_steps: Of all.
        sampler: Its levels of noise are used.
        path: The model's way from noise to sound.
        t: The timestep.
    """

    def __init__(
        self, number: int, num_steps: int, sampler: Sampler, path: NoisePath, t: Tensor
    ) -> None:
        self._number, self._num_steps = number, num_steps
        self._scheduler, self._path, self._t = sampler.constants, path, t
        self._every = -(-sampler.spans[-1].stop // MAX_SHOWN_FRAMES)
        self._xs: list[NDArray[np.float32]] = []
        self._cleans: list[NDArray[np.float32]] = []

    def add(self, span: Span, model_input: Tensor, eps: Tensor, x: Tensor) -> None:
        """Add a span: the denoiser's input and prediction, and the latents after the step."""
        columns = slice(-span.start % self._every, None, self._every)
        shown_input, shown_eps = model_input[:, :, columns], eps[:, :, columns]
        clean = self._path.clean_estimate(shown_input, shown_eps, self._t, self._scheduler)
        self._xs.append(_first_of_batch(x[:, :, columns]))
        self._cleans.append(_first_of_batch(clean))

    def event(self) -> DenoisingStep:
        """The event, once all spans were added."""
        x, clean = (np.concatenate(parts, axis=1) for parts in (self._xs, self._cleans))
        return DenoisingStep(self._number, self._num_steps, x, clean)


def _first_of_batch(x: Tensor) -> NDArray[np.float32]:
    """A copy of the first sample of a batch, (C, T, F)."""
    return np.array(x[0].detach().float().cpu().numpy())
