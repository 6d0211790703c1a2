"""EDM's levels of noise, tried with Gaussian data, for which the way back is known."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from core.api.errors import InvalidRequestError
from core.api.model_card import ModelCard
from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion.denoising import denoise
from core.diffusion.inpainting import Inpainting, SourceLatents
from core.models.noise_paths.edm_path import EdmPath, check_edm_config
from tests.core.diffusion.gaussian_model import GaussianModel, shift

CONFIG: dict[str, Any] = {
    "sigma_min": 0.3,
    "sigma_max": 500.0,
    "sigma_data": 1.0,
    "sigma_schedule": "exponential",
    "prediction_type": "v_prediction",
}
STD = 0.5


class GaussianEdm(GaussianModel):
    """Data of deviation `STD`; predicts v from the noise level that it is told."""

    def __init__(self, *, has_cosine_times: bool) -> None:
        super().__init__()
        self.card = ModelCard(name="", description="", licence="", window_frames=64)
        self.noise_path = EdmPath(CONFIG, has_cosine_times)

    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        t = timestep.double()
        sigma = torch.tan(t * math.pi / 2) if self.noise_path.has_cosine_times else (4 * t).exp()
        noisy = latents * (sigma**2 + 1) ** 0.5
        clean = noisy * STD**2 / (STD**2 + sigma**2)
        return ((noisy / (sigma**2 + 1) - clean) * (sigma**2 + 1) ** 0.5 / sigma).float()


@pytest.fixture(params=[True, False], ids=["cosine", "log"])
def model(request: pytest.FixtureRequest) -> GaussianEdm:
    return GaussianEdm(has_cosine_times=request.param)


def noise_of(seed: int) -> Tensor:
    return torch.randn(1, 2, 8, 4, generator=torch.Generator().manual_seed(seed))


def run(model: GaussianEdm, kind: Scheduler, **settings: Any) -> Tensor:
    return denoise(
        model,
        shift(),
        noise_of(1),
        scheduler=model.noise_path.make_scheduler(kind),
        num_inference_steps=60,
        guidance_scale=1.0,
        seed=1,
        progress=Progress(),
        **settings,
    )


def flowed(x: Tensor, sigma: float) -> Tensor:
    """Where the probability flow takes latents: to the least level, then to the mean."""
    least = CONFIG["sigma_min"]
    return x * STD**2 / ((STD**2 + sigma**2) * (STD**2 + least**2)) ** 0.5


@pytest.mark.parametrize(
    ("kind", "tolerance"), [(Scheduler.DPM_SOLVER, 0.03), (Scheduler.EULER, 0.12)]
)
def test_both_samplers_follow_the_flow(
    model: GaussianEdm, kind: Scheduler, tolerance: float
) -> None:
    expected = flowed(noise_of(1) * 500.001, 500)
    assert (run(model, kind) - expected).abs().max() / expected.std() < tolerance


def test_a_source_is_mixed_with_noise_of_the_level_of_its_step(model: GaussianEdm) -> None:
    source = noise_of(2) * STD
    steps = model.noise_path.make_scheduler(Scheduler.DPM_SOLVER)
    steps.set_timesteps(60)
    sigma = float(steps.sigmas[42])
    result = run(model, Scheduler.DPM_SOLVER, source=SourceLatents(source, 0.3))
    expected = flowed(source + sigma * noise_of(1), sigma)
    assert (result - expected).abs().max() / expected.std() < 0.05


def test_a_source_matters_more_the_less_of_the_steps_are_run(model: GaussianEdm) -> None:
    source = noise_of(2) * STD
    results = [
        run(model, Scheduler.DPM_SOLVER, source=SourceLatents(source, share))
        for share in (0.0, 0.1, 0.3, 1.0)
    ]
    likeness = [
        float(torch.corrcoef(torch.stack([one.ravel(), source.ravel()]))[0, 1]) for one in results
    ]
    assert likeness == sorted(likeness, reverse=True)
    assert torch.equal(results[0], source)
    assert likeness[1] > 0.5
    assert abs(likeness[3]) < 0.3


def test_known_latents_stay_to_the_bit(model: GaussianEdm) -> None:
    known, weights = noise_of(3), torch.zeros(1, 1, 8, 1)
    weights[:, :, :4] = 1
    result = run(model, Scheduler.DPM_SOLVER, inpainting=Inpainting(known, weights))
    assert torch.equal(result[:, :, :4], known[:, :, :4])


@pytest.mark.parametrize("index", [0, 30, 59])
def test_a_perfect_prediction_gives_back_what_was_noised(model: GaussianEdm, index: int) -> None:
    path, x0, noise = model.noise_path, noise_of(4), noise_of(5)
    scheduler = path.make_scheduler(Scheduler.DPM_SOLVER)
    scheduler.set_timesteps(60)
    t, sigma = scheduler.timesteps[index], scheduler.sigmas[index]
    noisy = path.noised(x0, noise, t, scheduler)
    v = (noise - sigma * x0) / (1 + sigma**2) ** 0.5
    clean = path.clean_estimate(noisy / (1 + sigma**2) ** 0.5, v, t, scheduler)
    torch.testing.assert_close(clean, x0, atol=2e-3, rtol=1e-3)


@pytest.mark.parametrize("kind", sorted({*Scheduler} - {Scheduler.DPM_SOLVER, Scheduler.EULER}))
def test_samplers_of_other_paths_are_refused(model: GaussianEdm, kind: Scheduler) -> None:
    with pytest.raises(InvalidRequestError, match=r"choose dpm-solver\+\+ or euler"):
        model.noise_path.make_scheduler(kind)
    assert model.noise_path.make_scheduler(kind, in_few_steps=True)


def test_a_sampler_that_draws_noise_in_its_steps_is_run_without() -> None:
    config = {**CONFIG, "algorithm_type": "sde-dpmsolver++"}
    scheduler = EdmPath(config, has_cosine_times=False).make_scheduler(Scheduler.DPM_SOLVER)
    assert scheduler.config.algorithm_type == "dpmsolver++"


@pytest.mark.parametrize(
    "change",
    [
        {"sigma_min": 0},
        {"sigma_max": 0.1},
        {"sigma_max": math.inf},
        {"sigma_data": -1.0},
        {"num_train_timesteps": 1e3},
        {"prediction_type": "sample"},
    ],
)
def test_levels_that_no_training_has_are_refused(change: dict[str, Any]) -> None:
    check_edm_config(CONFIG)
    with pytest.raises(ValueError, match="cannot be"):
        check_edm_config({**CONFIG, **change})
