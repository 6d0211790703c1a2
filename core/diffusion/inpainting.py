"""Inpainting and source sounds: what is known of a clip before it is denoised."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

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
