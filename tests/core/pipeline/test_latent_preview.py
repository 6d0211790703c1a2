"""The cheap estimate of the log-mel, and a run whose steps carry it."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import Cancelled
from core.api.events import DenoisingStep, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.models.loader import load_model
from core.pipeline.latent_preview import (
    MAX_COLUMNS,
    LatentPreview,
    PreviewingProgress,
    fit_preview,
    synthetic_log_mels,
)
from tests.core.devices.machine import device_of
from tests.core.devices.stand_in import StandIn


def linear_decoder(latents: torch.Tensor, scale: int) -> torch.Tensor:
    """A decoder that is linear: each cell's square shows its channels' mean, and a constant."""
    mel = latents.mean(dim=1, keepdim=True) * 2 - 5
    return mel.repeat_interleave(scale, dim=2).repeat_interleave(scale, dim=3)


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@given(st.integers(1, 6), st.sampled_from([2, 4, 8]), st.integers(1, 30))
def test_a_linear_decoder_is_learnt_exactly(channels, scale, frames):
    preview = LatentPreview(channels, scale)
    latents = draw(1, channels, 60, 8)
    preview.learn(latents, linear_decoder(latents, scale))
    other = draw(1, channels, frames, 8, seed=1)
    np.testing.assert_allclose(preview.mel(other[0]), linear_decoder(other, scale)[0, 0], atol=0.05)


@pytest.fixture
def mps() -> Iterator[StandIn]:
    """A device that has no float64."""
    yield from device_of("mps")


def test_a_device_without_float64_gives_the_same_fit(mps: StandIn):
    on_host, on_device = LatentPreview(4, 4), LatentPreview(4, 4)
    latents = draw(1, 4, 20, 8)
    mel = linear_decoder(latents, 4)
    on_host.learn(latents, mel)
    on_device.learn(latents.to(mps.device), mel.to(mps.device))
    np.testing.assert_array_equal(on_device.mel(latents[0]), on_host.mel(latents[0]))


def test_a_long_clip_has_few_columns_of_the_loudest_frames():
    preview = LatentPreview(2, 4)
    latents = draw(1, 2, 60, 8)
    preview.learn(latents, linear_decoder(latents, 4))
    long = torch.zeros(2, 5000, 8)
    long[:, 2500] = 3.0
    mel = preview.mel(long)
    assert mel.shape[0] <= MAX_COLUMNS
    assert mel.shape[1] == 32
    assert mel.max() == pytest.approx(1.0, abs=0.1)


def test_a_finished_take_improves_the_estimate():
    preview = LatentPreview(4, 4)
    preview.learn(draw(1, 4, 30, 8), linear_decoder(-draw(1, 4, 30, 8), 4))
    latents = draw(1, 4, 500, 8, seed=2)
    mel = linear_decoder(latents, 4)[0, 0].numpy()
    before = np.abs(preview.mel(latents[0]) - mel).mean()
    preview.learn_from_take(latents, mel[:-3])
    after = np.abs(preview.mel(latents[0]) - mel).mean()
    assert after < before / 3


def test_synthetic_sounds_are_always_the_same_and_in_range():
    one, other = synthetic_log_mels(3, 50, 64), synthetic_log_mels(3, 50, 64)
    assert torch.equal(one, other)
    assert one.shape == (3, 1, 50, 64)
    assert -11.6 < one.min() < one.max() < 2.6


def test_fitting_does_not_touch_the_global_generator(tiny_model_folder):
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


def test_values_that_overflowed_are_ignored():
    preview = LatentPreview(2, 4)
    latents = draw(1, 2, 30, 8)
    mel = linear_decoder(latents, 4)
    preview.learn(latents, mel)
    before = preview.mel(latents[0])
    preview.learn(latents, mel * float("nan"))
    np.testing.assert_array_equal(preview.mel(latents[0]), before)


@pytest.fixture
def passed_on():
    return []


@pytest.fixture
def parent(passed_on):
    return Progress(passed_on.append)


@pytest.fixture
def progress(parent):
    preview = LatentPreview(2, 4)
    preview.learn(torch.ones(1, 2, 6, 8), torch.full((1, 1, 24, 32), -3.0))
    return PreviewingProgress(parent, preview)


def test_a_step_is_passed_on_with_its_preview(progress, passed_on):
    latents = np.ones((2, 6, 8), np.float32)
    progress.emit(DenoisingStep(1, 3, latents, latents))
    assert passed_on[0].clean is None
    assert passed_on[0].preview.shape == (24, 32)
    assert passed_on[0].preview[8, 16] == pytest.approx(-3.0, abs=0.1)


def test_other_events_are_passed_on_unchanged(progress, passed_on):
    notice, bare = Notice("one"), DenoisingStep(1, 3, np.ones((2, 6, 8), np.float32))
    progress.emit(notice)
    progress.emit(bare)
    assert passed_on == [notice, bare]


def test_it_is_cancelled_with_its_parent(progress, parent):
    parent.cancel()
    assert progress.cancelled
    with pytest.raises(Cancelled):
        progress.check_cancelled()


def test_an_engine_with_previews_makes_the_same_samples(tiny_model_folder):
    request = GenerationRequest(
        prompt="rain", duration_s=1.0, seed=3, num_inference_steps=2, model=str(tiny_model_folder)
    )
    events = []
    plain = Engine().generate(request)
    pictured = Engine(previews=True).generate(request, Progress(events.append))
    np.testing.assert_array_equal(plain.waveform, pictured.waveform)
    steps = [event for event in events if isinstance(event, DenoisingStep)]
    assert len(steps) == 2
    assert all(step.preview.shape == (len(pictured.mel), 64) for step in steps)
