"""UniPC in few steps: where they lie."""

import numpy as np
import pytest
import torch

from core.api.request import Scheduler
from core.models.noise_paths.beta_path import make_scheduler
from core.models.noise_paths.few_step_unipc import FIRST_SIGMA, LAST_SIGMA
from tests.core.diffusion.gaussian_model import CONFIG


def _noise_of(alphas: torch.Tensor) -> torch.Tensor:
    return ((1 - alphas) / alphas).sqrt()


@pytest.mark.parametrize("steps", [3, 4, 7, 10])
def test_steps_lie_between_two_levels_of_noise(steps: int) -> None:
    scheduler = make_scheduler(Scheduler.UNIPC, CONFIG, in_few_steps=True)
    scheduler.set_timesteps(steps)
    first, *between, last = scheduler.sigmas.tolist()

    assert len(scheduler.timesteps) == steps
    assert first == pytest.approx(float(_noise_of(scheduler.alphas_cumprod[-1])))
    assert last == 0
    assert between == pytest.approx(np.geomspace(FIRST_SIGMA, LAST_SIGMA, steps - 1))


@pytest.mark.parametrize("steps", [3, 7])
def test_timesteps_have_the_noise_of_their_steps(steps: int) -> None:
    scheduler = make_scheduler(Scheduler.UNIPC, CONFIG, in_few_steps=True)
    scheduler.set_timesteps(steps)
    noise = _noise_of(scheduler.alphas_cumprod[scheduler.timesteps])
    torch.testing.assert_close(noise, scheduler.sigmas[:-1], rtol=0.02, atol=0)


@pytest.mark.parametrize("steps", [1, 2])
def test_one_or_two_steps_stay_as_they_are(steps: int) -> None:
    few, plain = (
        make_scheduler(Scheduler.UNIPC, CONFIG, in_few_steps=in_few_steps)
        for in_few_steps in (True, False)
    )
    for scheduler in (few, plain):
        scheduler.set_timesteps(steps)
    assert torch.equal(few.sigmas, plain.sigmas)


def test_other_samplers_place_their_steps_as_always() -> None:
    few = make_scheduler(Scheduler.DDIM, CONFIG, in_few_steps=True)
    assert type(few) is type(make_scheduler(Scheduler.DDIM, CONFIG))
