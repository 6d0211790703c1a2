"""The library's own thread: what is asked first is done first, and nothing waits for it."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from app.library.library import Library
from app.library.library_error import LibraryError
from app.library.library_worker import LibraryWorker
from app.view_models.takes.take_record import TakePlace
from tests.app.library.takes import make_take


@pytest.fixture
def library_worker(qtbot, folder):
    library_worker = LibraryWorker(folder)
    yield library_worker
    library_worker.close()


def keep(qtbot, library_worker, *names):
    added = []
    library_worker.added.connect(added.append)
    for name in names:
        library_worker.add(make_take(name), name)
    qtbot.waitUntil(lambda: len(added) == len(names))
    library_worker._writing.waitForDone()  # a refusal is emitted after the takes
    return added


def test_the_first_call_opens_the_library(qtbot, library_worker):
    answers = []
    library_worker.opened.connect(lambda contents: answers.append(contents.records))
    library_worker.added.connect(lambda record: answers.append(record.take_id))
    library_worker.add(make_take(), "a")
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers == [(), "a"]


def test_writing_happens_in_another_thread(qtbot, library_worker, monkeypatch):
    threads, add = [], Library.add
    monkeypatch.setattr(
        Library,
        "add",
        lambda *given: (threads.append(threading.current_thread()), add(*given))[1],
    )
    keep(qtbot, library_worker, "a")
    assert threads
    assert threading.main_thread() not in threads


def test_closing_waits_for_everything_that_was_asked(library_worker, folder):
    for number in range(5):
        library_worker.add(make_take(), str(number))
    library_worker.close()
    library = Library(folder)
    assert len(library.records()) == 5
    library.close()


@pytest.fixture
def refused(monkeypatch, folder):
    """Names of takes that there is no room for; none at first."""
    names, add = set(), Library.add

    def add_unless_refused(library, take, take_id):
        if take_id in names:
            raise LibraryError(folder / take_id, "there is no room for it.")
        return add(library, take, take_id)

    monkeypatch.setattr(Library, "add", add_unless_refused)
    return names


@pytest.fixture
def failures(library_worker):
    """What failed so far, answers in the library's own thread."""
    answers = []
    library_worker.failed.connect(answers.append, Qt.ConnectionType.DirectConnection)
    return answers


def kept(library_worker, folder):
    """What the next start finds."""
    library_worker.close()
    library = Library(folder)
    places = {record.take_id: record.place for record in library.records()}
    library.close()
    return places


def test_a_take_that_is_refused_holds_up_no_other(qtbot, library_worker, refused):
    refused.add("large")
    records = keep(qtbot, library_worker, "large", "small", "smaller")
    assert [(record.take_id, record.place) for record in records] == [
        ("large", TakePlace.MEMORY),
        ("small", TakePlace.LIBRARY),
        ("smaller", TakePlace.LIBRARY),
    ]


def test_a_library_that_refuses_takes_asks_once_for_another_folder(
    qtbot, library_worker, refused, folder
):
    reasons = []
    library_worker.unusable.connect(reasons.append)
    keep(qtbot, library_worker, "before")
    refused.update("ab")
    keep(qtbot, library_worker, "a", "b")
    qtbot.waitUntil(lambda: len(reasons) == 1)
    assert "no room" in str(reasons[0])
    refused.clear()
    other = folder.with_name("other")
    with qtbot.waitSignal(library_worker.opened) as opened:
        library_worker.open_elsewhere(other)
    assert opened.args[0].records == ()
    assert kept(library_worker, other) == {"a": TakePlace.LIBRARY, "b": TakePlace.LIBRARY}
    assert kept(library_worker, folder) == {"before": TakePlace.LIBRARY}
    assert len(reasons) == 1


def test_another_folder_that_cannot_be_used_leaves_the_open_one(
    qtbot, library_worker, refused, folder, tmp_path
):
    keep(qtbot, library_worker, "before")
    (tmp_path / "file").touch()
    contents = []
    library_worker.opened.connect(contents.append)
    with qtbot.waitSignal(library_worker.unusable):
        library_worker.open_elsewhere(tmp_path / "file")
    records = contents[-1].records
    assert [record.take_id for record in records] == ["before"]
    keep(qtbot, library_worker, "after")
    assert set(kept(library_worker, folder)) == {"before", "after"}


def test_a_take_that_any_error_refuses_stays_in_memory(
    qtbot, library_worker, monkeypatch, expect_log
):
    expect_log("the library failed")
    monkeypatch.setattr(Library, "add", lambda *_given: 1 / 0)
    (record,) = keep(qtbot, library_worker, "a")
    assert record.place is TakePlace.MEMORY


def test_what_was_refused_is_tried_once_more_at_the_end(qtbot, library_worker, folder, refused):
    refused.update("ab")
    keep(qtbot, library_worker, "a", "b")
    refused.discard("b")
    assert kept(library_worker, folder) == {"b": TakePlace.LIBRARY}


def test_what_is_deleted_from_memory_is_never_written(qtbot, library_worker, folder, refused):
    refused.add("a")
    keep(qtbot, library_worker, "a")
    library_worker.trash(["a"])
    refused.clear()
    keep(qtbot, library_worker, "b")
    assert kept(library_worker, folder) == {"b": TakePlace.LIBRARY}


def test_what_comes_back_to_memory_and_disk_is_kept(
    qtbot, library_worker, folder, *, refused, failures
):
    keep(qtbot, library_worker, "stored")
    refused.add("a")
    keep(qtbot, library_worker, "a")
    refused.clear()
    failures.clear()
    library_worker.trash(["a", "stored"])
    library_worker.restore(["a", "stored"])
    assert kept(library_worker, folder) == dict.fromkeys(["a", "stored"], TakePlace.LIBRARY)
    assert failures == []


@pytest.mark.parametrize("is_the_end", [False, True])
def test_star_and_notes_of_a_take_in_memory_are_written_with_it(
    qtbot, library_worker, folder, *, refused, failures, is_the_end
):
    refused.add("a")
    (record,) = keep(qtbot, library_worker, "a")
    failures.clear()
    library_worker.annotate(replace(record, is_starred=True, notes="good"))
    library_worker._writing.waitForDone()
    refused.clear()
    if not is_the_end:
        library_worker.add(make_take(), "b")
    library_worker.close()
    assert failures == []
    library = Library(folder)
    (again,) = [record for record in library.records() if record.take_id == "a"]
    library.close()
    assert (again.is_starred, again.notes) == (True, "good")


def test_a_loaded_take_comes_with_its_picture(qtbot, library_worker):
    keep(qtbot, library_worker, "rain")
    with qtbot.waitSignal(library_worker.loaded) as loaded:
        library_worker.load("rain")
    opened = loaded.args[0]
    assert opened.take_id == opened.take.request.prompt == "rain"
    assert opened.levels.num_frames == 100


def test_a_take_that_is_not_there_is_a_sentence(qtbot, library_worker):
    keep(qtbot, library_worker, "rain")
    with qtbot.waitSignal(library_worker.failed) as failed:
        library_worker.load("wind")
    assert isinstance(failed.args[0], LibraryError)


def test_what_the_library_takes_is_measured_and_freed(qtbot, library_worker):
    keep(qtbot, library_worker, "a", "b")
    library_worker.trash(["a"])
    with qtbot.waitSignal(library_worker.measured) as measured:
        library_worker.measure()
    use = measured.args[0]
    assert use.takes_bytes > 0
    assert use.trash_bytes > 0
    with qtbot.waitSignal(library_worker.cleaned) as cleaned:
        library_worker.clean_up(timedelta(days=1))
    freed_bytes, records = cleaned.args
    assert freed_bytes == use.trash_bytes
    assert [record.take_id for record in records] == ["b"]


def test_an_unexpected_error_does_not_stop_the_worker(
    qtbot, library_worker, monkeypatch, expect_log
):
    expect_log("the library failed")

    def fail(*_arguments):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Library, "disk_use", fail)
        with qtbot.waitSignal(library_worker.failed):
            library_worker.measure()
    with qtbot.waitSignal(library_worker.measured):
        library_worker.measure()
