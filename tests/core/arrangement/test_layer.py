"""Layers: edits are exact, and leave nothing out of range."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import InvalidRequestError
from core.api.region import Span
from core.arrangement.layer import LOUDEST_DB, MOST_SAMPLES, QUIETEST_DB, Layer, length_at
from tests.core.arrangement.arrangements import PLACES, layers

PLAIN = Layer(track_id=1, sound_id="rain", sound_length=100, span=Span(10, 90), start=30)


def played(layer: Layer) -> dict[int, int]:
    """The sample of the sound at each place of the time axis."""
    length = layer.span.length
    return {
        layer.start + at: layer.span.start + (layer.loop_phase + at) % length
        for at in range(layer.length)
    }


@given(layers(), PLACES)
def test_a_move_and_its_inverse_change_nothing(layer: Layer, place: int) -> None:
    assert layer.moved(place).moved(layer.start) == layer


@given(layers(), PLACES)
def test_a_trimmed_start_moves_nothing_that_stays(layer: Layer, place: int) -> None:
    trimmed = layer.with_start_trimmed(place)

    assert trimmed.stop == layer.stop
    before, after = played(layer), played(trimmed)
    assert all(after[at] == sample for at, sample in before.items() if at in after)
    if layer.start <= place < layer.stop:
        assert trimmed.start == place


@given(layers(), PLACES)
def test_a_trimmed_stop_moves_nothing_that_stays(layer: Layer, place: int) -> None:
    trimmed = layer.with_stop_trimmed(place)

    assert trimmed.start == layer.start
    before, after = played(layer), played(trimmed)
    assert all(after[at] == sample for at, sample in before.items() if at in after)
    if layer.start < place <= layer.stop:
        assert trimmed.stop == place


@given(layers(), PLACES)
def test_trimming_back_plays_the_same_again(layer: Layer, place: int) -> None:
    assert played(layer.with_start_trimmed(place).with_start_trimmed(layer.start)) == played(layer)
    assert played(layer.with_stop_trimmed(place).with_stop_trimmed(layer.stop)) == played(layer)


@given(layers(), st.data())
def test_a_split_plays_the_same_samples(layer: Layer, data: st.DataObject) -> None:
    if layer.length == 1:
        with pytest.raises(ValueError, match="not inside"):
            layer.split(layer.start)
        return
    place = data.draw(st.integers(layer.start + 1, layer.stop - 1))
    first, second = layer.split(place)

    assert first.stop == second.start == place
    assert played(first) | played(second) == played(layer)
    assert first.fade_out == second.fade_in == 0
    if layer.fade_in <= place - layer.start <= layer.length - layer.fade_out:
        assert (first.fade_in, second.fade_out) == (layer.fade_in, layer.fade_out)


@given(layers(), st.integers(1, 300))
def test_a_loop_and_its_end_keep_the_span(layer: Layer, length: int) -> None:
    looped = layer.looped_to(length)

    assert (looped.length, looped.is_looped) == (length, True)
    assert looped.looped_to(None).place == Span(layer.start, layer.start + layer.span.length)


@given(layers(), PLACES, PLACES)
def test_fades_take_the_room_that_they_have(layer: Layer, fade_in: int, fade_out: int) -> None:
    faded = layer.with_fade_in(0).with_fade_out(0).with_fade_in(fade_in).with_fade_out(fade_out)

    assert faded.fade_in == max(0, min(fade_in, layer.length))
    assert faded.fade_out == max(0, min(fade_out, layer.length - faded.fade_in))


@given(layers(), st.integers(1, 150))
def test_another_sound_is_played_at_the_same_place(layer: Layer, length: int) -> None:
    other = layer.with_sound("other", length)

    assert (other.sound_id, other.sound_length, other.start) == ("other", length, layer.start)
    if length >= layer.sound_length:
        assert other.place == layer.place
        assert other.with_sound(layer.sound_id, layer.sound_length) == layer


def test_gains_stay_in_range() -> None:
    assert PLAIN.with_gain(900).gain_db == LOUDEST_DB
    assert PLAIN.with_gain(-900).gain_db == QUIETEST_DB


def test_edits_at_the_end_of_the_time_axis_stay_on_it() -> None:
    last = PLAIN.moved(MOST_SAMPLES)
    looped = PLAIN.looped_to(1).moved(MOST_SAMPLES)

    assert last.stop == last.with_stop_trimmed(2 * MOST_SAMPLES).stop == MOST_SAMPLES
    assert looped.looped_to(1000).stop == looped.looped_to(None).stop == MOST_SAMPLES


@pytest.mark.parametrize(
    "values",
    [
        {"track_id": -1},
        {"track_id": True},
        {"sound_id": ""},
        {"sound_id": "x" * 300},
        {"sound_id": 5},
        {"label": "x" * 9000},
        {"sound_length": 0},
        {"span": Span(0, 101)},
        {"span": Span(5, 5)},
        {"start": -1},
        {"start": 1.5},
        {"start": MOST_SAMPLES - 1},
        {"gain_db": float("nan")},
        {"gain_db": 99.0},
        {"fade_in": 81},
        {"fade_in": 50, "fade_out": 31},
        {"fade_shape": "steps"},
        {"is_muted": 1},
        {"loop_length": 0},
        {"loop_phase": 1},
        {"loop_length": 200, "loop_phase": 80},
    ],
)
def test_values_out_of_range_are_refused_with_a_sentence(values: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError, match=r"[A-Z].*\."):
        replace(PLAIN, **values)


@pytest.mark.parametrize(
    ("num_samples", "rates", "length"),
    [(44_100, (44_100, 48_000), 48_000), (1, (48_000, 8_000), 1), (3, (2, 1), 2), (7, (5, 5), 7)],
)
def test_lengths_at_another_rate(num_samples: int, rates: tuple[int, int], length: int) -> None:
    assert length_at(num_samples, *rates) == length
