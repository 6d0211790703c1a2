"""One take or row that cannot be read keeps no other one shut."""

import json
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.library.description import Description
from app.library.library import Library
from app.library.library_error import LibraryError
from app.library.stored_values import as_count, as_folder_name, as_seconds, as_text, as_time
from app.library.take_rows import TakeRows
from app.view_models.takes.library_notice import LeftOutReason, LeftOutTake, LibraryNotice
from app.view_models.takes.queue_entry import QueueEntry
from app.view_models.takes.take_record import TakePlace
from core.api.request import GenerationRequest
from tests.app.library.takes import annotate, make_take

WITH_FIFOS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs in folders")
GOOD = json.dumps(GenerationRequest(prompt="rain").to_dict())


def shown(library):
    return {record.take_id for record in library.records()}


def stranger(library, name="bad", **values):
    """A folder of a take with other values in request.json."""
    folder = library.layout.takes / name
    folder.mkdir()
    Description.of(make_take(), datetime.now(UTC)).write(folder)
    path = folder / "request.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    return folder


def change_row(library, column, value, take_id="bad"):
    library.close()
    with closing(sqlite3.connect(library.layout.database)) as other, other:
        other.execute(f"UPDATE takes SET {column} = ? WHERE take_id = ?", (value, take_id))


@pytest.mark.parametrize(
    "values",
    [
        {"num_samples": 10**400},
        {"num_samples": 10**30},
        {"sample_rate": 10**400},
        {"created_at": "0001-01-01T00:00:00+14:00"},
        {"created_at": "9999-12-31T23:59:59-14:00"},
        {"created_at": "\ud800"},
        {"request": {"prompt": "\ud800"}},
        {"request": {"edits": [7]}},
        {"request": {"segments": [7]}},
        {"request": [1]},
    ],
)
def test_a_bad_description_leaves_out_one_take(library, reopen, values):
    library.add(make_take(), "good")
    stranger(library, **values)
    library = reopen()
    assert shown(library) == {"good"}
    (left_out,) = library.notice.left_out
    assert (left_out.name, left_out.reason) == ("bad", LeftOutReason.BAD_DESCRIPTION)
    assert left_out.detail


@pytest.mark.parametrize("text", ['{"num_samples": Infinity}', "[" * 100_000, "\ud800", ""])
def test_a_text_that_is_no_description_leaves_out_one_take(library, reopen, text):
    library.add(make_take(), "good")
    path = stranger(library) / "request.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert shown(reopen()) == {"good"}


def test_what_is_left_out_is_said_once(library, reopen):
    stranger(library, num_samples=0)
    reason = LeftOutReason.BAD_DESCRIPTION
    assert reopen().notice.left_out == (LeftOutTake("bad", reason, "0 is no count"),)
    assert not reopen().notice


def test_an_empty_folder_is_left_out_for_what_it_lacks(library, reopen):
    (library.layout.takes / "bad").mkdir()
    (left_out,) = reopen().notice.left_out
    assert left_out.reason is LeftOutReason.NO_DESCRIPTION


def test_a_bad_row_without_a_folder_is_left_out(library, reopen):
    library.add(make_take(), "bad")
    change_row(library, "duration_s", "long")
    (library.layout.takes / "bad").rename(library.layout.folder / "elsewhere")
    (left_out,) = reopen().notice.left_out
    assert left_out == LeftOutTake("bad", LeftOutReason.ROW, "'long' is no length")


@WITH_FIFOS
@pytest.mark.parametrize("name", ["request.json", "remarks.json"])
def test_a_fifo_in_a_take_keeps_nothing_waiting(library, reopen, name):
    library.add(make_take(), "good")
    folder = stranger(library)
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    assert "good" in shown(reopen())


@WITH_FIFOS
@pytest.mark.parametrize("name", ["take.safetensors", "audio.flac"])
def test_a_fifo_in_place_of_a_take_s_sound_is_a_sentence(library, name):
    library.add(make_take(), "a")
    file = library.layout.takes / "a" / name
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(LibraryError):
        library.take("a")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_folder_whose_name_is_no_text_leaves_out_one_take(library, reopen):
    library.add(make_take(), "good")
    folder = stranger(library)
    folder.rename(os.fsdecode(os.fsencode(folder.parent) + b"/\xff\xfe"))
    library = reopen()
    assert shown(library) == {"good"}
    assert library.notice.left_out == (LeftOutTake("??", LeftOutReason.NAME),)


def test_notes_that_are_no_text_are_kept_as_far_as_they_are(library, reopen):
    stranger(library)
    (library.layout.takes / "bad" / "remarks.json").write_text(
        json.dumps({"starred": True, "notes": "a\ud800b"})
    )
    (record,) = reopen().records()
    assert record.notes == "a?b"
    library = reopen()
    annotate(library, "bad", is_starred=True, notes="\udfff")
    assert next(iter(library.records())).notes == "?"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("place", "attic"),
        ("created_at", "2026-01-31T12:00:00"),
        ("created_at", "0001-01-01T00:00:00+14:00"),
        ("created_at", 7),
        ("duration_s", "long"),
        ("duration_s", b"\x00"),
        ("duration_s", float("inf")),
        ("duration_s", -1.0),
        ("notes", b"\xff\xfe"),
        ("notes", 5),
        ("tags", "drums"),
        ("tags", "[5]"),
        ("tags", '["\\ud800"]'),
        ("project", b"\xff"),
        ("size_bytes", "big"),
        ("size_bytes", -5),
        ("request", "[" * 100_000),
        ("request", '{"guidance_scale": Infinity}'),
        ("request", 7),
        ("request", "[]"),
    ],
)
def test_a_bad_row_is_made_again_from_its_folder(library, reopen, column, value):
    for name in ("good", "bad"):
        library.add(make_take(), name)
    change_row(library, column, value)
    library = reopen()
    assert shown(library) == {"good", "bad"}
    assert not library.notice


def test_a_text_of_the_database_that_is_no_text_is_one_row(library, reopen):
    for name in ("good", "bad"):
        library.add(make_take(), name)
    library.close()
    with closing(sqlite3.connect(library.layout.database)) as other, other:
        other.execute("UPDATE takes SET notes = CAST(x'ff41' AS TEXT) WHERE take_id = 'bad'")
    assert shown(reopen()) == {"good", "bad"}


@pytest.mark.parametrize("take_id", ["../../evil", "/etc", "..", "", "a\\b", b"blob"])
def test_a_row_whose_name_leads_elsewhere_is_left_out(library, reopen, take_id):
    library.add(make_take(), "good")
    library.add(make_take(), "bad")
    change_row(library, "take_id", take_id)
    assert shown(reopen()) == {"good", "bad"}  # the folder of "bad" has a row again


def test_a_library_that_could_not_be_opened_lets_its_lock_go(library, folder, monkeypatch):
    library.close()
    with monkeypatch.context() as patch:
        patch.setattr("app.library.library.recover", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Library(folder)
    Library(folder).close()


def test_rows_of_wrong_types_never_reach_callers(library):
    library.add(make_take(), "bad")
    connection = library._connection
    connection.execute("UPDATE takes SET duration_s = 'long'")
    assert TakeRows(connection).all() == []


@pytest.mark.parametrize("column", ["entry_id", "sentence", "request"])
@pytest.mark.parametrize("value", [b"\xff", "../../evil\udcff", "\udcff/[" * 9000])
def test_a_bad_row_of_the_queue_leaves_the_others(library, reopen, column, value):
    entries = [QueueEntry(request=GenerationRequest(prompt=name)) for name in ("a", "b")]
    library.keep_queue(entries)
    library.close()
    stored = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    cast = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    with closing(sqlite3.connect(library.layout.database)) as other, other:
        other.execute(f"UPDATE queue SET {column} = {cast} WHERE position = 0", (stored,))
    library = reopen()
    assert [entry.request.prompt for entry in library.queue()] == ["b"]
    assert library.notice == LibraryNotice(num_lost_requests=1)


def test_a_file_name_that_is_no_text_can_be_kept(library, reopen):
    take = make_take()
    request = replace(take.request, init_audio=os.fsdecode(b"/sounds/\xff.wav"))
    library.add(replace(take, request=request), "a")
    library.keep_queue([QueueEntry(request=request)])
    library = reopen()
    assert library.records()[0].request == request
    assert library.take("a").request == request
    assert library.queue()[0].request == request


@pytest.mark.parametrize("shape", [(2**50, 0), (0, 2**50), (0,), (2**40, 0, 2)])
def test_a_tensor_without_values_is_refused_at_once(library, shape):
    library.add(make_take(), "a")
    path = library.layout.takes / "a" / "take.safetensors"
    entry = {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}
    header = json.dumps({"mel": entry}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(LibraryError, match="damaged"):
        library.take("a")


def test_the_trash_is_emptied_also_when_the_clock_went_back(library):
    for name in ("kept", "gone"):
        library.add(make_take(), name)
    library.trash(["gone"])
    later = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    library._connection.execute("UPDATE takes SET trashed_at = ? WHERE take_id = 'gone'", (later,))
    before = library.disk_use().trash_bytes
    assert library.clean_up() == before > 30_000
    assert library.disk_use().trash_bytes == 0
    assert list(library.layout.trash.iterdir()) == []
    assert shown(library) == {"kept"}


def test_a_trashed_folder_that_is_gone_frees_nothing(library):
    library.add(make_take(), "a")
    library.trash(["a"])
    (library.layout.trash / "a").rename(library.layout.folder / "elsewhere")
    assert library.clean_up() == 0
    assert library.records() == []


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (as_text, "\ud800"),
        (as_text, None),
        (as_folder_name, "a/b"),
        (as_folder_name, "C:evil"),
        (as_time, "2026-01-31"),
        (as_count, True),
        (as_count, 2**60),
        (as_seconds, float("nan")),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused(check, value):
    with pytest.raises((ValueError, TypeError)):
        check(value)


def test_places_of_takes_are_what_they_were(library):
    library.add(make_take(), "a")
    library.trash(["a"])
    assert library.records()[0].place is TakePlace.TRASH
    assert Path(library.thumbnail("a")).exists()
