"""Arrangements: pure edits, and what is heard of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import InvalidRequestError
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer
from core.arrangement.track import Track
from tests.core.arrangement.arrangements import PLACES, arrangements, layers

RAIN = Layer(track_id=1, sound_id="rain", sound_length=100, span=Span(0, 100))


def two_tracks() -> Arrangement:
    """Rain on one track, wind on another one."""
    arrangement = Arrangement().add_track().add_track()
    arrangement = arrangement.add_layer(RAIN)
    return arrangement.add_layer(replace(RAIN, sound_id="wind", track_id=2, start=50))


def any_edit(draw: Callable, arrangement: Arrangement) -> Arrangement:
    """The arrangement after one edit of any kind."""
    ids = [one.layer_id for one in arrangement.layers]
    track_id, place = draw(st.sampled_from([1, 2])), draw(PLACES)
    edits = [
        lambda: arrangement.add_layer(draw(layers(track_id))),
        lambda: arrangement.move_track(track_id, place),
        lambda: arrangement.add_track(index=place),
        lambda: arrangement.with_track(arrangement.track(track_id).with_gain(float(place))),
        lambda: arrangement.replace_sound("a", "b", draw(st.integers(1, 100))),
    ]
    if ids:
        layer = arrangement.layer(draw(st.sampled_from(ids)))
        edits += [
            lambda: arrangement.with_layer(layer.with_start_trimmed(place)),
            lambda: arrangement.with_layer(layer.with_stop_trimmed(place)),
            lambda: arrangement.with_layer(layer.looped_to(place)),
            lambda: arrangement.with_layer(layer.with_fade_out(place)),
            lambda: arrangement.split_layer(layer.layer_id, place),
            lambda: arrangement.duplicate_layer(layer.layer_id),
            lambda: arrangement.move_layers(ids[:2], place - 200),
            lambda: arrangement.move_to_track(ids[:2], track_id),
            lambda: arrangement.remove_layers(ids[:1]),
        ]
    return draw(st.sampled_from(edits))()


@given(arrangements(), st.data())
def test_undo_of_any_edits_ends_where_it_began(
    arrangement: Arrangement, data: st.DataObject
) -> None:
    states = [arrangement]
    for _ in range(data.draw(st.integers(1, 6))):
        states.append(any_edit(data.draw, states[-1]))

    assert all(replace(state) == state for state in states)  # all of them are in range
    assert states[0] == arrangement


@given(arrangements(), PLACES)
def test_layers_move_together_and_back(arrangement: Arrangement, by: int) -> None:
    ids = [one.layer_id for one in arrangement.layers][:3]
    moved = arrangement.move_layers(ids, by)

    shifts = {moved.layer(one).start - arrangement.layer(one).start for one in ids}
    assert len(shifts) <= 1
    assert moved.move_layers(ids, -sum(shifts)) == arrangement


def test_a_new_layer_has_the_next_number() -> None:
    before = two_tracks()
    after = before.duplicate_layer(3)

    assert after.layer(before.next_id).start == 100
    assert after.next_id == before.next_id + 1
    assert after.remove_layers([before.next_id]).layers == before.layers


def test_a_split_keeps_the_number_before_the_place() -> None:
    before = two_tracks()
    after = before.split_layer(3, 40)

    assert after.layer(3).place == Span(0, 40)
    assert after.layer(5).place == Span(40, 100)
    assert before.split_layer(3, 100) is before


def test_a_removed_track_takes_its_layers_along() -> None:
    arrangement = two_tracks().remove_track(2)

    assert [one.track_id for one in arrangement.tracks] == [1]
    assert arrangement.sound_ids == ("rain",)


@pytest.mark.parametrize(
    ("index", "order"), [(None, [1, 2, 5]), (-5, [5, 1, 2]), (1, [1, 5, 2]), (9, [1, 2, 5])]
)
def test_a_track_is_added_at_an_index(index: int | None, order: list[int]) -> None:
    assert [one.track_id for one in two_tracks().add_track(index=index).tracks] == order


@pytest.mark.parametrize(("index", "order"), [(-5, [2, 1]), (0, [2, 1]), (1, [1, 2]), (9, [1, 2])])
def test_a_track_moves_to_an_index(index: int, order: list[int]) -> None:
    assert [one.track_id for one in two_tracks().move_track(2, index).tracks] == order


def test_soloed_tracks_are_heard_alone() -> None:
    arrangement = two_tracks()
    soloed = arrangement.with_track(replace(arrangement.track(2), is_soloed=True))
    muted = soloed.with_track(replace(soloed.track(2), is_muted=True))

    assert [one.sound_id for one in arrangement.heard_layers] == ["rain", "wind"]
    assert [one.sound_id for one in soloed.heard_layers] == ["wind"]
    assert muted.heard_layers == ()
    assert muted.num_samples == 150


def test_a_muted_layer_is_not_heard() -> None:
    arrangement = two_tracks()
    muted = arrangement.with_layer(replace(arrangement.layer(3), is_muted=True))

    assert [one.sound_id for one in muted.heard_layers] == ["wind"]


def test_another_sound_takes_the_place_in_all_its_layers() -> None:
    arrangement = two_tracks().duplicate_layer(3).replace_sound("rain", "storm", 60)

    assert [one.sound_id for one in arrangement.layers] == ["storm", "wind", "storm"]
    assert [one.length for one in arrangement.layers] == [60, 100, 60]


def test_what_does_not_exist_is_no_key() -> None:
    arrangement = two_tracks()
    for look_up in (arrangement.layer, arrangement.track):
        with pytest.raises(KeyError):
            look_up(99)
    with pytest.raises(KeyError):
        arrangement.with_layer(RAIN)
    with pytest.raises(KeyError):
        arrangement.with_track(Track(track_id=9))


@pytest.mark.parametrize(
    "values",
    [
        {"sample_rate": 1},
        {"num_channels": 3},
        {"name": "x" * 9000},
        {"next_id": 4},
        {"layers": (RAIN,)},
        {"layers": (replace(RAIN, layer_id=4), replace(RAIN, layer_id=4))},
        {"layers": (replace(RAIN, layer_id=1),)},
        {"layers": (replace(RAIN, layer_id=4, track_id=3),)},
    ],
)
def test_a_state_out_of_range_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError, match=r"[A-Z].*\."):
        replace(two_tracks(), **values)


@pytest.mark.parametrize("values", [{"gain_db": 30.0}, {"is_muted": "no"}, {"name": 5}])
def test_a_track_out_of_range_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError, match=r"[A-Z].*\."):
        Track(**values)
