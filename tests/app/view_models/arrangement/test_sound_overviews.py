"""Overviews of layers: parts, repeats, gains and fades of what their sounds hold."""

from dataclasses import replace

import numpy as np
import pytest

from app.view_models.arrangement.sound_overviews import SoundOverviews
from app.view_models.transport.peak_pyramid import PeakPyramid
from core.api.region import Span
from core.arrangement.layer import FadeShape, Layer

BIN = 256


@pytest.fixture
def overviews(qapp):
    """A sound of eight bins, each louder than the one before; at half the arrangement's rate."""
    peaks = PeakPyramid(8 * BIN)
    peaks.write(0, np.repeat(np.arange(1, 9, dtype=np.float32) / 10, BIN))
    overviews = SoundOverviews()
    overviews.put("steps", peaks)
    return overviews


LAYER = Layer(
    track_id=1, sound_id="steps", sound_length=16 * BIN, span=Span(4 * BIN, 12 * BIN), start=1000
)


def highs(overviews, layer, count):
    edges = layer.start + np.linspace(0, layer.length, count + 1)
    return overviews.columns(layer, edges).high


def test_a_layer_shows_the_part_that_it_plays(overviews):
    np.testing.assert_allclose(highs(overviews, LAYER, 4), [0.3, 0.4, 0.5, 0.6], rtol=1e-6)


def test_a_layer_that_repeats_shows_it_again_from_its_phase_on(overviews):
    looped = replace(LAYER, loop_length=16 * BIN, loop_phase=4 * BIN)
    expected = [0.5, 0.6, 0.3, 0.4, 0.5, 0.6, 0.3, 0.4]
    np.testing.assert_allclose(highs(overviews, looped, 8), expected, rtol=1e-6)


def test_gain_and_fades_show(overviews):
    quiet = replace(LAYER, gain_db=-20.0, fade_in=4 * BIN, fade_shape=FadeShape.LINEAR)
    expected = [0.3 * 0.025, 0.4 * 0.075, 0.05, 0.06]
    np.testing.assert_allclose(highs(overviews, quiet, 4), expected, rtol=1e-6)
    assert not highs(overviews, LAYER.with_gain(-120.0), 4).any()


def test_a_sound_is_asked_for_once_and_drawn_when_it_is_there(qtbot, overviews):
    other = replace(LAYER, sound_id="rain")
    with qtbot.waitSignal(overviews.wanted) as asked:
        assert overviews.columns(other, np.array([1000.0, 1001.0])) is None
    assert asked.args == ["rain"]
    with qtbot.assertNotEmitted(overviews.wanted):
        overviews.columns(other, np.array([1000.0, 1001.0]))
    with qtbot.waitSignal(overviews.arrived):
        overviews.put("rain", PeakPyramid(10))
    assert overviews.columns(other, np.array([1000.0, 1001.0])) is not None
