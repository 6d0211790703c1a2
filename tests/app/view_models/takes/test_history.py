"""The history: what is shown, in which order, and what undoing brings back."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.view_models.takes.history import HistoryModel
from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.api.edit import Edit, EditKind
from core.api.request import GenerationRequest

START = datetime(2026, 1, 1, tzinfo=UTC)


def record(name, *, hours=0, prompt=None, **values):
    return TakeRecord(
        take_id=name,
        request=GenerationRequest(prompt=prompt or name),
        created_at=START + timedelta(hours=hours),
        duration_s=10.0,
        **values,
    )


def filled(*records):
    history = HistoryModel()
    QAbstractItemModelTester(history, QAbstractItemModelTester.FailureReportingMode.Fatal)
    history.fill(records)
    return history


def shown(history):
    rows = range(history.rowCount())
    return [history.index(row).data(ITEM_ROLE).take_id for row in rows]


@given(st.permutations(range(8)))
def test_the_newest_is_first_however_they_came(qapp, hours):
    history = filled(*(record(str(hour), hours=hour) for hour in hours))
    assert shown(history) == [str(hour) for hour in sorted(hours, reverse=True)]


def test_a_new_take_comes_first(qapp):
    history = filled(record("old"))
    history.add(record("new", hours=1))
    assert shown(history) == ["new", "old"]


def test_a_search_matches_all_words_in_prompt_or_notes(qapp):
    history = filled(
        record("a", prompt="Church ORGAN"),
        record("b", prompt="church bells", notes="like an organ", hours=1),
        record("c", prompt="rain", hours=2),
    )
    history.set_search("organ CHURCH")
    assert shown(history) == ["b", "a"]
    history.set_search("bells")
    assert shown(history) == ["b"]
    history.set_search("  ")
    assert shown(history) == ["c", "b", "a"]


def test_a_search_finds_the_prompts_of_edits(qapp):
    take = record("edited", prompt="church organ")
    edit = Edit(kind=EditKind.REGENERATE, prompt="thunder", stop_s=1)
    edited = replace(take, request=replace(take.request, edits=(edit,)))
    history = filled(edited, record("other", hours=1))
    history.set_search("thunder")
    assert shown(history) == ["edited"]


def test_a_new_take_that_the_search_leaves_out_is_not_shown(qapp):
    history = filled(record("a", prompt="rain"))
    history.set_search("rain")
    history.add(record("b", prompt="wind", hours=1))
    assert shown(history) == ["a"]
    assert history.num_takes == 2


def test_only_those_with_a_star_can_be_shown(qapp):
    history = filled(record("a"), record("b", hours=1))
    history.set_starred("a", True)
    history.set_only_starred(True)
    assert shown(history) == ["a"]


def test_stars_and_notes_are_emitted_only_on_change(qtbot):
    history, emitted = filled(record("a")), []
    history.remarked.connect(emitted.append)
    history.set_notes("a", "good")
    history.set_notes("a", "good")
    history.set_starred("a", True)
    assert emitted == ["a", "a"]
    assert history.record("a").notes == "good"


def test_deleting_and_undoing_go_step_by_step(qtbot):
    history = filled(*(record(name, hours=-place) for place, name in enumerate("abcd")))
    trashed, restored = [], []
    history.trashed.connect(trashed.append)
    history.restored.connect(restored.append)
    history.trash(["a", "c"])
    history.trash(["b"])
    assert shown(history) == ["d"]
    assert history.undo_delete() == ["b"]
    assert [one.take_id for one in history.last_deleted] == ["a", "c"]
    history.undo_delete()
    assert shown(history) == ["a", "b", "c", "d"]
    assert history.undo_delete() == []
    assert trashed == [["a", "c"], ["b"]]
    assert restored == [["b"], ["a", "c"]]


def test_a_take_in_memory_is_deleted_and_brought_back_as_one(qtbot):
    history, trashed, restored = filled(record("a", place=TakePlace.MEMORY)), [], []
    history.trashed.connect(trashed.append)
    history.restored.connect(restored.append)
    assert history.num_in_memory == 1
    history.trash(["a"])
    assert history.num_in_memory == 0
    history.undo_delete()
    assert shown(history) == ["a"]
    assert history.record("a").place is TakePlace.MEMORY
    assert trashed == restored == [["a"]]


def test_a_missing_take_comes_back_without_the_disk(qtbot):
    history, restored = filled(record("a", place=TakePlace.MISSING)), []
    history.restored.connect(restored.append)
    history.trash(["a"])
    history.undo_delete()
    assert shown(history) == ["a"]
    assert restored == [[]]


def test_filling_again_keeps_takes_in_memory(qapp):
    history = filled(record("gone"), record("memory", place=TakePlace.MEMORY))
    history.fill([record("disk", hours=1)])
    assert shown(history) == ["disk", "memory"]


def test_takes_in_the_trash_are_not_shown(qapp):
    assert shown(filled(record("a", place=TakePlace.TRASH), record("b"))) == ["b"]


def test_a_search_through_thousands_takes_a_moment(qapp):
    history = HistoryModel()
    history.fill(record(f"{n}", hours=n, prompt=f"sound number {n}") for n in range(5000))
    start_s = time.process_time()
    history.set_search("number 4999")
    assert shown(history) == ["4999"]
    assert time.process_time() - start_s < 0.25


def test_a_take_has_an_accessible_text(qapp):
    history = filled(record("rain"))
    assert history.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "rain"
    history.accessible_text = lambda one: f"{one.request.prompt}, {one.duration_s:g} s"
    assert history.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "rain, 10 s"
