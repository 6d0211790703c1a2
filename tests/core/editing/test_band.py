"""A band is new between its edges, and nothing beyond them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.edit import Edit, EditKind
from core.editing.band import Band
from core.mel import MelParams, bin_to_hz, hz_to_bin

PARAMS = MelParams()


def band(low_hz: float, high_hz: float | None, highest_hz: float = 8000.0) -> Band | None:
    edit = Edit(kind=EditKind.REGENERATE, low_hz=low_hz, high_hz=high_hz)
    return Band.of(edit, PARAMS, highest_hz)


def tone(hz: float, seconds: float = 2.0) -> np.ndarray:
    """A sine that begins and ends softly."""
    t = np.arange(round(seconds * PARAMS.sample_rate)) / PARAMS.sample_rate
    return (np.sin(2 * np.pi * hz * t) * np.hanning(t.size)).astype(np.float32)


@pytest.mark.parametrize(("low_hz", "high_hz"), [(0.0, None), (0.0, 8000.0), (0.0, 99_999.0)])
def test_all_frequencies_need_no_band(low_hz: float, high_hz: float | None) -> None:
    assert band(low_hz, high_hz) is None


@given(st.floats(0, 9000), st.floats(0, 9000))
def test_a_gain_is_zero_beyond_the_edges(low_hz: float, width_hz: float) -> None:
    found = band(low_hz, low_hz + width_hz)
    if found is None:
        return
    hz = np.linspace(0, 8000, 513)
    bins, gain = hz_to_bin(hz, PARAMS), found.gain(hz)
    assert ((gain >= 0) & (gain <= 1)).all()
    assert not gain[(bins < found.low - 1e-9) | (bins > found.high + 1e-9)].any()
    assert found.shares().max() > 0


@pytest.mark.parametrize("hz", [1000.0, 1650.0, 2300.0])
def test_a_tone_inside_passes_without_delay(hz: float) -> None:
    chosen = band(719.0, 2598.0)
    assert chosen is not None
    samples = tone(hz)
    assert np.abs(chosen.filtered(samples, PARAMS.sample_rate) - samples).max() < 1e-3


@pytest.mark.parametrize("hz", [300.0, 690.0, 2700.0, 6000.0])
def test_a_tone_outside_vanishes(hz: float) -> None:
    chosen = band(719.0, 2598.0)
    assert chosen is not None
    assert np.abs(chosen.filtered(tone(hz), PARAMS.sample_rate)).max() < 1e-3


@given(st.floats(0, 8000), st.floats(0, 1))
def test_a_thin_band_is_a_bin_wide(low_hz: float, width_hz: float) -> None:
    found = band(low_hz, low_hz + width_hz)
    assert found is not None
    first, last = max(found.low, -1.0), min(found.high, 64.0)
    assert last - first == pytest.approx(1.0, abs=0.02)
    middle = bin_to_hz((first + last) / 2, PARAMS)
    assert found.gain(np.array([middle]))[0] > 0.9


@pytest.mark.parametrize(
    ("hz", "is_new"), [(4000, False), (9000, True), (11_700, True), (13_000, False)]
)
def test_a_band_of_a_recording_ends_where_it_says_above_the_model(hz: int, is_new: bool) -> None:
    chosen = band(5000.0, 12_000.0, highest_hz=24_000.0)
    assert chosen is not None
    assert chosen.gain(np.array([float(hz)]))[0] == pytest.approx(float(is_new), abs=1e-9)


def test_a_band_from_0_up_to_above_the_model_is_not_all_of_a_recording() -> None:
    chosen = band(0.0, 12_000.0, highest_hz=24_000.0)
    assert chosen is not None
    assert chosen.gain(np.array([0.0, 8000.0, 11_000.0, 12_500.0])).tolist() == [1, 1, 1, 0]
    assert chosen.shares() == pytest.approx(1, abs=1e-6)
