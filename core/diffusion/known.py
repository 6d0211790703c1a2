"""What is known of a clip before it is denoised: a sound to start from, latents to be kept."""

from dataclasses import dataclass
from typing import Any, cast

from torch import Tensor

from core.diffusion.prompt_track import Predict


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

    def skipped_steps(self, num_inference_steps: int) -> int:
        """Steps at the noisy end that are left out."""
        return num_inference_steps - round(num_inference_steps * self.strength)

    def noised(self, noise: Tensor, scheduler: Any, skipped_steps: int) -> Tensor:
        """The sound as noisy as after `skipped_steps`; unchanged where no step is left."""
        latents, skipped = self.latents.to(noise), skipped_steps * scheduler.order
        timestep = scheduler.timesteps[skipped : skipped + 1]
        if not len(timestep):
            return latents
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(skipped)
        return cast(Tensor, scheduler.add_noise(latents, noise, timestep))


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

    def keeper(self, noise: Tensor, scheduler: Any) -> Predict:
        """What puts the known latents into x, as noisy as a timestep; always with this noise."""
        latents = self.latents.to(noise)
        return lambda x, t: self.blend(x, scheduler.add_noise(latents, noise, t.reshape(1)))
