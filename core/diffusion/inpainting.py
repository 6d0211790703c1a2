"""Inpainting and source sounds: what is known of a clip before it is denoised.

A model that was trained to fill in what is missing makes a long clip window by window: the end of a
window is known to the next one, which continues it. So no prediction is averaged with another, and
each window is denoised with all its steps before the next begins.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from core.api.events import DenoisingStep, Event
from core.api.progress import InnerProgress, Progress
from core.api.region import Span
from core.diffusion.latent_clip import LatentClip, stretches
from core.diffusion.sampling_loop import BlendKnown
from core.models.noise_paths.noise_path import NoisePath


@dataclass(frozen=True, slots=True, eq=False)
class SourceLatents:
    """A sound to start from instead of noise alone (SDEdit, Meng et al. 2021, arXiv 2108.01073).

    Attributes:
        latents: The sound (1, C, T, F), scaled for the denoiser.
        strength: Share of the steps that are run, 0 to 1: at 0 the sound stays as it is, at 1
            almost nothing of it is left.
    """

    latents: Tensor
    strength: float

    def skipped_steps(self, num_inference_steps: int) -> int:
        """Steps at the noisy end that are skipped."""
        return num_inference_steps - round(num_inference_steps * self.strength)


@dataclass(frozen=True, slots=True, eq=False)
class Inpainting:
    """Known latents that stay while others are denoised: inpainting without training.

    Implements blended latent diffusion (Avrahami et al. 2022, arXiv 2206.02779, section 4; the
    known part of RePaint, Lugmayr et al. 2022, arXiv 2201.09865, eq. 8): at every timestep the
    known latents, with the noise of that step, replace the denoiser's.

    Attributes:
        latents: The known latents (1, C, T, F), scaled for the denoiser.
        weights: The mask (1, 1, T, F), 0 to 1: at 1 the result is `latents`, bit for bit, at 0 it
            is the denoiser's alone; in between they are blended at every step.
    """

    latents: Tensor
    weights: Tensor

    def blend(self, x: Tensor, known: Tensor, span: Span) -> Tensor:
        """The latents x of a stretch, blended with `known`, which is as noisy as x."""
        weights = self.weights[:, :, span.slice].to(x)
        return known.to(x) * weights + x * (1 - weights)

    def blend_known(self, noise: Tensor, path: NoisePath, scheduler: Any) -> BlendKnown:
        """The blending of each timestep; the known latents always get the same noise."""
        latents = self.latents.to(noise)

        def blended(x: Tensor, t: Tensor, span: Span) -> Tensor:
            known, span_noise = latents[:, :, span.slice], noise[:, :, span.slice]
            return self.blend(x, path.noised(known, span_noise, t, scheduler), span)

        return blended


def start_from(
    clip: LatentClip,
    path: NoisePath,
    scheduler: Any,
    source: SourceLatents | None,
    skipped_steps: int,
) -> None:
    """Turn the noise in a clip into latents with the noise level of the first timestep."""
    for span in stretches(clip.shape[2]):
        noise = clip.read(span)
        if source is None:
            clip.write(span, path.started(noise, scheduler))
        else:
            known = source.latents[:, :, span.slice].to(noise)
            clip.write(span, _noised(known, noise, path, scheduler, skipped_steps))


def _noised(
    latents: Tensor, noise: Tensor, path: NoisePath, scheduler: Any, skipped_steps: int
) -> Tensor:
    """Latents with the noise level after `skipped_steps`; unchanged where no step is left."""
    skipped = skipped_steps * scheduler.order
    timestep = scheduler.timesteps[skipped : skipped + 1]
    if not len(timestep):
        return latents
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(skipped)
    return path.noised(latents, noise, timestep, scheduler)


def known_blending(
    inpainting: Inpainting | None, clip: LatentClip, path: NoisePath, scheduler: Any
) -> BlendKnown | None:
    """The blending of known latents at every step; called while the clip is still noise."""
    if inpainting is None:
        return None
    return inpainting.blend_known(clip.read(Span(0, clip.shape[2])).clone(), path, scheduler)


def restore_known(inpainting: Inpainting, clip: LatentClip) -> None:
    """Blend the known latents without noise into the finished clip."""
    for span in stretches(clip.shape[2]):
        clip.write(
            span, inpainting.blend(clip.read(span), inpainting.latents[:, :, span.slice], span)
        )


@dataclass(frozen=True, slots=True, eq=False)
class ClipWindow:
    """A window of a clip, to be denoised as a clip of its own.

    Attributes:
        number: Its number, from 0.
        span: Its place in the clip.
        noise: Standard normal noise (1, C, window frames, F).
        known: What is known of it; None = nothing.
        source: Its part of the sound to start from; None = noise alone.
    """

    number: int
    span: Span
    noise: Tensor
    known: Inpainting | None
    source: SourceLatents | None


def continue_windows(
    clip: LatentClip,
    windows: tuple[Span, ...],
    denoise_window: Callable[[ClipWindow], Tensor],
    *,
    source: SourceLatents | None = None,
    inpainting: Inpainting | None = None,
) -> None:
    """Denoise a clip in place, window by window.

    Args:
        clip: Standard normal noise (1, C, T, F); becomes latents.
        windows: Overlapping spans of one length that cover the clip, in order.
        denoise_window: Gives the latents (1, C, window frames, F) of a window.
        source: The sound to start from; None = noise alone.
        inpainting: What is known of the clip beside; None = nothing.
    """
    end = 0  # of what is denoised
    noise = clip.read(windows[0])
    for number, span in enumerate(windows):
        known = _known(clip, span, end, inpainting)
        part = source and replace(source, latents=source.latents[:, :, span.slice])
        following = windows[number + 1] if number + 1 < len(windows) else None
        next_noise = None if following is None else clip.read(following)
        latents = denoise_window(ClipWindow(number, span, noise, known, part))
        new = Span(max(end, span.start), span.stop)
        clip.write(new, latents[:, :, new.shift(-span.start).slice])
        end = span.stop
        if next_noise is not None:
            noise = next_noise


def _known(
    clip: LatentClip, span: Span, end: int, inpainting: Inpainting | None
) -> Inpainting | None:
    """What is known of a window: all before `end`, and what is known of the clip beside."""
    made = max(0, end - span.start)
    if not made and inpainting is None:
        return None
    latents = clip.read(span).clone()
    weights = torch.zeros(1, 1, span.length, latents.shape[3], device=latents.device)
    if inpainting is not None:
        latents[:, :, made:] = inpainting.latents[:, :, span.slice][:, :, made:].to(latents)
        weights[:, :, made:] = inpainting.weights[:, :, span.slice][:, :, made:].to(latents)
    weights[:, :, :made] = 1
    return Inpainting(latents, weights)


class WindowProgress(InnerProgress):
    """Passes events on to `parent`, counting the steps of all windows.

    Args:
        parent: Receives the events, and may cancel.
        number: The window's number.
        count: Of all windows.
        frames: The window in frames of the picture.
    """

    def __init__(self, parent: Progress, number: int, count: int, frames: Span) -> None:
        super().__init__(parent, self._on_event)
        self._number, self._count, self._frames = number, count, frames

    def _on_event(self, event: Event) -> None:
        if isinstance(event, DenoisingStep):
            steps = event.num_steps
            event = replace(
                event,
                step=self._number * steps + event.step,
                num_steps=self._count * steps,
                frames=self._frames,
            )
        self._parent.emit(event)
