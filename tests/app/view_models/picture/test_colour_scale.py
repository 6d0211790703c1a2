"""What the colours stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.picture.colour_scale import NARROWEST_DB, ColourMap, ColourScaleModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.region import Region, Span


@pytest.fixture
def spectrogram(qapp):
    spectrogram = SpectrogramModel()
    spectrogram.begin(400)
    return spectrogram


@pytest.fixture
def colour_scale(spectrogram):
    return ColourScaleModel(spectrogram)


def lay(spectrogram, level_db):
    mel = np.full((400, 64), level_db / 8.6859, np.float32)
    mel[::2] -= 20 / 8.6859
    spectrogram.write(Region(Span(0, 400), Span(0, 64)), mel)


@given(st.floats(-200, 200), st.floats(-200, 200))
def test_both_ends_stay_apart_and_in_range(low_db, high_db):
    colour_scale = ColourScaleModel(SpectrogramModel())
    colour_scale.set_range(low_db, high_db)
    assert -110 <= colour_scale.low_db < colour_scale.high_db <= 17
    assert colour_scale.high_db - colour_scale.low_db >= NARROWEST_DB - 1e-9


def test_automatic_ends_follow_the_levels(colour_scale, spectrogram, qtbot):
    colour_scale.set_automatic(True)
    with qtbot.waitSignal(colour_scale.changed):
        lay(spectrogram, -20)
    assert colour_scale.low_db == pytest.approx(-40, abs=3)
    assert colour_scale.high_db == pytest.approx(-20, abs=3)
    with qtbot.waitSignal(colour_scale.changed):
        lay(spectrogram, 0)
    assert colour_scale.high_db == pytest.approx(0, abs=3)


def test_ends_set_by_hand_stay(colour_scale, spectrogram):
    colour_scale.set_automatic(True)
    colour_scale.set_range(-70, -10)
    lay(spectrogram, -20)
    assert (colour_scale.low_db, colour_scale.high_db, colour_scale.is_automatic) == (
        -70,
        -10,
        False,
    )


def test_an_empty_clip_leaves_the_ends(colour_scale):
    colour_scale.set_automatic(True)
    assert (colour_scale.low_db, colour_scale.high_db) == (-55, 8)


def test_it_is_stored_as_a_line(colour_scale, spectrogram):
    colour_scale.choose_map(ColourMap.MAGMA)
    colour_scale.set_range(-70, -10)
    other = ColourScaleModel(spectrogram)
    other.restore(colour_scale.to_text())
    assert (other.colour_map, other.low_db, other.high_db) == (ColourMap.MAGMA, -70, -10)


@pytest.mark.parametrize(
    "text", ["", "magma", "rainbow -55 8 fixed", "magma a b fixed", "magma -50 0 fixed -90"]
)
def test_a_damaged_line_changes_nothing(colour_scale, text):
    colour_scale.restore(text)
    assert colour_scale.to_text() == "cividis -55 8 fixed -105 -15"
