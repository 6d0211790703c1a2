"""Choosing a part of a clip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.viewer.drags import SelectionDrag, edge_at
from app.view_models.viewer.selection import (
    SHORTEST_S,
    Edge,
    Selection,
    SelectionModel,
)
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.region import Region, Span
from core.mel_scale import MelParams
from tests.app.frequency_bands import MEL, mel_band

PARAMS = MelParams()
DURATION_S = 4.0

times = st.floats(-10, 20)
bands = st.none() | st.builds(
    lambda low_hz, width_hz: (low_hz, low_hz + width_hz), st.floats(0, 9000), st.floats(0, 9000)
)
selections = st.builds(
    lambda a, b, band: Selection(min(a, b), max(a, b), band), times, times, bands
)


@pytest.fixture
def spectrogram(qapp):
    spectrogram = SpectrogramModel()
    spectrogram.begin_seconds(DURATION_S)
    return spectrogram


@pytest.fixture
def selection(spectrogram):
    return SelectionModel(spectrogram)


@given(selections)
def test_a_selection_is_within_the_clip_and_not_empty(selection):
    chosen = selection.within(DURATION_S, PARAMS.fmax)
    if chosen is None:
        return
    assert 0 <= chosen.start_s < chosen.stop_s <= DURATION_S
    region = chosen.region(PARAMS)
    assert region.area > 0
    assert region.time.stop <= 400
    assert region.bins.stop <= PARAMS.n_mels
    assert chosen.within(DURATION_S, PARAMS.fmax) == chosen


@given(st.floats(0, 3), st.floats(0.001, 1))
def test_its_region_covers_its_time(start_s, length_s):
    frames = Selection(start_s, start_s + length_s).region(PARAMS).time
    assert frames.start / 100 <= start_s + 1e-6
    assert frames.stop / 100 >= start_s + length_s - 1e-6
    assert frames.length <= length_s * 100 + 2


def test_whole_seconds_are_whole_frames():
    assert Selection(0.1, 0.3).region(PARAMS) == Region(Span(10, 30), Span(0, 64))


@given(
    st.sampled_from([Edge.START, Edge.STOP]),
    st.floats(-10, 10),
)
def test_an_edge_stops_at_the_opposite_one(edge, by_s):
    moved = Selection(1.0, 2.0).moved(edge, by_s, MEL)
    assert moved.length_s >= SHORTEST_S * 0.999


@given(st.sampled_from([Edge.LOW, Edge.HIGH]), st.integers(-100, 100))
def test_bins_stay_in_the_clip_and_at_least_one(edge, by):
    moved = Selection(1.0, 2.0, mel_band(10, 20)).moved(edge, by, MEL)
    low, high = map(MEL.place_of, moved.band_hz)
    assert 0 <= low <= high - 1 <= 63


def test_moving_a_frequency_edge_begins_from_all_of_them():
    assert Selection(1.0, 2.0).moved(Edge.HIGH, -4, MEL).band_hz == mel_band(0, 60)


def test_all_frequencies_are_no_frequency_range(selection):
    selection.select(Selection(1.0, 2.0, mel_band(0, 64)))
    assert selection.current.band_hz is None
    assert selection.band_hz is None


def test_what_lies_above_the_axis_stays_chosen(selection):
    selection.select(Selection(1.0, 2.0, (9000.0, 12_000.0)))
    selection.move_edge(Edge.STOP, 0.5)
    assert selection.current == Selection(1.0, 2.5, (9000.0, 12_000.0))


def test_the_hz_range_of_some_bins_touches_that_of_the_next(selection):
    below = mel_band(10, 20)
    above = mel_band(20, 30)
    assert below[1] == pytest.approx(above[0])
    assert 0 < below[0] < below[1] < above[1] < 8000


def test_a_change_is_emitted_once(selection, qtbot):
    with qtbot.waitSignal(selection.changed):
        selection.select_all()
    assert selection.region == Region(Span(0, 400), Span(0, 64))
    with qtbot.assertNotEmitted(selection.changed):
        selection.select_all()
    with qtbot.waitSignal(selection.changed):
        selection.clear()
    assert selection.region is None


def test_a_selection_stays_if_the_next_clip_is_as_long(selection, spectrogram):
    selection.select(Selection(1.0, 3.0))
    spectrogram.begin_seconds(DURATION_S)
    assert selection.current == Selection(1.0, 3.0)
    spectrogram.begin_seconds(2.0)
    assert selection.current is None


def test_an_edge_is_set_to_a_moment(selection):
    selection.set_edge(Edge.START, 1.0)
    assert selection.current == Selection(1.0, 4.0)
    selection.set_edge(Edge.STOP, 2.0)
    assert selection.current == Selection(1.0, 2.0)
    selection.set_edge(Edge.START, 3.0)
    assert selection.current == Selection(3.0, 4.0)
    selection.set_edge(Edge.STOP, 2.5)
    assert selection.current == Selection(0.0, 2.5)


def test_it_extends_to_a_moment_by_its_nearer_edge(selection):
    selection.extend_to(2.0, from_s=1.0)
    selection.extend_to(2.5, from_s=0.0)
    assert selection.current == Selection(1.0, 2.5)
    selection.extend_to(0.5, from_s=0.0)
    assert selection.current == Selection(0.5, 2.5)


@given(st.floats(0, 4), st.floats(0, 4), st.floats(0, 63.9), st.floats(0, 63.9))
def test_a_drag_chooses_the_same_from_either_end(time_a, time_b, place_a, place_b):
    there = SelectionDrag(time_a, place_a, MEL, with_band=True).to(time_b, place_b)
    back = SelectionDrag(time_b, place_b, MEL, with_band=True).to(time_a, place_a)
    assert there == back
    low, high = map(MEL.place_of, there.band_hz)
    assert low - 1e-6 <= min(place_a, place_b) <= max(place_a, place_b) <= high + 1e-6


def test_an_edge_dragged_across_the_opposite_one_turns_around():
    held = Selection(1.0, 2.0, mel_band(10, 20))
    assert SelectionDrag(1.0, 15, MEL, edge=Edge.START, held=held).to(3.0, 0) == Selection(
        2.0, 3.0, mel_band(10, 20)
    )
    assert SelectionDrag(1.5, 20, MEL, edge=Edge.HIGH, held=held).to(9.0, 4.2).band_hz == mel_band(
        4, 10
    )


@pytest.mark.parametrize(
    ("time_s", "place", "edge"),
    [
        (1.02, 15, Edge.START),
        (1.98, 15, Edge.STOP),
        (1.5, 10.5, Edge.LOW),
        (1.5, 19.5, Edge.HIGH),
        (1.5, 15, None),
        (1.0, 40, None),
        (0.5, 10, None),
    ],
)
def test_an_edge_is_within_reach_of_the_pointer(time_s, place, edge):
    assert (
        edge_at(Selection(1.0, 2.0, mel_band(10, 20)), time_s, place, reach=(0.1, 1.0), scale=MEL)
        is edge
    )


def test_time_edges_can_be_taken_hold_of_at_any_height():
    for place in np.linspace(0, 64, 9):
        assert edge_at(Selection(1.0, 2.0), 2.05, place, reach=(0.1, 1.0), scale=MEL) is Edge.STOP


def test_kept_regions_stay_until_nothing_is_selected(qtbot, selection):
    late, early = Selection(3.0, 3.5, mel_band(2, 9)), Selection(1.0, 2.0)
    selection.keep()
    assert selection.regions == ()
    selection.select(late)
    with qtbot.waitSignal(selection.changed):
        selection.keep()
    selection.keep()
    assert selection.regions == (late,)
    selection.select(early)
    assert selection.regions == (early, late)
    selection.select(Selection(2.0, 2.0))  # a drag that crosses its beginning
    assert (selection.current, selection.regions) == (None, (late,))
    selection.select(early)
    selection.clear_around(3.2)
    assert selection.regions == (early, late)
    selection.clear_around(2.5)
    assert (selection.current, selection.regions) == (None, ())


def test_kept_regions_beyond_a_shorter_clip_go(selection, spectrogram):
    for start_s in (1.0, 3.0):
        selection.select(Selection(start_s, start_s + 0.5))
        selection.keep()
    spectrogram.begin_seconds(2.0)
    assert selection.regions == (Selection(1.0, 1.5),)
