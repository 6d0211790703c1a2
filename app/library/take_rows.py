"""The history's table in the database."""

import json
import logging
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest

_log = logging.getLogger(__name__)


class TakeRows:
    """The table `takes`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[TakeRecord]:
        """Return all takes that can be read, newest first."""
        rows = self._connection.execute("SELECT * FROM takes ORDER BY created_at DESC, take_id")
        return [record for row in rows if (record := _record(row)) is not None]

    def places(self) -> dict[str, TakePlace]:
        """Return the place of each take, as the rows have it."""
        rows = self._connection.execute("SELECT take_id, place FROM takes")
        return {row["take_id"]: TakePlace(row["place"]) for row in rows}

    def put(self, record: TakeRecord) -> None:
        """Add a take, or replace its row."""
        self._connection.execute(
            "INSERT OR REPLACE INTO takes (take_id, created_at, duration_s, request, is_starred,"
            " notes, size_bytes, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.take_id,
                record.created_at.astimezone(UTC).isoformat(),
                record.duration_s,
                json.dumps(record.request.to_dict(), ensure_ascii=False),
                record.is_starred,
                record.notes,
                record.size_bytes,
                str(record.place),
            ),
        )

    def annotate(self, take_id: str, *, is_starred: bool, notes: str) -> None:
        """Change star and notes."""
        self._connection.execute(
            "UPDATE takes SET is_starred = ?, notes = ? WHERE take_id = ?",
            (is_starred, notes, take_id),
        )

    def move(self, take_id: str, place: TakePlace) -> None:
        """Set where the files of a take are."""
        trashed_at = datetime.now(UTC).isoformat() if place is TakePlace.TRASH else None
        self._connection.execute(
            "UPDATE takes SET place = ?, trashed_at = ? WHERE take_id = ?",
            (str(place), trashed_at, take_id),
        )

    def forget(self, take_ids: Iterable[str]) -> None:
        """Remove rows."""
        self._connection.executemany(
            "DELETE FROM takes WHERE take_id = ?", [(take_id,) for take_id in take_ids]
        )

    def trashed_longer_than(self, age: timedelta) -> list[str]:
        """Takes that lie in the trash for longer than `age`."""
        latest = (datetime.now(UTC) - age).isoformat()
        rows = self._connection.execute(
            "SELECT take_id FROM takes WHERE place = ? AND trashed_at <= ?",
            (str(TakePlace.TRASH), latest),
        )
        return [row["take_id"] for row in rows]

    def bytes_in(self, place: TakePlace) -> int:
        """Return the size of all takes of a place."""
        query = "SELECT COALESCE(SUM(size_bytes), 0) FROM takes WHERE place = ?"
        return int(self._connection.execute(query, (str(place),)).fetchone()[0])


def _record(row: sqlite3.Row) -> TakeRecord | None:
    """Return a row as a record; None if this version cannot read it."""
    try:
        return TakeRecord(
            take_id=row["take_id"],
            request=GenerationRequest.from_dict(json.loads(row["request"])),
            created_at=datetime.fromisoformat(row["created_at"]),
            duration_s=row["duration_s"],
            is_starred=bool(row["is_starred"]),
            notes=row["notes"],
            size_bytes=row["size_bytes"],
            place=TakePlace(row["place"]),
        )
    except (ValueError, TypeError, AttributeError, InvalidRequestError):
        _log.info("the row of take %s cannot be read", row["take_id"], exc_info=True)
        return None
