"""The arrangement at work: edits, drags that are no edits yet, and what is chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.layer_commands import LayerCommands
from app.view_models.arrangement.track_commands import TrackCommands
from tests.app.view_models.arrangement.conftest import RATE, sample_arrangement

COMMANDS = (
    lambda layers, tracks, n: layers.move(n),
    lambda layers, tracks, n: layers.move_rows(n % 5 - 2),
    lambda layers, tracks, n: layers.trim_start(n),
    lambda layers, tracks, n: layers.trim_stop(-n),
    lambda layers, tracks, n: layers.fade_in(n),
    lambda layers, tracks, n: layers.fade_out(n),
    lambda layers, tracks, n: layers.amplify(n % 7 - 3),
    lambda layers, tracks, n: layers.mute(),
    lambda layers, tracks, n: layers.loop(),
    lambda layers, tracks, n: layers.remove(),
    lambda layers, tracks, n: layers.duplicate(),
    lambda layers, tracks, n: layers.split(n),
    lambda layers, tracks, n: layers.choose_all(),
    lambda layers, tracks, n: layers.choose_next(n % 3 - 1),
    lambda layers, tracks, n: layers.choose_row(n % 3 - 1),
    lambda layers, tracks, n: tracks.add(),
    lambda layers, tracks, n: tracks.remove(n % 4),
    lambda layers, tracks, n: tracks.move(n % 4, n % 3 - 1),
    lambda layers, tracks, n: tracks.mute(n % 4),
    lambda layers, tracks, n: tracks.solo(n % 4),
    lambda layers, tracks, n: tracks.set_gain(n % 4, -6.0),
    lambda layers, tracks, n: tracks.rename(n % 4, "drums"),
)


@given(st.lists(st.tuples(st.sampled_from(COMMANDS), st.integers(0, 10 * RATE)), max_size=12))
def test_edits_taken_back_in_order_end_where_it_began(commands):
    model = ArrangementModel()
    model.restore(sample_arrangement())
    model.choose([3])
    steps = []
    model.edited.connect(lambda before, after, name: steps.append((before, after)))
    layers, tracks = LayerCommands(model), TrackCommands(model)
    for command, number in commands:
        command(layers, tracks, number)
    for before, after in reversed(steps):
        assert model.arrangement == after
        model.restore(before)
    assert model.arrangement == sample_arrangement()


def test_a_drag_is_seen_at_once_and_is_one_edit(qtbot, model):
    edits = []
    model.edited.connect(lambda *values: edits.append(values))
    before = model.arrangement
    for by in (100, 200, 300):
        with qtbot.waitSignal(model.changed):
            model.drag(before.move_layers([3], by))
    assert edits == []
    model.edit(model.arrangement)
    assert edits == [(before, before.move_layers([3], 300), "")]


def test_a_drag_that_is_given_up_leaves_nothing(model):
    edits = []
    model.edited.connect(lambda *values: edits.append(values))
    before = model.arrangement
    model.drag(before.move_layers([3], 100))
    model.end_drag()
    assert (model.arrangement, edits) == (before, [])


def test_what_is_gone_is_not_chosen_any_more(model):
    model.choose([3, 5])
    model.edit(model.arrangement.remove_layers([5]))
    assert model.chosen == (3,)
    model.edit(model.arrangement.remove_track(1))
    assert (model.chosen, model.track_id) == ((), 2)


def test_choosing_a_layer_chooses_its_track(model):
    model.choose([5])
    assert model.track_id == 2
    model.toggle(3)
    assert (model.chosen, model.track_id) == ((5, 3), 1)
    model.toggle(3)
    assert model.chosen == (5,)


@pytest.mark.parametrize(
    ("first", "steps", "expected"), [(3, 1, 4), (3, -1, 3), (4, 1, 4), (4, -1, 3)]
)
def test_layers_of_a_track_are_chosen_one_after_another(model, first, steps, expected):
    model.choose([first])
    LayerCommands(model).choose_next(steps)
    assert model.chosen == (expected,)


def test_the_nearest_layer_of_the_next_track_is_chosen(model):
    model.choose([5])
    LayerCommands(model).choose_row(-1)
    assert model.chosen == (3,)  # it begins 3 s before, as layer 4 does after: the first of both
    LayerCommands(model).choose_row(1)
    assert model.chosen == (5,)


def test_copies_lie_behind_all_that_is_copied_and_are_chosen(model):
    model.choose([3, 5])
    LayerCommands(model).duplicate()
    copies = model.chosen_layers
    assert [one.start for one in copies] == [8 * RATE, 11 * RATE]
    assert [one.sound_id for one in copies] == ["rain", "wind"]


def test_a_split_without_a_choice_is_of_all_that_is_there(model):
    model.choose([])
    LayerCommands(model).split(round(3.5 * RATE))
    assert sorted(one.start / RATE for one in model.arrangement.layers) == [0, 3, 3.5, 3.5, 6]
