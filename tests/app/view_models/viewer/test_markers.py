"""The markers of the take on show."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from app.view_models.takes.history import HistoryModel
from app.view_models.takes.take_record import TakePlace, TakeRecord
from app.view_models.viewer.markers import MarkersModel
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.shown_take import ShownTakeModel
from core.api.request import GenerationRequest
from core.api.take import Marker, Take

REQUEST = GenerationRequest(duration_s=10.0)


def a_take(*markers):
    sound = np.zeros(160_000, np.float32)
    mel = np.zeros((1000, 64), np.float32)
    return Take(request=REQUEST, sample_rate=16000, waveform=sound, mel=mel, markers=markers)


def record(take_id, *markers):
    return TakeRecord(
        take_id=take_id,
        request=REQUEST,
        created_at=datetime.now(UTC),
        duration_s=10.0,
        markers=markers,
    )


@pytest.fixture
def history(qapp):
    history = HistoryModel()
    history.fill([record("a", Marker(2.0, "two"), Marker(6.0, "six")), record("b")])
    return history


@pytest.fixture
def shown(qapp):
    return ShownTakeModel()


@pytest.fixture
def markers(history, shown):
    markers = MarkersModel(history, shown)
    shown.show_take(open_take("a", a_take()))
    return markers


def test_they_are_those_that_the_history_has_of_the_take_on_show(markers, shown, qtbot):
    assert markers.current == (Marker(2.0, "two"), Marker(6.0, "six"))
    with qtbot.waitSignal(markers.changed):
        shown.show_take(open_take("b", a_take()))
    assert markers.current == ()


def test_a_take_not_in_the_history_yet_shows_its_own_and_gets_none(markers, shown, history, qtbot):
    shown.show_take(open_take("new", a_take(Marker(1.0, "one"))))
    assert markers.current == (Marker(1.0, "one"),)
    assert not markers.can_mark
    markers.add(3.0, "x")
    assert markers.current == (Marker(1.0, "one"),)
    with qtbot.waitSignal(markers.changed):
        history.add(record("new", Marker(1.0, "one")))
    assert markers.can_mark
    markers.add(3.0, "x")
    assert markers.current == (Marker(1.0, "one"), Marker(3.0, "x"))


@pytest.mark.parametrize("place", [TakePlace.TRASH, TakePlace.MISSING])
def test_a_take_without_files_gets_none(markers, history, place):
    history.add(replace(history.record("a"), place=place))
    assert not markers.can_mark
    markers.add(3.0, "x")
    assert len(markers.current) == 2


def test_a_new_one_is_chosen_named_moved_and_removed(markers):
    markers.add(4.0, "four")
    assert markers.chosen == Marker(4.0, "four")
    markers.rename("bridge")
    markers.move(7.0)
    assert markers.chosen == Marker(7.0, "bridge")
    assert markers.current[-1] == Marker(7.0, "bridge")
    markers.move(99.0)
    assert markers.chosen == Marker(10.0, "bridge")
    markers.remove()
    assert (markers.chosen, len(markers.current)) == (None, 2)


def test_where_one_is_that_is_chosen(markers):
    markers.add(2.0005, "x")
    assert markers.chosen == Marker(2.0, "two")
    assert len(markers.current) == 2


def test_a_drag_changes_the_history_once_it_is_over(markers, history, qtbot):
    markers.choose(markers.current[0])
    changes = []
    history.marked.connect(lambda *change: changes.append(change))
    for time_s in (3.0, 7.0, 8.0):
        markers.drag(time_s)
    assert markers.drawn == (Marker(6.0, "six"), Marker(8.0, "two"))
    assert markers.drawn_choice == Marker(8.0, "two")
    assert markers.current[0] == Marker(2.0, "two")
    markers.drop()
    assert markers.current == markers.drawn == (Marker(6.0, "six"), Marker(8.0, "two"))
    assert markers.chosen == Marker(8.0, "two")
    assert len(changes) == 1


def test_a_drag_ends_when_another_take_comes_on_show(markers, shown):
    markers.choose(markers.current[0])
    markers.drag(3.0)
    shown.show_take(open_take("b", a_take()))
    markers.drop()
    assert (markers.drawn, markers.chosen) == ((), None)


def test_one_that_was_taken_back_is_not_chosen_any_more(markers, history):
    markers.add(4.0, "four")
    history.mark("a", markers.current[:1])
    assert markers.chosen is None


def test_the_next_and_the_last_one_are_found(markers):
    assert markers.after(0.0) == markers.after(1.9) == Marker(2.0, "two")
    assert markers.after(2.0) == Marker(6.0, "six")
    assert markers.after(6.0) is None
    assert markers.before(6.0) == Marker(2.0, "two")
    assert markers.before(2.0) is None


def test_a_stretch_reaches_from_one_to_the_next_or_to_the_ends(markers, shown):
    assert markers.around(3.0) == (2.0, 6.0)
    assert markers.around(2.0) == (2.0, 6.0)
    assert markers.around(1.0) == (0.0, 2.0)
    assert markers.around(9.0) == (6.0, 10.0)
    shown.show_take(open_take("b", a_take()))
    assert markers.around(3.0) is None


def test_a_number_is_used_once(markers):
    assert markers.unused_number() == 1
    markers.add(1.0, "Marker 1")
    markers.add(3.0, "Marker 3")
    assert markers.unused_number() == 2
