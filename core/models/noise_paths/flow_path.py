"""The path of rectified flow: straight lines between noise and sound, with their velocity."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from core.api.errors import InvalidRequestError
from core.api.request import Scheduler
from core.models.noise_paths.flow_samplers import FlowDpmSolver, FlowEuler, Levels

Samplers = Mapping[Scheduler, Callable[[Levels], Any]]
"""The samplers that run on a path, each made from where its steps lie; few steps get the first."""

FLOW_SAMPLERS: Samplers = MappingProxyType(
    {Scheduler.DPM_SOLVER: FlowDpmSolver, Scheduler.EULER: FlowEuler}
)
DISTILLED_SAMPLERS: Samplers = MappingProxyType(
    {Scheduler.EULER: FlowEuler, Scheduler.DPM_SOLVER: FlowDpmSolver}
)
"""Of models that were distilled to a few steps of Euler's, which a draft keeps to."""

_OTHER_LEVELS = (  # settings of diffusers' sampler that place the steps elsewhere
    "invert_sigmas",
    "shift_terminal",
    "use_beta_sigmas",
    "use_dynamic_shifting",
    "use_exponential_sigmas",
    "use_karras_sigmas",
)


@dataclass(frozen=True, slots=True)
class FlowPath:
    """The `NoisePath` of rectified flow (Liu et al. 2022, arXiv 2209.03003): x = (1-t) x0 + t eps.

    The denoiser is told t, the share of noise, and predicts the velocity eps - x0.

    Attributes:
        levels: The shares of noise of a number of steps.
        samplers: Those that run.
    """

    levels: Levels
    samplers: Samplers = field(default_factory=lambda: FLOW_SAMPLERS)

    def make_scheduler(self, kind: Scheduler, *, in_few_steps: bool = False) -> Any:
        """A new sampler along the flow; few steps get the first of them.

        Raises:
            InvalidRequestError: It is another one.
        """
        kind = next(iter(self.samplers)) if in_few_steps else kind
        if kind not in self.samplers:
            raise InvalidRequestError(
                "scheduler",
                "This model was trained on straight ways from noise to sound, on which the "
                f"sampler {kind} does not run; choose {' or '.join(self.samplers)}.",
            )
        return self.samplers[kind](self.levels)

    def started(self, noise: Tensor, _scheduler: Any) -> Tensor:
        """Noise as it is: the first level is noise alone."""
        return noise

    def noised(self, clean: Tensor, noise: Tensor, t: Tensor, _scheduler: Any) -> Tensor:
        """Clean latents, mixed with the share of noise that a timestep is."""
        share = t.reshape(()).to(noise)
        return share * noise + (1 - share) * clean

    def clean_estimate(self, x: Tensor, prediction: Tensor, t: Tensor, _scheduler: Any) -> Tensor:
        """x0 of one prediction: the end of the straight way that the velocity points along."""
        return x - torch.as_tensor(t).reshape(()).to(x) * prediction


def shifted_levels(shift: float) -> Levels:
    """Levels even in time, then moved towards noise (Esser et al. 2024, arXiv 2403.03206, eq. 23).

    Args:
        shift: 1 leaves them even; at 3 half of the steps lie above 3/4 of noise.
    """

    def levels(num_steps: int) -> list[float]:
        t = torch.linspace(1.0, 0.0, num_steps + 1)
        moved: list[float] = (shift * t / (1 + (shift - 1) * t)).tolist()
        return [1.0, *moved[1:-1]]  # rounding may give a little less than 1

    return levels


def check_flow_config(config: Mapping[str, Any]) -> None:
    """Refuse settings of diffusers' FlowMatchEulerDiscreteScheduler that place steps elsewhere.

    Raises:
        TypeError, ValueError: A setting cannot be used.
    """
    for name in _OTHER_LEVELS:
        if config.get(name):
            raise ValueError(f"{name} cannot be {config[name]!r}")
    shift = float(config.get("shift", 1.0))
    if not (shift > 0 and math.isfinite(shift)):
        raise ValueError(f"shift cannot be {shift!r}")
