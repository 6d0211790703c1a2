"""The path over EDM's continuous levels of noise, with predictions of noise or of v."""

import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diffusers.schedulers.scheduling_edm_dpmsolver_multistep import EDMDPMSolverMultistepScheduler
from diffusers.schedulers.scheduling_edm_euler import EDMEulerScheduler
from torch import Tensor

from core.api.errors import InvalidRequestError
from core.api.request import Scheduler
from core.models.noise_paths.edm_samplers import CosineDpmSolver, CosineEuler

_LOG_TIMES = {
    Scheduler.DPM_SOLVER: EDMDPMSolverMultistepScheduler,
    Scheduler.EULER: EDMEulerScheduler,
}
_COSINE_TIMES = {Scheduler.DPM_SOLVER: CosineDpmSolver, Scheduler.EULER: CosineEuler}
_WITHOUT_NOISE = {"algorithm_type": "dpmsolver++"}  # what a step draws would have no seed
_MOST_STEPS, _LARGEST_SIGMA = 100_000, 1e6
_PREDICTION_TYPES = ("epsilon", "v_prediction")


@dataclass(frozen=True, slots=True)
class EdmPath:
    """The `NoisePath` of EDM (Karras et al. 2022, arXiv 2206.00364): x = x0 + sigma eps.

    Attributes:
        config: Contents of the model's scheduler_config.json.
        has_cosine_times: Whether its timesteps are atan(sigma) 2 / pi; else log(sigma) / 4.
    """

    config: Mapping[str, Any]
    has_cosine_times: bool

    def make_scheduler(self, kind: Scheduler, *, in_few_steps: bool = False) -> Any:
        """A new sampler over these levels: DPM-Solver++, which few steps get too, or Euler's.

        Raises:
            InvalidRequestError: It is another one.
        """
        samplers = _COSINE_TIMES if self.has_cosine_times else _LOG_TIMES
        kind = Scheduler.DPM_SOLVER if in_few_steps else kind
        if kind not in samplers:
            raise InvalidRequestError(
                "scheduler",
                "This model was trained on continuous levels of noise, on which the sampler "
                f"{kind} does not run; choose {' or '.join(samplers)}.",
            )
        accepted = inspect.signature(samplers[kind]).parameters
        settings = {**self.config, **_WITHOUT_NOISE}
        return samplers[kind](**{name: settings[name] for name in accepted if name in settings})

    def started(self, noise: Tensor, scheduler: Any) -> Tensor:
        """Noise at the level of the scheduler's first timestep."""
        started: Tensor = noise * scheduler.init_noise_sigma
        return started

    def noised(self, clean: Tensor, noise: Tensor, t: Tensor, scheduler: Any) -> Tensor:
        """Clean latents with noise of the level of a timestep."""
        return clean + _sigma_at(t, scheduler).to(noise) * noise

    def clean_estimate(self, x: Tensor, prediction: Tensor, t: Tensor, scheduler: Any) -> Tensor:
        """x0 of one prediction (eq. 7); x is divided by the deviation that training gave it."""
        sigma = _sigma_at(t, scheduler).to(x)
        noisy = x * (sigma**2 + scheduler.config.sigma_data**2) ** 0.5
        clean: Tensor = scheduler.precondition_outputs(noisy, prediction, sigma)
        return clean


def check_edm_config(config: Mapping[str, Any]) -> None:
    """Refuse levels of noise that no model was trained with.

    Raises:
        TypeError, ValueError: A setting cannot be used.
    """
    steps = config.get("num_train_timesteps", 1000)
    if type(steps) is not int or not 1 <= steps <= _MOST_STEPS:
        raise ValueError(f"num_train_timesteps cannot be {steps!r}")
    low, high, data = (
        float(config.get(name, default))
        for name, default in (("sigma_min", 0.3), ("sigma_max", 500.0), ("sigma_data", 1.0))
    )
    if not (0 < low < high <= _LARGEST_SIGMA and 0 < data <= high and math.isfinite(high)):
        raise ValueError(f"its levels of noise cannot be {low:g} to {high:g}, of data {data:g}")
    if config.get("prediction_type", "epsilon") not in _PREDICTION_TYPES:
        raise ValueError(f"prediction_type cannot be {config['prediction_type']!r}")
    for kind in _LOG_TIMES:
        EdmPath(config, has_cosine_times=True).make_scheduler(kind).set_timesteps(2)


def _sigma_at(t: Tensor, scheduler: Any) -> Tensor:
    """The level of noise, a tensor of no axes, at one of the scheduler's own timesteps."""
    index = int((scheduler.timesteps == t).nonzero()[0])
    sigma: Tensor = scheduler.sigmas[index]
    return sigma
