"""The queue's table in the database."""

import json
import logging
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.library.database import decode_text
from app.library.stored_values import as_folder_name, as_text, storable
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest
from core.runtime.outside_file import parse_json

_log = logging.getLogger(__name__)


class QueueRows:
    """The table `queue`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def keep(self, entries: Iterable[QueueEntry]) -> None:
        """Replace the whole queue; call it within a transaction."""
        self._connection.execute("DELETE FROM queue")
        self._connection.executemany(
            "INSERT INTO queue VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    position,
                    entry.entry_id,
                    json.dumps(entry.request.to_dict()),
                    str(entry.state),
                    entry.was_interrupted,
                    entry.is_agreed,
                    storable(entry.sentence),
                    entry.is_endless,
                )
                for position, entry in enumerate(entries)
            ],
        )

    def all(self) -> list[QueueEntry]:
        """Return the queue in its order; a request that was running waits again, marked so."""
        return [entry for entry in self._entries() if entry is not None]

    def num_unreadable(self) -> int:
        """Return how many requests `all` leaves out, since they cannot be read."""
        return self._entries().count(None)

    def _entries(self) -> list[QueueEntry | None]:
        rows = self._connection.execute("SELECT * FROM queue ORDER BY position")
        return [_entry(row) for row in rows]


def salvaged_queue(database: Path) -> list[QueueEntry]:
    """Return what can be read of the queue in a damaged database."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            connection.row_factory = sqlite3.Row
            connection.text_factory = decode_text
            return QueueRows(connection).all()
    except sqlite3.Error:
        return []


def _entry(row: sqlite3.Row) -> QueueEntry | None:
    """Return a row as an entry; None if this version cannot read it."""
    try:
        entry = QueueEntry(
            entry_id=as_folder_name(row["entry_id"]),  # it becomes the take's name
            request=GenerationRequest.from_dict(parse_json(as_text(row["request"]))),
            state=EntryState(row["state"]),
            was_interrupted=bool(row["was_interrupted"]),
            is_agreed=bool(row["is_agreed"]),
            sentence=as_text(row["sentence"]),
            is_endless="is_endless" in row.keys() and bool(row["is_endless"]),  # noqa: SIM118
        )
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, InvalidRequestError):
        _log.info("the request %r of the queue cannot be read", row["entry_id"], exc_info=True)
        return None
    if entry.state is EntryState.RUNNING:
        return replace(entry, state=EntryState.WAITING, was_interrupted=True)
    return entry
