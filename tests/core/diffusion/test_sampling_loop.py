"""What is left once the noise is taken out, for every way a denoiser may predict."""

from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.diffusion.sampling_loop import clean_estimate

LEVELS = torch.linspace(0.999, 0.01, 100)


def predict(kind: str, x0: torch.Tensor, noise: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
    return {
        "epsilon": noise,
        "v_prediction": a.sqrt() * noise - (1 - a).sqrt() * x0,
        "sample": x0,
    }[kind]


@given(st.sampled_from(["epsilon", "v_prediction", "sample"]), st.integers(0, 99))
def test_a_perfect_prediction_gives_back_what_was_noised(kind, t):
    generator = torch.Generator().manual_seed(t)
    x0 = torch.randn(1, 2, 5, 4, generator=generator)
    noise = torch.randn(1, 2, 5, 4, generator=generator)
    a = LEVELS[t]
    x = a.sqrt() * x0 + (1 - a).sqrt() * noise
    scheduler = SimpleNamespace(alphas_cumprod=LEVELS, config={"prediction_type": kind})
    clean = clean_estimate(scheduler, x, predict(kind, x0, noise, a), torch.tensor(float(t)))
    torch.testing.assert_close(clean, x0, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    "scheduler",
    [
        SimpleNamespace(config={}),
        SimpleNamespace(alphas_cumprod=LEVELS, config={"prediction_type": "flow"}),
    ],
)
def test_without_known_noise_levels_latents_stay_as_they_are(scheduler):
    x = torch.ones(1, 2, 3, 4)
    assert clean_estimate(scheduler, x, x * 2, torch.tensor(3)) is x
