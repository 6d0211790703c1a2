"""What is known of a clip before it is denoised: a sound to start from, latents to be kept."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from core.api.region import Span
from core.diffusion.latent_clip import LatentClip, stretches
from core.diffusion.sampling_loop import Keep


@dataclass(frozen=True, slots=True, eq=False)
class KnownLatents:
    """A sound to start from instead of noise alone (SDEdit, Meng et al. 2021, arXiv 2108.01073).

    Attributes:
        latents: The sound (1, C, T, F), scaled as the denoiser knows them.
        strength: Share of the steps that are walked, 0 to 1: at 0 the sound stays as it is, at 1
            almost nothing of it is left.
    """

    latents: Tensor
    strength: float

    def skipped_steps(self, num_inference_steps: int) -> int:
        """Steps at the noisy end that are left out."""
        return num_inference_steps - round(num_inference_steps * self.strength)


@dataclass(frozen=True, slots=True, eq=False)
class Inpainting:
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

    def blend(self, x: Tensor, known: Tensor, span: Span) -> Tensor:
        """Put the known latents of a stretch, as noisy as x, in their places."""
        weights = self.weights[:, :, span.slice].to(x)
        return known.to(x) * weights + x * (1 - weights)

    def keep(self, noise: Tensor, scheduler: Any) -> Keep:
        """Bring the known latents to the noise of a timestep, always with the same noise."""
        latents = self.latents.to(noise)

        def blended(x: Tensor, t: Tensor, span: Span) -> Tensor:
            known, own = latents[:, :, span.slice], noise[:, :, span.slice]
            return self.blend(x, scheduler.add_noise(known, own, t.reshape(1)), span)

        return blended


def begin(
    clip: LatentClip, scheduler: Any, source: KnownLatents | None, skipped_steps: int
) -> None:
    """Turn the noise in a clip into latents as noisy as the first timestep that is walked."""
    for span in stretches(clip.shape[2]):
        noise = clip.read(span)
        if source is None:
            clip.write(span, noise * scheduler.init_noise_sigma)
        else:
            known = source.latents[:, :, span.slice].to(noise)
            clip.write(span, _noised(known, noise, scheduler, skipped_steps))


def _noised(latents: Tensor, noise: Tensor, scheduler: Any, skipped_steps: int) -> Tensor:
    """Latents as noisy as after `skipped_steps`; unchanged where no step is left."""
    skipped = skipped_steps * scheduler.order
    timestep = scheduler.timesteps[skipped : skipped + 1]
    if not len(timestep):
        return latents
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(skipped)
    noised: Tensor = scheduler.add_noise(latents, noise, timestep)
    return noised


def keeping(held: Inpainting | None, clip: LatentClip, scheduler: Any) -> Keep | None:
    """What keeps the known latents at every step; the clip is noise still."""
    if held is None:
        return None
    return held.keep(clip.read(Span(0, clip.shape[2])).clone(), scheduler)


def put_back(held: Inpainting, clip: LatentClip) -> None:
    """Put the known latents, without noise, in their places."""
    for span in stretches(clip.shape[2]):
        clip.write(span, held.blend(clip.read(span), held.latents[:, :, span.slice], span))
