from dataclasses import replace
from threading import current_thread

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.diffusion.guidance import guided_denoiser
from tests.core.diffusion.gaussian_model import GaussianModel, shift
from tests.threads import torch_threads

X = torch.zeros(1, 2, 3, 4)
T = torch.tensor(500)


@given(positive=st.floats(-3, 3), negative=st.floats(-3, 3), w=st.floats(1, 20, exclude_min=True))
def test_guidance_goes_w_times_from_negative_to_prompt(
    positive: float, negative: float, w: float
) -> None:
    prediction = guided_denoiser(GaussianModel(), shift(positive, negative), w)(X, T, ())
    expected = torch.full_like(X, negative + w * (positive - negative))
    torch.testing.assert_close(prediction, expected, rtol=1e-5, atol=1e-4)


@given(w=st.floats(1, 20), x=st.floats(-2, 2))
def test_equal_prompts_leave_nothing_to_guide(w: float, x: float) -> None:
    model = GaussianModel()
    latents = torch.full_like(X, x)
    expected = model.predict(latents, T, shift(0.5).positive)
    torch.testing.assert_close(guided_denoiser(model, shift(0.5, 0.5), w)(latents, T, ()), expected)


@pytest.mark.parametrize("w", [0.0, 0.5, 1.0])
def test_without_guidance_only_the_prompt_is_predicted(w: float) -> None:
    model = GaussianModel()
    prediction = guided_denoiser(model, shift(1.5, negative=99.0), w)(X, T, ())
    assert torch.equal(prediction, torch.full_like(X, 1.5))
    assert model.batch_sizes == [1]


def test_both_predictions_are_made_in_one_call() -> None:
    model = GaussianModel()
    guided_denoiser(model, shift(), 2.0)(X, T, ())
    assert model.batch_sizes == [2]


@pytest.mark.parametrize(
    ("timestep", "is_guided"), [(99, False), (100, True), (800, True), (801, False)]
)
def test_only_the_cards_timesteps_are_guided(timestep: int, is_guided: bool) -> None:
    model = GaussianModel()
    model.card = replace(model.card, guidance_timesteps=(100, 800))
    prediction = guided_denoiser(model, shift(1.5, 0.5), 2.0)(X, torch.tensor(timestep), ())
    assert torch.equal(prediction, torch.full_like(X, 2.5 if is_guided else 1.5))
    assert model.batch_sizes == [2 if is_guided else 1]


@pytest.mark.parametrize("w", [1.0, 3.0])
def test_every_window_of_a_batch_is_predicted_under_the_prompts(w: float) -> None:
    windows = torch.arange(6.0).view(6, 1, 1, 1).expand(6, 2, 3, 4)
    prompts = shift(0.5, -0.5)
    for part in (prompts.positive, prompts.negative):
        part["shift"] = torch.cat([part["shift"], part["shift"] * 2])  # a batch of two prompts
    predict = guided_denoiser(GaussianModel(), prompts, w)

    expected = torch.cat([predict(pair, T, ()) for pair in windows.split(2)])
    torch.testing.assert_close(predict(windows, T, ()), expected)


class LinearModel(GaussianModel):
    """Predicts the latents, louder by the conditioning."""

    def predict(
        self, latents: torch.Tensor, timestep: torch.Tensor, conditioning: dict[str, torch.Tensor]
    ) -> torch.Tensor:
        return latents * conditioning["shift"].view(-1, 1, 1, 1)


@given(share=st.floats(0, 1), w=st.floats(1, 20, exclude_min=True))
def test_rescaled_guidance_has_the_deviation_of_the_prompt(share: float, w: float) -> None:
    model = LinearModel()
    model.card = replace(model.card, guidance_rescale=share)
    latents = torch.randn(2, 2, 3, 4, generator=torch.Generator().manual_seed(0))
    prediction = guided_denoiser(model, shift(2.0, 1.0), w)(latents, T, ())
    scale = (1 - share) * (w + 1) + share * 2  # of the guided one, and of the prompt's own
    torch.testing.assert_close(prediction, latents * scale)


def test_a_prediction_without_any_deviation_stays() -> None:
    model = GaussianModel()
    model.card = replace(model.card, guidance_rescale=1.0)
    torch.testing.assert_close(
        guided_denoiser(model, shift(1.0), 3.0)(X, T, ()), torch.full_like(X, 3.0)
    )


class Halves(GaussianModel):
    """Knows in which threads it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[str] = []

    def predict(
        self, latents: torch.Tensor, timestep: torch.Tensor, conditioning: dict[str, torch.Tensor]
    ) -> torch.Tensor:
        self.threads.append(current_thread().name)
        return super().predict(latents, timestep, conditioning)


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
def test_both_prompts_share_an_even_number_of_threads(threads: int) -> None:
    model = Halves()
    predict = guided_denoiser(model, shift(1.5, 0.5), 2.0)
    with torch_threads(threads):
        predictions = [predict(X, T, ()) for _ in range(2)]
    assert all(torch.equal(each, torch.full_like(X, 2.5)) for each in predictions)
    here, halves = current_thread().name, [1, 1] if threads % 2 == 0 else [2]
    assert model.batch_sizes == halves * 2
    assert all((name == here) == (threads % 2 == 1) for name in model.threads)
