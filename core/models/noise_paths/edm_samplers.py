"""diffusers' EDM samplers, with the timesteps of Stable Audio's training.

diffusers runs these denoisers by `CosineDPMSolverMultistepScheduler`, which draws its noise with
torchsde. Here the same equation is solved without noise in its steps, so that a seed has one
result, a run resumes to the bit, and no further library is needed.
"""

import math

from diffusers.schedulers.scheduling_edm_dpmsolver_multistep import EDMDPMSolverMultistepScheduler
from diffusers.schedulers.scheduling_edm_euler import EDMEulerScheduler
from torch import Tensor


class _CosineTimes:
    """Tells the denoiser a noise level as the angle between sound and noise, 0 to 1."""

    def precondition_noise(self, sigma: Tensor) -> Tensor:
        """The timestep of a level: atan(sigma) 2 / pi (Evans et al. 2024, arXiv 2407.14358)."""
        return sigma.atan() / math.pi * 2


class CosineDpmSolver(_CosineTimes, EDMDPMSolverMultistepScheduler):  # type: ignore[misc]
    """DPM-Solver++ (Lu et al. 2022, arXiv 2211.01095) over EDM's levels, with these timesteps."""


class CosineEuler(_CosineTimes, EDMEulerScheduler):  # type: ignore[misc]  # they have no types
    """Euler's method over EDM's levels, with these timesteps."""
