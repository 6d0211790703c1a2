"""The path over betas: DDPM's discrete noise schedule, with predictions of noise, sound or v."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from core.api.request import Scheduler

_TRAINING_SETTINGS = (  # every scheduler has to keep them
    "num_train_timesteps",
    "beta_start",
    "beta_end",
    "beta_schedule",
    "trained_betas",
    "prediction_type",
    "rescale_betas_zero_snr",
)


_MAX_TRAINING_STEPS = 100_000
_PREDICTION_TYPES = ("epsilon", "sample", "v_prediction")


@dataclass(frozen=True, slots=True)
class _SchedulerClass:
    """A scheduler class, and how its steps are placed between noise and latents."""

    module: str
    name: str
    placement: Mapping[str, Any] = field(default_factory=dict)


_PACKAGE = "diffusers.schedulers"  # of modules that begin with a dot
_EVEN_SIGMAS = {"use_exponential_sigmas": True}
_SCHEDULERS = {
    Scheduler.DPM_SOLVER: _SchedulerClass(
        ".scheduling_dpmsolver_multistep",
        "DPMSolverMultistepScheduler",
        {"use_lu_lambdas": True},
    ),
    Scheduler.DDIM: _SchedulerClass(".scheduling_ddim", "DDIMScheduler"),
    Scheduler.EULER: _SchedulerClass(
        ".scheduling_euler_discrete", "EulerDiscreteScheduler", _EVEN_SIGMAS
    ),
    Scheduler.EULER_ANCESTRAL: _SchedulerClass(
        ".scheduling_euler_ancestral_discrete", "EulerAncestralDiscreteScheduler"
    ),
    Scheduler.HEUN: _SchedulerClass(
        ".scheduling_heun_discrete", "HeunDiscreteScheduler", _EVEN_SIGMAS
    ),
    Scheduler.UNIPC: _SchedulerClass(
        ".scheduling_unipc_multistep", "UniPCMultistepScheduler", _EVEN_SIGMAS
    ),
    Scheduler.LMS: _SchedulerClass(
        ".scheduling_lms_discrete", "LMSDiscreteScheduler", _EVEN_SIGMAS
    ),
    Scheduler.PNDM: _SchedulerClass(".scheduling_pndm", "PNDMScheduler", {"skip_prk_steps": True}),
}
_IN_FEW_STEPS = _SchedulerClass(
    "core.models.noise_paths.few_step_unipc", "FewStepUniPC", _EVEN_SIGMAS
)
_AS_IN_THE_FILE = (Scheduler.DDIM, Scheduler.PNDM, Scheduler.EULER_ANCESTRAL)


@dataclass(frozen=True, slots=True)
class BetaPath:
    """The `NoisePath` of DDPM (Ho et al. 2020, arXiv 2006.11239): x = sqrt(a) x0 + sqrt(1 - a) eps.

    Attributes:
        config: Contents of the model's scheduler_config.json.
    """

    config: Mapping[str, Any]

    def make_scheduler(self, kind: Scheduler, *, in_few_steps: bool = False) -> Any:
        """A new diffusers scheduler on this noise schedule; see `make_scheduler`."""
        return make_scheduler(kind, self.config, in_few_steps=in_few_steps)

    def started(self, noise: Tensor, scheduler: Any) -> Tensor:
        """Noise at the level of the scheduler's first timestep."""
        started: Tensor = noise * scheduler.init_noise_sigma
        return started

    def noised(self, clean: Tensor, noise: Tensor, t: Tensor, scheduler: Any) -> Tensor:
        """Clean latents with noise of the level of a timestep."""
        noised: Tensor = scheduler.add_noise(clean, noise, t.reshape(1))
        return noised

    def clean_estimate(self, x: Tensor, prediction: Tensor, t: Tensor, scheduler: Any) -> Tensor:
        """x0 of one prediction (eq. 15; v: Salimans and Ho 2022, arXiv 2202.00512, appendix D)."""
        levels = scheduler.alphas_cumprod
        a: Tensor = levels[int(torch.as_tensor(t).round().clamp(0, len(levels) - 1))].to(x)
        match scheduler.config.get("prediction_type", "epsilon"):
            case "epsilon":
                return (x - (1 - a).sqrt() * prediction) / a.sqrt().clamp_min(1e-3)
            case "v_prediction":
                return a.sqrt() * x - (1 - a).sqrt() * prediction
        return prediction


def check_scheduler_config(config: Mapping[str, Any]) -> None:
    """Refuse a noise schedule that no model was trained with, before it fills the memory.

    Raises:
        TypeError, ValueError: A setting cannot be used.
    """
    steps = config.get("num_train_timesteps", 1000)
    betas = config.get("trained_betas") or []
    if type(steps) is not int or not 1 <= steps <= _MAX_TRAINING_STEPS:
        raise ValueError(f"num_train_timesteps cannot be {steps!r}")
    if not isinstance(betas, list) or len(betas) > _MAX_TRAINING_STEPS:
        raise ValueError("trained_betas is no list of a model's betas")
    for beta in (config.get("beta_start", 0.5), config.get("beta_end", 0.5), *betas):
        if not 0 < beta < 1:
            raise ValueError(f"a beta cannot be {beta!r}")
    if config.get("prediction_type", "epsilon") not in _PREDICTION_TYPES:
        raise ValueError(f"prediction_type cannot be {config['prediction_type']!r}")
    for kind in (Scheduler.DDIM, Scheduler.DPM_SOLVER):  # one of either kind of settings
        make_scheduler(kind, config).set_timesteps(2)


def make_scheduler(
    kind: Scheduler, config: Mapping[str, Any], *, in_few_steps: bool = False
) -> Any:
    """A new diffusers scheduler.

    DDIM, PNDM and Euler ancestral keep every setting of the model's own scheduler file, so that
    results equal those of diffusers' pipelines; PNDM without Runge-Kutta steps, which no such model
    uses. The others keep the settings of the training, and space their steps evenly in log-SNR (Lu
    et al. 2022, arXiv 2206.00927, section 3.3). On Gaussian data of deviation 0.5, where the true
    result is known, 25 steps of DPM-Solver++ are then 0.2 percent off; spaced evenly in time they
    lose 11 percent of the deviation, which dulls the sound. Euler ancestral loses 20 percent in 25
    steps and 8 in 100.

    Args:
        kind: Which one.
        config: Contents of the model's scheduler_config.json.
        in_few_steps: Whether few steps have to do; UniPC places them as `FewStepUniPC` does.
    """
    is_placed = in_few_steps and kind is Scheduler.UNIPC
    scheduler = _IN_FEW_STEPS if is_placed else _SCHEDULERS[kind]
    module = import_module(scheduler.module, _PACKAGE)
    scheduler_class = getattr(module, scheduler.name)
    if kind in _AS_IN_THE_FILE:
        settings = {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1, **config}
    else:
        settings = {key: config[key] for key in _TRAINING_SETTINGS if key in config}
    accepted = inspect.signature(scheduler_class).parameters
    settings = {key: value for key, value in settings.items() if key in accepted}
    return scheduler_class(**{**settings, **scheduler.placement})


def draws_noise(scheduler: Any) -> bool:
    """Whether a scheduler of `make_scheduler` draws noise in every step."""
    is_ancestral = type(scheduler).__name__ == _SCHEDULERS[Scheduler.EULER_ANCESTRAL].name
    return is_ancestral or hasattr(scheduler, "step_with_noise")
