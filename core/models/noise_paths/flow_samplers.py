"""diffusers' samplers for rectified flow, with levels of noise that a path gives them.

Their timesteps are the levels themselves: the share of noise, 1 at the beginning and 0 after the
last step. diffusers' pipelines of such models compute the levels outside of the sampler likewise.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler
from diffusers.schedulers.scheduling_flow_match_euler_discrete import (
    FlowMatchEulerDiscreteScheduler,
)
from torch import Tensor

Levels = Callable[[int], Sequence[float]]
"""A number of steps -> the level of noise before each, from 1 down; the 0 after all is left out."""


class FlowEuler(FlowMatchEulerDiscreteScheduler):  # type: ignore[misc]  # diffusers has no types
    """Euler's method along the flow, as the models' own pipelines run it.

    Args:
        levels: Where its steps lie.
        settings: Of diffusers' class.
    """

    init_noise_sigma = 1.0

    def __init__(self, levels: Levels, **settings: Any) -> None:
        super().__init__(**settings)
        self.levels = levels

    def set_timesteps(
        self, num_inference_steps: int, device: str | torch.device | None = None
    ) -> None:
        """Place the steps."""
        levels = list(self.levels(num_inference_steps))
        super().set_timesteps(sigmas=levels, timesteps=levels, device=device)

    def scale_model_input(self, sample: Tensor, _timestep: Tensor) -> Tensor:
        """The denoiser's input: latents as they are."""
        return sample


class FlowDpmSolver(DPMSolverMultistepScheduler):  # type: ignore[misc]
    """DPM-Solver++ (Lu et al. 2022, arXiv 2211.01095) along the flow: of second order.

    Args:
        levels: Where its steps lie.
    """

    def __init__(self, levels: Levels) -> None:
        super().__init__(prediction_type="flow_prediction", use_flow_sigmas=True)
        self.levels = levels

    def set_timesteps(
        self, num_inference_steps: int, device: str | torch.device | None = None
    ) -> None:
        """Place the steps."""
        super().set_timesteps(num_inference_steps, device=device)
        levels = list(self.levels(num_inference_steps))
        self.sigmas = torch.tensor([*levels, 0.0])
        self.timesteps = self.sigmas[:-1].to(device)
