"""The interface between the denoising loop and a model's way from noise to sound."""

from typing import Any, Protocol

from torch import Tensor

from core.api.request import Scheduler


class NoisePath(Protocol):
    """How training mixed sound with noise, and which samplers lead back.

    A sampler is a scheduler of diffusers, new for every run; its timesteps say where on the path a
    prediction is made. All latents are (B, C, T, F).
    """

    def make_scheduler(self, kind: Scheduler, *, in_few_steps: bool = False) -> Any:
        """A new diffusers scheduler of a kind, without its timesteps.

        Args:
            kind: Which one.
            in_few_steps: Whether few steps have to do, as in a draft.

        Raises:
            InvalidRequestError: This path has no such sampler.
        """

    def started(self, noise: Tensor, scheduler: Any) -> Tensor:
        """Standard normal noise at the level of the scheduler's first timestep."""

    def noised(self, clean: Tensor, noise: Tensor, t: Tensor, scheduler: Any) -> Tensor:
        """Clean latents, mixed with standard normal noise at the level of a timestep."""

    def clean_estimate(self, x: Tensor, prediction: Tensor, t: Tensor, scheduler: Any) -> Tensor:
        """Estimate the latents without noise, x0, from one prediction.

        Noisy latents show noise until the last steps; x0 shows the sound from the first step on.

        Args:
            x: The denoiser's input, as `scheduler.scale_model_input` gave it.
            prediction: The denoiser's output.
            t: The timestep.
            scheduler: The sampler.
        """
