"""The queue: laws of its order, and what a person may do to it."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.view_models.takes.queue import QueueModel
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from core.api.request import GenerationRequest

WAITING, RUNNING = EntryState.WAITING, EntryState.RUNNING


def filled(*prompts):
    queue = QueueModel()
    queue.add(GenerationRequest(prompt=prompt) for prompt in prompts)
    return queue


def prompts(queue):
    return [entry.request.prompt for entry in queue.entries]


def entry_of(queue, prompt):
    return next(entry for entry in queue.entries if entry.request.prompt == prompt)


def name_of(queue, prompt):
    return entry_of(queue, prompt).entry_id


@given(
    calls=st.lists(
        st.tuples(
            st.sampled_from(
                ["add", "start", "fail", "cancel", "finish", "retry", "agree", "move", "remove"]
            ),
            st.integers(0, 5),
            st.integers(-6, 6),
        ),
        max_size=30,
    )
)
def test_entries_are_sorted_running_waiting_ended(qapp, calls):
    queue = QueueModel()
    QAbstractItemModelTester(queue, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for call, place, steps in calls:
        entry = queue.entries[place] if place < len(queue.entries) else None
        match call:
            case "add":
                queue.add([GenerationRequest()])
            case "start" if queue.next_to_start:
                queue.start(queue.next_to_start.entry_id)
            case "fail" if queue.running:
                queue.settle(queue.running.entry_id, EntryState.FAILED, "why")
            case "cancel" if queue.running:
                queue.settle(queue.running.entry_id, EntryState.CANCELLED)
            case "finish" if queue.running:
                queue.finish(queue.running.entry_id)
            case "retry" if entry:
                queue.retry(entry.entry_id)
            case "agree" if entry:
                queue.agree(entry.entry_id)
            case "move" if entry:
                queue.move(entry.entry_id, steps)
            case "remove" if entry:
                queue.remove(entry.entry_id)
        ranks = [{RUNNING: 0, WAITING: 1}.get(entry.state, 2) for entry in queue.entries]
        assert ranks == sorted(ranks)
        assert ranks.count(0) <= 1


def test_a_pause_holds_all_but_the_first_that_skips_it(qapp):
    queue = filled("a")
    queue.set_paused(True)
    assert queue.next_to_start is None
    requests = [GenerationRequest(prompt=prompt) for prompt in ("b", "c")]
    queue.add(requests, skips_pause=True)
    assert queue.next_to_start is entry_of(queue, "b")
    queue.start(name_of(queue, "b"))
    queue.finish(name_of(queue, "b"))
    assert queue.next_to_start is None


def test_what_was_agreed_to_comes_first(qapp):
    queue = filled("a", "b")
    queue.start(name_of(queue, "a"))
    queue.settle(name_of(queue, "a"), EntryState.FAILED, "not agreed to")
    queue.set_paused(True)
    queue.agree(name_of(queue, "a"))
    assert queue.next_to_start is entry_of(queue, "a")
    assert queue.next_to_start.is_agreed
    assert prompts(queue) == ["a", "b"]


def test_moving_keeps_within_those_that_wait(qapp):
    queue = filled("a", "b", "c", "d")
    queue.start(name_of(queue, "a"))
    queue.move(name_of(queue, "d"), -99)
    assert prompts(queue) == ["a", "d", "b", "c"]
    queue.move(name_of(queue, "d"), 99)
    assert prompts(queue) == ["a", "b", "c", "d"]
    queue.move(name_of(queue, "a"), 1)
    assert prompts(queue) == ["a", "b", "c", "d"]


def test_a_dropped_entry_is_inserted_before_the_drop(qapp):
    queue = filled("a", "b", "c")
    mime = queue.mimeData([queue.index(2)])
    queue.dropMimeData(mime, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert prompts(queue) == ["c", "a", "b"]
    mime = queue.mimeData([queue.index(0)])
    queue.dropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, QModelIndex())
    assert prompts(queue) == ["a", "b", "c"]


def test_dropping_something_strange_changes_nothing(qapp):
    queue = filled("a", "b")
    assert not queue.dropMimeData(QMimeData(), Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert prompts(queue) == ["a", "b"]


def test_only_what_waits_can_be_dragged(qapp):
    queue = filled("a", "b")
    queue.start(name_of(queue, "a"))
    flags = [queue.flags(queue.index(row)) for row in range(2)]
    assert [bool(flag & Qt.ItemFlag.ItemIsDragEnabled) for flag in flags] == [False, True]


def test_what_runs_cannot_be_removed(qapp):
    queue = filled("a")
    queue.start(name_of(queue, "a"))
    queue.remove(name_of(queue, "a"))
    assert prompts(queue) == ["a"]


def test_clearing_keeps_what_runs_and_waits(qapp):
    queue = filled("a", "b", "c")
    queue.settle(name_of(queue, "a"), EntryState.FAILED, "why")
    queue.settle(name_of(queue, "b"), EntryState.CANCELLED)
    queue.clear_settled()
    assert prompts(queue) == ["c"]


def test_restored_entries_come_first_and_nothing_starts(qapp):
    queue = filled("new")
    old = [
        QueueEntry(request=GenerationRequest(prompt="old")),
        QueueEntry(request=GenerationRequest(prompt="given up"), state=EntryState.CANCELLED),
    ]
    queue.restore(old)
    assert prompts(queue) == ["old", "new"]
    assert queue.is_paused


def test_restoring_nothing_that_waits_does_not_pause(qapp):
    queue = QueueModel()
    failed = QueueEntry(request=GenerationRequest(), state=EntryState.FAILED, sentence="why")
    queue.restore([failed])
    assert queue.entries == (failed,)
    assert not queue.is_paused


def test_an_entry_has_an_accessible_text(qapp):
    queue = filled("rain")
    assert queue.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "rain"
    queue.accessible_text = lambda entry: f"{entry.request.prompt}, {entry.state}"
    assert queue.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "rain, waiting"
