"""Reconciles rows and folders when the library is opened, after a crash of the last process.

The folders are authoritative: a take appears and moves by a rename of its folder, and its row
follows.
"""

import logging
import shutil
import sqlite3
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from app.library.description import DescriptionError, annotated, read_description
from app.library.layout import Layout, names_in
from app.library.stored_values import as_folder_name, storable
from app.library.take_folder import size_bytes
from app.library.take_rows import TakeRows
from app.view_models.takes.library_notice import LeftOutReason, LeftOutTake
from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.runtime.atomic_file import sync_folder

_log = logging.getLogger(__name__)


def recover(
    layout: Layout, connection: sqlite3.Connection, trash_lifetime: timedelta
) -> tuple[LeftOutTake, ...]:
    """Adopt folders without a row, mark rows without a folder, purge what was deleted long ago.

    A take that cannot be read keeps no other one shut: it is left out.

    Returns:
        Takes that are left out, by name; without those of an earlier start.

    Raises:
        OSError: The folders cannot be read, or changed.
        sqlite3.Error: The database cannot be changed.
    """
    rows = TakeRows(connection)
    remove_incomplete(layout)
    with connection:
        connection.execute("BEGIN")
        left_out = rows.note_left_out(_reconcile(layout, rows).values())
    purge(layout, connection, rows.trashed_longer_than(trash_lifetime))
    return left_out


def purge(layout: Layout, connection: sqlite3.Connection, take_ids: list[str]) -> int:
    """Remove takes of the trash for good, and return how many bytes that freed.

    Raises:
        OSError: There is no permission.
        sqlite3.Error: The database cannot be changed.
    """
    num_bytes = 0
    for take_id in take_ids:
        with suppress(FileNotFoundError):  # somebody else removed it
            (layout.trash / take_id).rename(layout.unfinished / take_id)
            num_bytes += size_bytes(layout.unfinished / take_id)
    sync_folder(layout.trash)
    with connection:
        connection.execute("BEGIN")
        TakeRows(connection).forget(take_ids)
    remove_incomplete(layout)
    return num_bytes - size_bytes(layout.unfinished)  # without what could not be removed


def remove_incomplete(layout: Layout) -> None:
    """Remove incomplete folders; no take in them was reported as finished."""
    for folder in layout.unfinished.iterdir():
        shutil.rmtree(folder, ignore_errors=True)  # files that are open are removed next time


def _reconcile(layout: Layout, rows: TakeRows) -> dict[str, LeftOutTake]:
    """Make rows and folders agree, and return the takes that are left out, by name."""
    left_out = rows.unreadable()
    known = {name: place for name, place in rows.places().items() if name not in left_out}
    found = dict.fromkeys(names_in(layout.trash), TakePlace.TRASH)
    found |= dict.fromkeys(names_in(layout.takes), TakePlace.LIBRARY)
    for take_id in found.keys() - known.keys():
        refused = _add_row(layout, rows, take_id, found[take_id])
        left_out.pop(take_id, None)  # the folder knows better than a row that cannot be read
        left_out |= {take_id: refused} if refused else {}
    for take_id, place in known.items():
        if take_id in found and found[take_id] is not place:
            rows.move(take_id, found[take_id])
        elif take_id not in found and place is TakePlace.TRASH:
            rows.forget([take_id])
        elif take_id not in found:
            rows.move(take_id, TakePlace.MISSING)
    return left_out


def _add_row(layout: Layout, rows: TakeRows, take_id: str, place: TakePlace) -> LeftOutTake | None:
    """Add a row for a folder; one that holds no readable take is left alone, and returned."""
    folder = (layout.takes if place is TakePlace.LIBRARY else layout.trash) / take_id
    try:
        as_folder_name(take_id)
        rows.put(describe_folder(folder))
        rows.move(take_id, place)
    except (DescriptionError, OSError, ValueError) as error:
        _log.info("%r is no take that can be read", str(folder), exc_info=True)
        return _left_out(take_id, error)
    return None


def _left_out(take_id: str, error: Exception) -> LeftOutTake:
    """The take that an error of `_add_row` is about."""
    name = storable(take_id)
    if isinstance(error, DescriptionError):
        return LeftOutTake(name, error.reason, storable(error.detail))
    if isinstance(error, OSError):
        return LeftOutTake(name, LeftOutReason.FILES, error.strerror or "")
    return LeftOutTake(name, LeftOutReason.NAME)


def describe_folder(folder: Path) -> TakeRecord:
    """Return the record of a take's folder.

    Raises:
        DescriptionError: It is no take that can be read.
        OSError: Its files cannot be looked at.
    """
    description = read_description(folder)
    record = TakeRecord(
        take_id=folder.name,
        request=description.request,
        created_at=description.created_at,
        duration_s=description.duration_s,
        size_bytes=size_bytes(folder),
    )
    return annotated(record, folder)
