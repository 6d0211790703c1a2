"""Drags of layers: laws of whole samples, magnets, and rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.arrangement.layer_drag import Handle, LayerDrag, moved_by_rows
from app.view_models.arrangement.snapping import Magnets, magnets_of
from tests.app.view_models.arrangement.conftest import RATE, sample_arrangement
from tests.core.arrangement.arrangements import arrangements


def drag(handle, arrangement=None, layer_ids=(4,), magnets=None):
    return LayerDrag(
        arrangement=arrangement or sample_arrangement(),
        layer_ids=frozenset(layer_ids),
        layer_id=layer_ids[0],
        handle=handle,
        from_place=7 * RATE,
        from_row=0,
        magnets=magnets or Magnets(),
    )


@given(arrangements().filter(lambda one: one.layers), st.sampled_from(Handle), st.data())
def test_a_drag_back_to_where_it_began_changes_nothing(arrangement, handle, data):
    layer = data.draw(st.sampled_from(arrangement.layers))
    magnets = magnets_of(arrangement, [layer.layer_id], 50, reach=20)
    held = drag(handle, arrangement, (layer.layer_id,), magnets)
    assert held.to(held.from_place, 0) == arrangement


@given(arrangements().filter(lambda one: one.layers), st.integers(-300, 300), st.data())
def test_the_body_moves_and_nothing_else_changes(arrangement, by, data):
    layer = data.draw(st.sampled_from(arrangement.layers))
    held = drag(Handle.BODY, arrangement, (layer.layer_id,))
    moved = held.to(held.from_place + by, 0).layer(layer.layer_id)
    assert moved == layer.moved(layer.start + by)


def test_edges_trim_and_corners_fade():
    assert drag(Handle.START).to(round(7.5 * RATE), 0).layer(4).start == 6.5 * RATE
    assert drag(Handle.STOP).to(round(6.5 * RATE), 0).layer(4).stop == 7.5 * RATE
    assert drag(Handle.FADE_IN).to(round(7.5 * RATE), 0).layer(4).fade_in == 0.5 * RATE
    assert drag(Handle.FADE_OUT).to(round(6.5 * RATE), 0).layer(4).fade_out == 0.5 * RATE


@pytest.mark.parametrize(("by_s", "expected_s"), [(-1.95, 4), (-0.9, 5.1), (-3.05, 3), (-1.05, 5)])
def test_either_edge_of_a_moved_layer_is_attracted(by_s, expected_s):
    arrangement = sample_arrangement()
    magnets = magnets_of(arrangement, [4], round(5.0 * RATE), reach=round(0.08 * RATE))
    held = drag(Handle.BODY, arrangement, magnets=magnets)
    moved = held.to(held.from_place + round(by_s * RATE), 0)
    assert moved.layer(4).start == pytest.approx(expected_s * RATE)


def test_layers_keep_their_distance_when_they_change_tracks():
    arrangement = sample_arrangement()
    down = moved_by_rows(arrangement, frozenset({3, 5}), 1)
    assert [one.track_id for one in down.layers] == [2, 1, down.tracks[2].track_id]
    assert moved_by_rows(arrangement, frozenset({3, 5}), -1) == arrangement


def test_below_the_last_track_a_drag_makes_a_new_one():
    moved = drag(Handle.BODY).to(7 * RATE, 5)
    assert len(moved.tracks) == 3
    assert moved.layer(4).track_id == moved.tracks[-1].track_id
