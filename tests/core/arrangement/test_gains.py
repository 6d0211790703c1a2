"""Gains along a layer: fades rise and fall within it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from core.api.region import Span
from core.arrangement.gains import as_factor, envelope, has_fade
from core.arrangement.layer import QUIETEST_DB, FadeShape, Layer
from tests.core.arrangement.arrangements import layers

PLAIN = Layer(track_id=1, sound_id="rain", sound_length=100, span=Span(0, 100))


def middles(layer: Layer) -> np.ndarray:
    return np.arange(layer.length) + 0.5


@given(layers())
def test_fades_rise_and_fall_and_nothing_else_changes(layer: Layer) -> None:
    gains = envelope(layer, middles(layer))
    fade_out = layer.length - layer.fade_out

    assert (np.diff(gains[: layer.fade_in]) >= 0).all()
    assert (np.diff(gains[fade_out:]) <= 0).all()
    assert (gains[layer.fade_in : fade_out] == as_factor(layer.gain_db)).all()
    assert has_fade(layer, 0, layer.length) == bool(layer.fade_in or layer.fade_out)
    assert not has_fade(layer, layer.fade_in, fade_out)


@pytest.mark.parametrize("shape", FadeShape)
def test_two_fades_across_each_other_sum_to_one(shape: FadeShape) -> None:
    leaving = envelope(replace(PLAIN, fade_out=40, fade_shape=shape), np.arange(60.5, 100))
    coming = envelope(replace(PLAIN, fade_in=40, fade_shape=shape), np.arange(0.5, 40))
    np.testing.assert_allclose(leaving + coming, 1.0, rtol=1e-12)


def test_gains_are_factors_and_the_lowest_is_silence() -> None:
    assert as_factor(0.0) == 1.0
    assert as_factor(-20.0) == pytest.approx(0.1)
    assert as_factor(QUIETEST_DB) == 0.0
