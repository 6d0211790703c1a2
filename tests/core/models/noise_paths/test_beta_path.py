from types import SimpleNamespace
from typing import Any

import pytest
import torch
from diffusers import DDIMScheduler
from hypothesis import given
from hypothesis import strategies as st

from core.api.request import Scheduler
from core.models.noise_paths.beta_path import BetaPath, make_scheduler
from tests.core.diffusion.gaussian_model import CONFIG

LEVELS = torch.linspace(0.999, 0.01, 100)


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


@given(st.sampled_from(["epsilon", "v_prediction", "sample"]), st.integers(0, 99))
def test_a_perfect_prediction_gives_back_what_was_noised(kind: str, t: int) -> None:
    generator = torch.Generator().manual_seed(t)
    x0 = torch.randn(1, 2, 5, 4, generator=generator)
    noise = torch.randn(1, 2, 5, 4, generator=generator)
    a = LEVELS[t]
    x = a.sqrt() * x0 + (1 - a).sqrt() * noise
    prediction = {
        "epsilon": noise,
        "v_prediction": a.sqrt() * noise - (1 - a).sqrt() * x0,
        "sample": x0,
    }[kind]
    scheduler = SimpleNamespace(alphas_cumprod=LEVELS, config={"prediction_type": kind})
    clean = BetaPath(CONFIG).clean_estimate(x, prediction, torch.tensor(float(t)), scheduler)
    torch.testing.assert_close(clean, x0, atol=1e-4, rtol=1e-4)
