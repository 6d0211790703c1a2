"""The library on disk: a folder for each take, and a database that lists them.

A take exists once its complete folder has its final name; its row is written afterwards. The
process may end between the two: the next start reconciles folders and rows.
"""

import logging
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.library.database import DamagedDatabaseError, open_database, set_aside
from app.library.description import write_annotations
from app.library.layout import Layout
from app.library.library_error import LibraryError, LibraryInUseError, not_written
from app.library.queue_rows import QueueRows, salvaged_queue
from app.library.recovery import describe_folder, purge, recover
from app.library.take_folder import THUMBNAIL, read_take, write_take_files
from app.library.take_rows import TakeRows
from app.view_models.takes.library_notice import LibraryNotice
from app.view_models.takes.queue_entry import QueueEntry
from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.api.errors import AudioFileError
from core.api.take import Take
from core.runtime.atomic_file import move_whole, sync_folder
from core.runtime.file_lock import try_lock

_log = logging.getLogger(__name__)

TRASH_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DiskUse:
    """The disk space that the library uses, in bytes.

    Attributes:
        takes_bytes: Takes of the history.
        trash_bytes: Deleted takes, which can be restored.
        free_bytes: Free space on that disk.
    """

    takes_bytes: int
    trash_bytes: int
    free_bytes: int


class Library:
    """Takes and queue in a folder.

    One thread may use it at a time, except that any thread may read takes. Only one process may
    open a library; a second one gets an error, and keeps its takes in memory.

    Args:
        folder: The library's folder; created if it is missing.
        trash_lifetime: How long deleted takes can be restored.

    Attributes:
        layout: The paths in the folder.
        notice: What a person should know: the database was rebuilt, takes are left out, which
            and why, or requests of the queue are; false where nothing happened.

    Raises:
        LibraryError: It cannot be opened; the sentence says why and what to do.
    """

    def __init__(self, folder: Path, trash_lifetime: timedelta = TRASH_LIFETIME) -> None:
        self.layout = Layout(folder)
        self.notice = LibraryNotice()
        self._opened = ExitStack()  # closed in the opposite order: the database before the lock
        try:
            with self._errors_explained(folder):
                self._open(trash_lifetime)
        except BaseException:  # whatever it was, the lock is let go
            self.close()
            raise

    def _open(self, trash_lifetime: timedelta) -> None:
        self.layout.make()
        lock_descriptor = try_lock(self.layout.lock)
        if lock_descriptor is None:
            raise LibraryInUseError(
                self.layout.folder,
                "another Tessera has this library open. New sounds stay in this window until it "
                "closes; export those that you want to keep, or close the other window first.",
            )
        self._opened.callback(os.close, lock_descriptor)
        self._connection, aside = self._open_or_rebuild()
        self._opened.callback(self._connection.close)
        self._takes, self._queue = TakeRows(self._connection), QueueRows(self._connection)
        self.notice = LibraryNotice(
            damaged_database=aside.name if aside else "",
            left_out=recover(self.layout, self._connection, trash_lifetime),
            num_lost_requests=self._queue.num_unreadable(),
        )

    def _open_or_rebuild(self) -> tuple[sqlite3.Connection, Path | None]:
        """The open database, and where a damaged one is kept if it was rebuilt."""
        try:
            return open_database(self.layout.database), None
        except DamagedDatabaseError:
            _log.info("the library's database is damaged", exc_info=True)
        aside = set_aside(self.layout.database)
        connection = open_database(self.layout.database)
        with connection:
            connection.execute("BEGIN")
            QueueRows(connection).keep(salvaged_queue(aside))
        return connection, aside

    def close(self) -> None:
        """Close the database and release the lock, so that another process can open it."""
        self._opened.close()

    def records(self) -> list[TakeRecord]:
        """Return all takes, newest first, including deleted and missing ones.

        Raises:
            LibraryError: The database cannot be read.
        """
        with self._errors_explained(self.layout.database):
            return self._takes.all()

    def add(self, take: Take, take_id: str) -> TakeRecord:
        """Store a take. When this returns it is on the disk, and survives a crash.

        Raises:
            LibraryError: It cannot be written; nothing is left of it, and the take is untouched.
        """
        home = self.layout.takes / take_id
        with self._errors_explained(home):
            if not home.exists():  # it exists without a row if writing the row failed
                self._write_folder(take, take_id)
            record = describe_folder(home)
            self._takes.put(record)
        if take.checkpoint is not None:
            take.checkpoint.discard()  # nobody has to resume from there any more
        return record

    def _write_folder(self, take: Take, take_id: str) -> None:
        folder = self.layout.unfinished / take_id
        try:
            folder.mkdir()
            write_take_files(folder, take, datetime.now(UTC))
            if take.markers:
                write_annotations(folder, replace(describe_folder(folder), markers=take.markers))
            move_whole(folder, self.layout.takes / folder.name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def take(self, take_id: str) -> Take:
        """Read a take back; safe from any thread.

        Raises:
            LibraryError: Its files are missing or damaged.
        """
        return read_take(self.layout.takes / take_id)  # files alone, not the database

    def thumbnail(self, take_id: str) -> Path:
        """Return the path of a take's thumbnail, in the library or in the trash."""
        path = self.layout.takes / take_id / THUMBNAIL
        return path if path.exists() else self.layout.trash / take_id / THUMBNAIL

    def annotate(self, record: TakeRecord) -> None:
        """Store star, notes, labels and markers.

        Raises:
            LibraryError: They cannot be written.
        """
        folder = self.layout.takes / record.take_id
        with self._errors_explained(folder):
            write_annotations(folder, record)
            self._takes.annotate(record)

    def trash(self, take_ids: Iterable[str]) -> None:
        """Move takes to the trash, from which `restore` brings them back; forget missing ones.

        Raises:
            LibraryError: They cannot be moved.
        """
        for take_id in take_ids:
            if (self.layout.takes / take_id).exists():
                self._move(take_id, self.layout.takes, self.layout.trash, TakePlace.TRASH)
            else:
                with self._errors_explained(self.layout.database):
                    self._takes.forget([take_id])

    def restore(self, take_ids: Iterable[str]) -> None:
        """Restore deleted takes.

        Raises:
            LibraryError: They cannot be moved, or were purged.
        """
        for take_id in take_ids:
            self._move(take_id, self.layout.trash, self.layout.takes, TakePlace.LIBRARY)

    def queue(self) -> list[QueueEntry]:
        """Return the stored queue, without requests whose takes are in the library.

        An edit of a recording that has no file goes on from the library's take of it.

        Raises:
            LibraryError: The database cannot be read.
        """
        with self._errors_explained(self.layout.database):
            known = self._takes.places()
            entries = [entry for entry in self._queue.all() if entry.entry_id not in known]
            return [self._with_base(entry) if _lacks_file(entry) else entry for entry in entries]

    def _with_base(self, entry: QueueEntry) -> QueueEntry:
        """The entry with the take that its last edit is done to, where it is here."""
        before = replace(entry.request, edits=entry.request.edits[:-1])
        for record in self._takes.all():
            if record.request == before and record.place is TakePlace.LIBRARY:
                with suppress(LibraryError):  # damaged: making it says why it cannot be made
                    return replace(entry, base=self.take(record.take_id))
        return entry

    def keep_queue(self, entries: Iterable[QueueEntry]) -> None:
        """Store the queue in one transaction.

        Raises:
            LibraryError: It cannot be written.
        """
        with self._errors_explained(self.layout.database), self._connection:
            self._connection.execute("BEGIN")
            self._queue.keep(entries)

    def disk_use(self) -> DiskUse:
        """Return the disk space that the library uses.

        Raises:
            LibraryError: The folder or the database cannot be read.
        """
        with self._errors_explained(self.layout.folder):
            return DiskUse(
                takes_bytes=self._takes.bytes_in(TakePlace.LIBRARY),
                trash_bytes=self._takes.bytes_in(TakePlace.TRASH),
                free_bytes=shutil.disk_usage(self.layout.folder).free,
            )

    def clean_up(self, older_than: timedelta | None = None) -> int:
        """Empty the trash, and return how many bytes that freed.

        Args:
            older_than: Takes of this age without a star go as well; None = none of them.

        Raises:
            LibraryError: Something cannot be removed.
        """
        if older_than is not None:
            oldest = datetime.now(UTC) - older_than
            self.trash(
                record.take_id
                for record in self.records()
                if record.place is TakePlace.LIBRARY
                and not record.is_starred
                and record.created_at <= oldest
            )
        with self._errors_explained(self.layout.trash):
            return purge(self.layout, self._connection, self._takes.trashed())

    def _move(self, take_id: str, start: Path, end: Path, place: TakePlace) -> None:
        with self._errors_explained(start / take_id):
            (start / take_id).rename(end / take_id)
            sync_folder(end)  # first: after a power cut the take is in both at worst, never in none
            sync_folder(start)
            self._takes.move(take_id, place)

    @contextmanager
    def _errors_explained(self, path: Path) -> Iterator[None]:
        """Turn errors of the disk and the database into LibraryError."""
        try:
            yield
        except AudioFileError as error:
            cause = error.__cause__
            raise not_written(path, cause if isinstance(cause, OSError) else error) from error
        except (OSError, sqlite3.Error) as error:
            raise not_written(path, error) from error


def _lacks_file(entry: QueueEntry) -> bool:
    """Whether it edits a recording that cannot be read again, as one that was recorded here."""
    request = entry.request
    return bool(request.edits and request.recording and not Path(request.recording).is_file())
