"""Rectified flow, tried with Gaussian data, for which the way back is known."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.api.errors import Cancelled, InvalidRequestError
from core.api.events import DenoisingStep, Event
from core.api.model_card import ModelCard
from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion.denoising import denoise
from core.diffusion.inpainting import Inpainting, SourceLatents
from core.diffusion.run_checkpoint import RunCheckpoint
from core.models.noise_paths.flow_path import (
    DISTILLED_SAMPLERS,
    FlowPath,
    check_flow_config,
    shifted_levels,
)
from tests.core.diffusion.gaussian_model import GaussianModel, shift

STD = 0.5
KINDS = (Scheduler.DPM_SOLVER, Scheduler.EULER)


class GaussianFlow(GaussianModel):
    """Data of deviation `STD`; predicts the velocity from the share of noise that it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.card = ModelCard(name="", description="", licence="", window_frames=64)
        self.noise_path = FlowPath(shifted_levels(3.0))

    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        t = timestep.double()
        velocity = (t - (1 - t) * STD**2) / _variance(t) * latents
        return velocity.float() + conditioning["shift"].view(-1, 1, 1, 1)


def _variance(t: Any) -> Any:
    return (1 - t) ** 2 * STD**2 + t**2


@pytest.fixture
def model() -> GaussianFlow:
    return GaussianFlow()


def noise_of(seed: int) -> Tensor:
    return torch.randn(1, 2, 8, 4, generator=torch.Generator().manual_seed(seed))


def run(model: GaussianFlow, kind: Scheduler, num_steps: int = 60, **settings: Any) -> Tensor:
    return denoise(
        model,
        shift(),
        noise_of(1),
        scheduler=model.noise_path.make_scheduler(kind),
        num_inference_steps=num_steps,
        guidance_scale=1.0,
        seed=1,
        **{"progress": Progress(), **settings},
    )


@pytest.mark.parametrize(
    ("kind", "tolerance"), [(Scheduler.DPM_SOLVER, 0.01), (Scheduler.EULER, 0.06)]
)
def test_both_samplers_follow_the_flow(
    model: GaussianFlow, kind: Scheduler, tolerance: float
) -> None:
    torch.testing.assert_close(run(model, kind), noise_of(1) * STD, rtol=tolerance, atol=1e-4)


@pytest.mark.parametrize("num_steps", [1, 2, 8])
def test_euler_equals_the_stock_sampler_to_the_bit(model: GaussianFlow, num_steps: int) -> None:
    stock = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0)
    stock.set_timesteps(sigmas=shifted_levels(3.0)(num_steps))
    x = noise_of(1)
    for t in stock.timesteps:
        x = stock.step(model.predict(x, t, shift().positive), t, x, return_dict=False)[0]
    assert torch.equal(run(model, Scheduler.EULER, num_steps), x)


@pytest.mark.parametrize("kind", KINDS)
def test_one_step_leads_to_the_mean(model: GaussianFlow, kind: Scheduler) -> None:
    torch.testing.assert_close(run(model, kind, 1), torch.zeros(1, 2, 8, 4))


@given(st.integers(1, 50), st.floats(0.2, 8))
def test_levels_fall_from_noise_alone_and_end_above_none(num_steps: int, value: float) -> None:
    levels = shifted_levels(value)(num_steps)
    assert len(levels) == num_steps
    assert levels[0] == 1.0
    assert all(a > b for a, b in zip(levels, [*levels[1:], 0.0], strict=True))


def test_eight_steps_of_shift_three_are_those_of_the_distillation() -> None:
    expected = [1, 21 / 22, 9 / 10, 5 / 6, 3 / 4, 9 / 14, 1 / 2, 3 / 10]
    np.testing.assert_allclose(shifted_levels(3.0)(8), expected, rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_is_mixed_with_the_noise_of_its_step(model: GaussianFlow, kind: Scheduler) -> None:
    source = noise_of(2) * STD
    t = model.noise_path.levels(60)[30]
    result = run(model, kind, source=SourceLatents(source, 0.5))
    noisy = (1 - t) * source + t * noise_of(1)
    torch.testing.assert_close(result, noisy * STD / _variance(t) ** 0.5, rtol=0.06, atol=1e-4)


def test_a_source_without_steps_stays_as_it_is(model: GaussianFlow) -> None:
    source = noise_of(2)
    assert torch.equal(run(model, Scheduler.EULER, source=SourceLatents(source, 0.0)), source)


@pytest.mark.parametrize("kind", KINDS)
def test_known_latents_stay_to_the_bit(model: GaussianFlow, kind: Scheduler) -> None:
    known, weights = noise_of(3), torch.zeros(1, 1, 8, 1)
    weights[:, :, :4] = 1
    result = run(model, kind, inpainting=Inpainting(known, weights))
    assert torch.equal(result[:, :, :4], known[:, :, :4])
    expected = noise_of(1)[:, :, 4:] * STD
    torch.testing.assert_close(result[:, :, 4:], expected, rtol=0.06, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_resumed_run_ends_at_the_same_latents_bit_for_bit(
    model: GaussianFlow, kind: Scheduler, tmp_path: Path
) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, DenoisingStep) and event.step == 5:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        run(model, kind, 9, progress=progress, checkpoint=RunCheckpoint(tmp_path, 0))
    resumed = run(model, kind, 9, checkpoint=RunCheckpoint(tmp_path, 0))
    assert torch.equal(resumed, run(model, kind, 9))


@given(st.floats(0, 1), st.integers(0, 9))
def test_a_perfect_prediction_gives_back_what_was_noised(t: float, seed: int) -> None:
    path, x0, noise = FlowPath(shifted_levels(1.0)), noise_of(seed), noise_of(seed + 10)
    noisy = path.noised(x0, noise, torch.tensor([t]), None)
    clean = path.clean_estimate(noisy, noise - x0, torch.tensor(t), None)
    torch.testing.assert_close(clean, x0, atol=1e-5, rtol=1e-4)


def test_samplers_of_other_paths_are_refused(model: GaussianFlow) -> None:
    for kind in {*Scheduler} - {*KINDS}:
        with pytest.raises(InvalidRequestError, match=r"choose dpm-solver\+\+ or euler"):
            model.noise_path.make_scheduler(kind)
    distilled = FlowPath(shifted_levels(3.0), DISTILLED_SAMPLERS)
    few = distilled.make_scheduler(Scheduler.UNIPC, in_few_steps=True)
    assert type(few) is type(distilled.make_scheduler(Scheduler.EULER))


@pytest.mark.parametrize(
    "change",
    [{"shift": 0}, {"use_karras_sigmas": True}, {"use_dynamic_shifting": True}, {"shift": "nan"}],
)
def test_settings_that_place_steps_elsewhere_are_refused(change: dict[str, Any]) -> None:
    config = {"num_train_timesteps": 1, "shift": 1.0, "use_karras_sigmas": False}
    check_flow_config(config)
    with pytest.raises(ValueError, match="cannot be"):
        check_flow_config({**config, **change})
