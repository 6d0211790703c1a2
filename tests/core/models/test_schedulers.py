from typing import Any

import pytest
from diffusers import DDIMScheduler

from core.api.request import Scheduler
from core.models.schedulers import make_scheduler
from tests.core.diffusion.gaussian_model import CONFIG


@pytest.mark.parametrize("kind", list(Scheduler))
@pytest.mark.parametrize(
    "change",
    [
        {"prediction_type": "v_prediction"},
        {"beta_start": 0.002, "beta_end": 0.01},
        {"beta_schedule": "linear"},
        {"num_train_timesteps": 500},
    ],
)
def test_every_scheduler_keeps_what_the_model_was_trained_with(
    kind: Scheduler, change: dict[str, Any]
) -> None:
    config = make_scheduler(kind, {**CONFIG, **change}).config
    assert {key: config[key] for key in change} == change


def test_ddim_keeps_the_whole_file_for_parity() -> None:
    file = {**DDIMScheduler().config, **CONFIG, "timestep_spacing": "trailing"}
    config = make_scheduler(Scheduler.DDIM, file).config
    assert {key: config[key] for key in CONFIG} == CONFIG
    assert config.timestep_spacing == "trailing"


def test_ddim_without_settings_of_its_own_does_not_clip_latents() -> None:
    assert not make_scheduler(Scheduler.DDIM, {}).config.clip_sample


@pytest.mark.parametrize("kind", list(Scheduler))
def test_settings_of_other_schedulers_are_ignored(kind: Scheduler) -> None:
    config = {**CONFIG, "skip_prk_steps": True, "_class_name": "PNDMScheduler", "later": 1}
    scheduler = make_scheduler(kind, config)
    assert scheduler.config == make_scheduler(kind, CONFIG).config
    scheduler.set_timesteps(3)
    assert scheduler.num_inference_steps == 3


@pytest.mark.parametrize("kind", list(Scheduler))
def test_every_run_gets_a_scheduler_of_its_own(kind: Scheduler) -> None:
    assert make_scheduler(kind, CONFIG) is not make_scheduler(kind, CONFIG)
