"""The energy of the latents in grey, and the live preview."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.viewer.level_pyramid import encode_log_mel
from app.view_models.viewer.live_preview import LivePreviewModel, latent_greys
from core.api.events import DenoisingStep


def latents(frames, seed=0):
    return np.random.default_rng(seed).normal(size=(16, frames, 8)).astype(np.float32)


@given(st.integers(1, 20_000))
def test_a_sketch_is_small_however_long_the_sound(frames):
    greys = latent_greys(latents(frames))
    assert greys.dtype == np.uint8
    assert greys.shape[0] == 8
    assert 1 <= greys.shape[1] <= 1024


def test_where_there_is_energy_it_is_bright():
    quiet = latents(200) * 0.1
    quiet[:, 50:100, 2] *= 20
    greys = latent_greys(quiet)
    assert greys[2, 50:100].mean() > greys[2, 100:].mean() + 100
    assert greys[2, 50:100].mean() > greys[5].mean() + 100


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_latents_without_any_difference_are_no_error(value):
    assert latent_greys(np.full((4, 10, 8), value, np.float32)).shape == (8, 10)


def test_showing_and_clearing_is_emitted(qtbot, qapp):
    model = LivePreviewModel()
    with qtbot.waitSignal(model.changed):
        model.show(DenoisingStep(1, 2, latents(10)))
    with qtbot.waitSignal(model.changed):
        model.clear()
    assert model.greys is None
    with qtbot.assertNotEmitted(model.changed):
        model.clear()


def test_a_preview_takes_the_place_of_the_sketch(qapp):
    model = LivePreviewModel()
    preview = np.linspace(-11, 2, 40 * 64, dtype=np.float32).reshape(40, 64)
    model.show(DenoisingStep(1, 2, latents(10), preview=preview))
    np.testing.assert_array_equal(model.codes, encode_log_mel(preview).T)
    assert model.greys is None
    model.clear()
    assert model.is_empty
