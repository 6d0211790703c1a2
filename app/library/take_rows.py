"""The history's table in the database."""

import json
import logging
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from app.library.stored_values import (
    as_count,
    as_folder_name,
    as_labels,
    as_markers,
    as_seconds,
    as_text,
    as_time,
    plain_markers,
    storable,
)
from app.view_models.takes.library_notice import LeftOutReason, LeftOutTake
from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest
from core.runtime.outside_file import parse_json

_log = logging.getLogger(__name__)

_MAX_DETAIL = 200
_UNUSABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, InvalidRequestError)


class TakeRows:
    """The table `takes`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[TakeRecord]:
        """Return all takes that can be read, newest first."""
        rows = self._connection.execute("SELECT * FROM takes ORDER BY created_at DESC, take_id")
        return [record for row in rows if (record := _record_or_none(row)) is not None]

    def places(self) -> dict[str, TakePlace]:
        """Return the place of each take, as the rows have it."""
        rows = self._connection.execute("SELECT take_id, place FROM takes")
        places = {place.value: place for place in TakePlace}
        return {row["take_id"]: places[row["place"]] for row in rows if row["place"] in places}

    def unreadable(self) -> dict[str, LeftOutTake]:
        """Return the takes that cannot be shown, by their names in the rows."""
        takes = {}
        for row in self._connection.execute("SELECT * FROM takes"):
            try:
                _record(row)
            except _UNUSABLE as error:
                name = storable(str(row["take_id"]))
                detail = storable(str(error))[:_MAX_DETAIL]
                takes[row["take_id"]] = LeftOutTake(name, LeftOutReason.ROW, detail)
        return takes

    def note_left_out(self, takes: Iterable[LeftOutTake]) -> tuple[LeftOutTake, ...]:
        """Note which takes are left out, and return those that were not noted before."""
        rows = self._connection.execute("SELECT name FROM left_out")
        noted = {row["name"] for row in rows}
        by_name = {take.name: take for take in takes}
        self._connection.execute("DELETE FROM left_out")
        self._connection.executemany(
            "INSERT INTO left_out VALUES (?)", [(name,) for name in by_name]
        )
        return tuple(by_name[name] for name in sorted(by_name.keys() - noted))

    def put(self, record: TakeRecord) -> None:
        """Add a take, or replace its row."""
        self._connection.execute(
            "INSERT OR REPLACE INTO takes (take_id, created_at, duration_s, request, is_starred,"
            " notes, size_bytes, place, tags, project, markers)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.take_id,
                record.created_at.astimezone(UTC).isoformat(),
                record.duration_s,
                json.dumps(record.request.to_dict()),
                record.is_starred,
                storable(record.notes),
                record.size_bytes,
                str(record.place),
                _tags_text(record),
                storable(record.labels.project),
                _markers_text(record),
            ),
        )

    def annotate(self, record: TakeRecord) -> None:
        """Change star, notes, tags, project and markers."""
        self._connection.execute(
            "UPDATE takes SET is_starred = ?, notes = ?, tags = ?, project = ?, markers = ?"
            " WHERE take_id = ?",
            (
                record.is_starred,
                storable(record.notes),
                _tags_text(record),
                storable(record.labels.project),
                _markers_text(record),
                record.take_id,
            ),
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

    def trashed(self) -> list[str]:
        """Takes that lie in the trash, whenever they were moved there."""
        rows = self._connection.execute(
            "SELECT take_id FROM takes WHERE place = ?", (str(TakePlace.TRASH),)
        )
        return [row["take_id"] for row in rows]

    def bytes_in(self, place: TakePlace) -> int:
        """Return the size of all takes of a place."""
        query = "SELECT COALESCE(SUM(size_bytes), 0) FROM takes WHERE place = ?"
        return int(self._connection.execute(query, (str(place),)).fetchone()[0])


def _tags_text(record: TakeRecord) -> str:
    return json.dumps([storable(tag) for tag in record.labels.tags])


def _markers_text(record: TakeRecord) -> str:
    return json.dumps(plain_markers(record.markers))


def _record(row: sqlite3.Row) -> TakeRecord:
    """Return a row as a record; raises one of _UNUSABLE where it cannot be read."""
    return TakeRecord(
        take_id=as_folder_name(row["take_id"]),
        request=GenerationRequest.from_dict(parse_json(as_text(row["request"]))),
        created_at=as_time(row["created_at"]),
        duration_s=as_seconds(row["duration_s"]),
        is_starred=bool(row["is_starred"]),
        notes=as_text(row["notes"]),
        labels=as_labels(parse_json(as_text(row["tags"])), row["project"]),
        markers=as_markers(parse_json(as_text(row["markers"]))),
        size_bytes=as_count(row["size_bytes"], least=0),
        place=TakePlace(row["place"]),
    )


def _record_or_none(row: sqlite3.Row) -> TakeRecord | None:
    try:
        return _record(row)
    except _UNUSABLE:
        _log.info("the row of take %r cannot be read", row["take_id"], exc_info=True)
        return None
