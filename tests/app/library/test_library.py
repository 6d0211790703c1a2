"""The library over several starts, and when the disk does not play along."""

import errno
import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from app.library.database import _MIGRATIONS, open_database
from app.library.library import Library
from app.library.library_error import LibraryError
from app.library.queue_rows import QueueRows, salvaged_queue
from app.view_models.takes.library_notice import LibraryNotice
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import TakePlace
from core.api.edit import Edit, EditKind
from core.api.request import GenerationRequest
from core.diffusion.run_checkpoint import RunCheckpoint
from tests.app.library.takes import annotate, make_take
from tests.rights import only_what_permissions_allow


def places(library):
    return {record.take_id: record.place for record in library.records()}


def entry(prompt, **values):
    return QueueEntry(request=GenerationRequest(prompt=prompt), **values)


def test_takes_are_there_at_the_next_start_newest_first(library, reopen):
    for number, name in enumerate(("a", "b", "c")):
        library.add(make_take(name, seed=number), name)
    records = reopen().records()
    assert [record.take_id for record in records] == ["c", "b", "a"]
    assert [record.request.prompt for record in records] == ["c", "b", "a"]
    assert {record.place for record in records} == {TakePlace.LIBRARY}
    assert all(record.duration_s == 1.0 and record.size_bytes > 30_000 for record in records)


def test_star_and_notes_are_there_at_the_next_start(library, reopen):
    library.add(make_take(), "a")
    annotate(library, "a", is_starred=True, notes="the good one")
    (record,) = reopen().records()
    assert record.is_starred
    assert record.notes == "the good one"


def test_tags_and_project_are_there_at_the_next_start(library, reopen):
    library.add(make_take(), "a")
    annotate(library, "a", labels=TakeLabels(("drums", "dark"), "Film"))
    (record,) = reopen().records()
    assert record.labels == TakeLabels(("drums", "dark"), "Film")


def test_a_library_without_labels_is_taken_over(tmp_path):
    folder = tmp_path / "library"
    with closing(Library(folder)) as library:
        library.add(make_take(), "a")
    database = folder / "library.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            "ALTER TABLE takes DROP COLUMN tags; ALTER TABLE takes DROP COLUMN project;"
            "ALTER TABLE takes DROP COLUMN markers;"
            "PRAGMA user_version = 3;"
        )
    with closing(Library(folder)) as library:
        (record,) = library.records()
        assert record.labels == TakeLabels()
        annotate(library, "a", labels=TakeLabels(("drums",), "Film"))
    with closing(Library(folder)) as library:
        assert library.records()[0].labels == TakeLabels(("drums",), "Film")


def test_a_deleted_take_can_be_brought_back_after_a_start(library, reopen):
    library.add(make_take("rain"), "a")
    library.trash(["a"])
    library = reopen()
    assert places(library) == {"a": TakePlace.TRASH}
    library.restore(["a"])
    assert places(library) == {"a": TakePlace.LIBRARY}
    assert library.take("a").request.prompt == "rain"


def test_old_takes_in_the_trash_are_purged_at_the_start(library, reopen):
    library.add(make_take(), "a")
    library.trash(["a"])
    assert places(reopen(trash_lifetime=timedelta(hours=1))) == {"a": TakePlace.TRASH}
    library = reopen(trash_lifetime=timedelta(0))
    assert library.records() == []
    assert list(library.layout.trash.iterdir()) == []
    with pytest.raises(LibraryError):
        library.restore(["a"])


def test_cleaning_up_empties_the_trash_and_says_what_that_freed(library):
    for name in ("kept", "gone"):
        library.add(make_take(), name)
    library.trash(["gone"])
    before = library.disk_use()
    freed = library.clean_up()
    after = library.disk_use()
    assert freed == before.trash_bytes > 30_000
    assert (after.takes_bytes, after.trash_bytes) == (before.takes_bytes, 0)
    assert places(library) == {"kept": TakePlace.LIBRARY}


def test_cleaning_up_old_takes_leaves_those_with_a_star(library):
    for name in ("plain", "starred"):
        library.add(make_take(), name)
    annotate(library, "starred", is_starred=True, notes="")
    library.clean_up(older_than=timedelta(days=1))
    assert len(library.records()) == 2
    library.clean_up(older_than=timedelta(0))
    assert places(library) == {"starred": TakePlace.LIBRARY}


def test_disk_use_is_the_size_of_the_files(library):
    library.add(make_take(), "a")
    files = [file for file in library.layout.takes.rglob("*") if file.is_file()]
    assert library.disk_use().takes_bytes == sum(file.stat().st_size for file in files)
    assert library.disk_use().free_bytes > 0


def test_an_edit_of_a_recording_without_a_file_goes_on_from_its_take(library, reopen):
    take = make_take(latents=False)
    take = replace(take, request=replace(take.request, recording="Recording.wav"))
    library.add(take, "a")
    edit = Edit(kind=EditKind.REVERSE, start_s=0.2, stop_s=0.5)
    edited = replace(take.request, edits=(edit,))
    others = replace(edited, recording="Another.wav"), replace(take.request, prompt="rain")
    library.keep_queue([QueueEntry(request=one, base=take) for one in (edited, *others)])
    first, *rest = reopen().queue()
    np.testing.assert_array_equal(first.base.waveform, take.waveform)
    assert [entry.base for entry in rest] == [None, None]


def test_the_queue_is_restored_and_what_ran_waits_again(library, reopen):
    queue = [
        entry("rain", state=EntryState.RUNNING),
        entry("wind", is_agreed=True),
        entry("sea", state=EntryState.FAILED, sentence="Too large."),
    ]
    library.keep_queue(queue)
    first, *others = reopen().queue()
    assert (first.state, first.was_interrupted) == (EntryState.WAITING, True)
    assert first.request == queue[0].request
    assert others == queue[1:]


def test_an_endless_run_that_was_interrupted_comes_back_as_one(library, reopen):
    request = GenerationRequest(prompt="rain")
    library.keep_queue([QueueEntry(request=request, state=EntryState.RUNNING, is_endless=True)])
    (entry,) = reopen().queue()
    assert entry.is_endless
    assert entry.was_interrupted


def test_a_queue_of_the_first_version_is_taken_over(tmp_path):
    connection = sqlite3.connect(tmp_path / "old.sqlite")
    connection.executescript(_MIGRATIONS[0] + "PRAGMA user_version = 1;")
    request = json.dumps(GenerationRequest(prompt="rain").to_dict())
    connection.execute("INSERT INTO queue VALUES (0, 'a', ?, 'waiting', 0, 0, '')", (request,))
    connection.commit()
    connection.close()
    (salvaged,) = salvaged_queue(tmp_path / "old.sqlite")
    with closing(open_database(tmp_path / "old.sqlite")) as database:
        (entry,) = QueueRows(database).all()
    assert entry == salvaged
    assert not entry.is_endless


def test_a_request_whose_take_was_kept_has_left_the_queue(library, reopen):
    waiting = entry("rain", state=EntryState.RUNNING)
    library.keep_queue([waiting])
    library.add(make_take(), waiting.entry_id)
    assert reopen().queue() == []


def test_a_folder_without_a_row_is_adopted(library, reopen):
    library.add(make_take("rain"), "a")
    annotate(library, "a", is_starred=True, notes="good", labels=TakeLabels(("drums",), "Film"))
    with sqlite3.connect(library.layout.database) as other:
        other.execute("DELETE FROM takes")
    other.close()
    (record,) = reopen().records()
    assert (record.request.prompt, record.is_starred, record.notes) == ("rain", True, "good")
    assert record.labels == TakeLabels(("drums",), "Film")


def test_a_row_without_a_folder_is_missing_until_it_returns(library, reopen, tmp_path):
    library.add(make_take(), "a")
    home = library.layout.takes / "a"
    home.rename(tmp_path / "elsewhere")
    assert places(reopen()) == {"a": TakePlace.MISSING}
    (tmp_path / "elsewhere").rename(home)
    assert places(reopen()) == {"a": TakePlace.LIBRARY}


def test_a_half_written_folder_is_cleared_away(library, reopen):
    half = library.layout.unfinished / "a"
    half.mkdir()
    (half / "audio.flac").write_bytes(b"half")
    assert reopen().records() == []
    assert not half.exists()


def test_a_strangers_folder_among_the_takes_is_left_alone(library, reopen):
    stranger = library.layout.takes / "holiday"
    stranger.mkdir()
    (stranger / "request.json").write_text('{"request": {"prompt": 7}}')
    assert reopen().records() == []
    assert stranger.exists()


@pytest.mark.parametrize("damage", ["header", "middle", "no database", "empty"])
def test_a_damaged_database_is_rebuilt_from_the_folders(library, reopen, damage):
    for number in range(40):
        library.add(make_take(f"rain {number}", seed=number), f"take-{number:02}")
    annotate(library, "take-07", is_starred=True, notes="good")
    library.trash(["take-09"])
    library.close()
    path = library.layout.database
    content = bytearray(path.read_bytes())
    match damage:
        case "header":
            content[:40] = b"\xff" * 40
        case "middle":
            content[4096:] = b"\xa5" * len(content[4096:])
        case "no database":
            content = bytearray(b"What is this? " * 400)
        case "empty":
            content = bytearray()
    path.write_bytes(content)
    library = reopen()
    records = {record.take_id: record for record in library.records()}
    assert len(records) == 40
    assert records["take-07"].is_starred
    assert records["take-09"].place is TakePlace.TRASH
    asides = [path.name for path in library.layout.folder.glob("library-damaged-*.sqlite")]
    assert len(asides) == (damage != "empty")
    assert library.notice == LibraryNotice(damaged_database="".join(asides))


def test_a_library_on_a_full_disk_says_so(library, folder, monkeypatch):
    library.close()

    def refuse(*_args, **_options):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("app.library.library_error.is_full", lambda _: True)
    monkeypatch.setattr(sqlite3, "connect", refuse)
    with pytest.raises(LibraryError, match="since the disk is full"):
        Library(folder)


def test_a_library_of_a_newer_tessera_is_left_as_it_is(library, folder):
    library.close()
    with sqlite3.connect(library.layout.database) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(LibraryError, match="newer Tessera"):
        Library(folder)


def test_a_second_studio_gets_an_error(library, folder):
    with pytest.raises(LibraryError, match="another Tessera"):
        Library(folder)
    library.close()
    Library(folder).close()


def test_a_file_in_place_of_the_folder_is_a_sentence(folder):
    folder.write_text("I am a file.")
    with pytest.raises(LibraryError, match=str(folder)):
        Library(folder)


def test_a_long_run_can_be_gone_on_from_until_its_take_is_kept(library, monkeypatch, tmp_path):
    run = RunCheckpoint(tmp_path / "run")
    run.folder.mkdir()
    take = replace(make_take(), checkpoint=run)

    def refuse(*_):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("app.library.library.write_take_files", refuse)
        with pytest.raises(LibraryError):
            library.add(take, "a")
    assert run.folder.exists()

    library.add(take, "a")
    assert not run.folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_a_folder_that_may_not_be_written_is_a_sentence(library, folder):
    library.layout.unfinished.chmod(0o500)
    with only_what_permissions_allow(), pytest.raises(LibraryError, match="permission"):
        library.add(make_take(), "a")
    library.layout.unfinished.chmod(0o700)
    library.add(make_take(), "a")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(library, monkeypatch):
    from app.library import take_folder

    def write_to_full_device(path, take):
        with Path("/dev/full").open("wb", buffering=0) as file:
            file.write(b"latents")

    with monkeypatch.context() as patch:
        patch.setattr(take_folder, "_write_arrays", write_to_full_device)
        with pytest.raises(LibraryError, match="disk is full"):
            library.add(make_take(), "a")
    assert list(library.layout.unfinished.iterdir()) == []
    assert library.records() == []
    library.add(make_take(), "a")
    assert places(library) == {"a": TakePlace.LIBRARY}
