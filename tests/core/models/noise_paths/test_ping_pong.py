"""Ping-pong's levels and steps are those of diffusers' pipeline and sampler."""

import pytest
import torch
from diffusers.pipelines.stable_audio_3.pipeline_stable_audio_3 import logsnr_sigma_schedule
from diffusers.schedulers.scheduling_flow_match_euler_discrete import (
    FlowMatchEulerDiscreteScheduler,
)

from core.models.noise_paths.ping_pong import PingPong, SnrLevels


@pytest.mark.parametrize("first", [1.0, 0.6, 0.05])
@pytest.mark.parametrize("num_steps", [1, 2, 8])
def test_levels_are_those_of_the_pipeline(num_steps: int, first: float) -> None:
    stock = logsnr_sigma_schedule(num_steps, -6.2, 2.0, sigma_max=first)
    assert SnrLevels(first)(num_steps) == pytest.approx(stock, abs=1e-6)


@pytest.mark.parametrize("first", [1.0, 0.5])
def test_steps_with_the_same_noise_are_those_of_the_scheduler(first: float) -> None:
    sampler = PingPong(SnrLevels())
    sampler.set_timesteps(4)
    sampler.set_begin_index(0)
    sampler.shorten(first)
    stock = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, stochastic_sampling=True)
    stock.set_timesteps(sigmas=logsnr_sigma_schedule(4, -6.2, 2.0, sigma_max=first))
    generator, own = (torch.Generator().manual_seed(5) for _ in range(2))
    x = expected = torch.randn(1, 4, 9, generator=torch.Generator().manual_seed(1))
    for t, stock_t in zip(sampler.timesteps, stock.timesteps, strict=True):
        prediction = torch.sin(3 * x)
        expected = stock.step(prediction, stock_t, expected, generator=generator).prev_sample
        noise = torch.randn(x.shape, generator=own)
        x = sampler.step_with_noise(prediction, sampler.scale_model_input(x, t), noise)
        torch.testing.assert_close(x, expected)


def test_no_step_is_left_where_nothing_is_to_change() -> None:
    sampler = PingPong(SnrLevels())
    sampler.set_timesteps(4)
    sampler.shorten(0.0)
    assert len(sampler.timesteps) == 0
