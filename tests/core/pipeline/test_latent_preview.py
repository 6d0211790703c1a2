"""The cheap guess of what latents stand for."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.progress import Progress
from core.models.loader import load_model
from core.pipeline.latent_preview import (
    MAX_COLUMNS,
    LatentPreview,
    fit_preview,
    learn_from_take,
    synthetic_log_mels,
)
from tests.core.fake_accelerator import install


def linear_decoder(latents: torch.Tensor, scale: int) -> torch.Tensor:
    """A decoder that is linear: each cell's square shows its channels' mean, and a constant."""
    mel = latents.mean(dim=1, keepdim=True) * 2 - 5
    return mel.repeat_interleave(scale, dim=2).repeat_interleave(scale, dim=3)


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@given(st.integers(1, 6), st.sampled_from([2, 4, 8]), st.integers(1, 30))
def test_a_linear_decoder_is_learnt_to_the_letter(channels, scale, frames):
    preview = LatentPreview(channels, scale)
    latents = draw(1, channels, 60, 8)
    preview.learn(latents, linear_decoder(latents, scale))
    other = draw(1, channels, frames, 8, seed=1)
    np.testing.assert_allclose(preview.mel(other[0]), linear_decoder(other, scale)[0, 0], atol=0.05)


def test_a_device_without_float64_teaches_it_the_same():
    on_host, on_device = LatentPreview(4, 4), LatentPreview(4, 4)
    latents = draw(1, 4, 20, 8)
    mel = linear_decoder(latents, 4)
    on_host.learn(latents, mel)
    on_device.learn(latents.to(install()), mel.to(install()))
    np.testing.assert_array_equal(on_device.mel(latents[0]), on_host.mel(latents[0]))


def test_a_long_clip_is_shown_in_few_columns_that_keep_the_loudest():
    preview = LatentPreview(2, 4)
    latents = draw(1, 2, 60, 8)
    preview.learn(latents, linear_decoder(latents, 4))
    long = torch.zeros(2, 5000, 8)
    long[:, 2500] = 3.0
    mel = preview.mel(long)
    assert mel.shape[0] <= MAX_COLUMNS
    assert mel.shape[1] == 32
    assert mel.max() == pytest.approx(1.0, abs=0.1)


def test_a_finished_take_makes_the_guess_better():
    preview = LatentPreview(4, 4)
    preview.learn(draw(1, 4, 30, 8), linear_decoder(-draw(1, 4, 30, 8), 4))
    latents = draw(1, 4, 500, 8, seed=2)
    mel = linear_decoder(latents, 4)[0, 0].numpy()
    before = np.abs(preview.mel(latents[0]) - mel).mean()
    learn_from_take(preview, latents, mel[:-3])
    after = np.abs(preview.mel(latents[0]) - mel).mean()
    assert after < before / 3


def test_synthetic_sounds_are_always_the_same_and_in_range():
    one, other = synthetic_log_mels(3, 50, 64), synthetic_log_mels(3, 50, 64)
    assert torch.equal(one, other)
    assert one.shape == (3, 1, 50, 64)
    assert -11.6 < one.min() < one.max() < 2.6


def test_it_is_fitted_to_a_model_and_leaves_its_random_numbers_alone(tiny_model_folder):
    model = load_model(
        str(tiny_model_folder),
        device=torch.device("cpu"),
        dtype=torch.float32,
        progress=Progress(),
    )
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    preview = fit_preview(model)
    assert torch.equal(torch.rand(1), expected)
    latents = draw(1, model.latent_channels, 40, model.latent_bins, seed=3)
    with torch.inference_mode():
        mel = model.vae.decode(latents / model.scaling_factor).sample[0, 0]
    guess = preview.mel(latents[0])
    assert guess.shape == tuple(mel.shape)
    assert np.corrcoef(guess.ravel(), mel.numpy().ravel())[0, 1] > 0.2


def test_values_that_overflowed_teach_nothing():
    preview = LatentPreview(2, 4)
    latents = draw(1, 2, 30, 8)
    mel = linear_decoder(latents, 4)
    preview.learn(latents, mel)
    before = preview.mel(latents[0])
    preview.learn(latents, mel * float("nan"))
    np.testing.assert_array_equal(preview.mel(latents[0]), before)
