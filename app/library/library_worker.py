"""Uses the library on threads of its own, so that the window never waits for the disk.

One thread writes and one reads, so that a take is shown while another is still being written.
Signals are emitted from both; their receivers live in the window's thread, and Qt queues the
signals for it.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtGui import QImage

from app.library.layout import Layout
from app.library.library import DiskUse, Library
from app.library.library_error import LibraryError, LibraryInUseError
from app.library.take_folder import sound_file
from app.library.thumbnail import read_thumbnail
from app.view_models.takes.library_notice import LibraryNotice
from app.view_models.takes.queue_entry import QueueEntry
from app.view_models.takes.take_record import TakePlace, TakeRecord
from app.view_models.viewer.opened_take import OpenedTake, open_take
from core.api.errors import TesseraError
from core.api.take import Take

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LibraryContents:
    """The contents of a library when it is opened.

    Attributes:
        records: All takes, newest first.
        queue: The stored queue.
        notice: What happened to it; false where nothing did.
    """

    records: tuple[TakeRecord, ...]
    queue: tuple[QueueEntry, ...]
    notice: LibraryNotice


class LibraryWorker(QObject):
    """The library, asynchronously: every method returns at once, and a signal brings the answer.

    Calls are carried out in their order. A take that cannot be written stays in memory; writing is
    tried again after the next take, and at the end.

    Args:
        folder: The library.

    Signals:
        opened: LibraryContents; empty ones if the library cannot be opened.
        unusable: Why another folder is needed: this one cannot be written. Of a library that was
            open it comes once.
        added: TakeRecord of a take that was stored, or stays in memory since it could not be.
        loaded: The requested OpenedTake.
        pictured: Name and image of the requested thumbnail.
        measured: DiskUse.
        cleaned: How many bytes were freed, and the records of all remaining takes.
        failed: The error of a call that failed.
    """

    opened = Signal(LibraryContents)
    unusable = Signal(object)
    added = Signal(TakeRecord)
    loaded = Signal(OpenedTake)
    pictured = Signal(str, QImage)
    measured = Signal(DiskUse)
    cleaned = Signal(object, object)
    failed = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        # Set by the writing thread, which alone uses the database; the reading one only reads
        # files of takes.
        self._library: Library | None = None
        self._is_opening = False  # the window's thread alone
        self._has_refused = False  # whether `unusable` came since the library was opened
        # Changed by the writing thread alone. The reading one looks takes up in `_in_memory`.
        self._in_memory: dict[str, Take] = {}
        self._annotations: dict[str, TakeRecord] = {}  # with those of takes in memory
        self._deleted: dict[str, Take] = {}  # from memory, until restored or cleaned up
        self._writing = _one_thread(self)
        self._reading = _one_thread(self)

    def open(self) -> None:
        """Open the library, unless it is open; `opened` follows."""
        self._write(lambda: None)

    def open_elsewhere(self, folder: Path) -> None:
        """Use another folder, where this one cannot be used; takes in memory are written there.

        `opened` follows.
        """
        self.folder = folder
        self._writing.start(lambda: self._try(self._open))
        self._write(lambda: self._with_library(lambda _: self._keep_all(tuple(self._in_memory))))

    def take_folder(self, take_id: str) -> Path:
        """The folder of a take that is in the library."""
        return Layout(self.folder).takes / take_id

    def sound_file(self, take_id: str) -> Path:
        """The file with the sound of a take that is in the library."""
        return sound_file(self.take_folder(take_id))

    @property
    def arrangements_folder(self) -> Path | None:
        """Where arrangements are kept; None while the library is not open. From any thread."""
        library = self._library
        return library.layout.arrangements if library is not None else None

    def add(self, take: Take, take_id: str) -> None:
        """Store a take; `added` follows."""
        self._write(lambda: self._add(take, take_id))

    def keep_queue(self, entries: Iterable[QueueEntry]) -> None:
        """Store the queue."""
        kept = tuple(entries)
        self._write(lambda: self._with_library(lambda library: library.keep_queue(kept)))

    def annotate(self, record: TakeRecord) -> None:
        """Store star, notes, labels and markers; those of a take in memory are written with it."""
        self._write(lambda: self._annotate(record))

    def trash(self, take_ids: Iterable[str]) -> None:
        """Move takes to the trash."""
        taken = tuple(take_ids)
        self._write(lambda: self._trash(taken))

    def restore(self, take_ids: Iterable[str]) -> None:
        """Restore deleted takes."""
        taken = tuple(take_ids)
        self._write(lambda: self._restore(taken))

    def load(self, take_id: str) -> None:
        """Read a take; `loaded` follows."""
        self._read(lambda: self.loaded.emit(open_take(take_id, self._take(take_id))))

    def picture(self, take_id: str) -> None:
        """Read a thumbnail; `pictured` follows."""
        self._read(lambda: self.pictured.emit(take_id, self._picture(take_id)))

    def measure(self) -> None:
        """Measure the library's disk use; `measured` follows."""
        self._write(
            lambda: self._with_library(lambda library: self.measured.emit(library.disk_use()))
        )

    def clean_up(self, older_than: timedelta | None = None) -> None:
        """Empty the trash, and delete takes of this age without a star; `cleaned` follows."""
        self._write(lambda: self._with_library(lambda library: self._clean(library, older_than)))

    def close(self) -> None:
        """Finish all calls, try to write the takes in memory once more, and close; waits for it."""
        self._write(lambda: self._with_library(lambda _: self._keep_all(tuple(self._in_memory))))
        self._write(lambda: self._with_library(lambda library: library.close()))
        self._writing.waitForDone()
        self._reading.waitForDone()  # of files: it needs no open library

    def _open(self) -> None:
        former = self._library
        try:
            self._library = Library(self.folder)
            contents = _contents(self._library)
        except Exception as error:
            self._library = former
            self.opened.emit(_contents(former))
            if not isinstance(error, LibraryInUseError):
                self.unusable.emit(error)
            raise
        self._has_refused = False
        if former is not None:
            former.close()
        self.opened.emit(contents)

    def _add(self, take: Take, take_id: str) -> None:
        """Store a take, then those that could not be stored before."""
        waiting = tuple(self._in_memory)
        self._in_memory[take_id] = take
        try:
            self._keep_all((take_id, *waiting))
        except LibraryError as error:
            if self._library is not None and not self._has_refused:
                self._has_refused = True
                self.unusable.emit(error)
            raise
        finally:
            if take_id in self._in_memory:
                self.added.emit(_record_in_memory(take, take_id))

    def _keep_all(self, take_ids: Iterable[str]) -> None:
        """Store takes that are in memory; a failure does not stop the others.

        Raises:
            Exception: The first failure.
        """
        failures = []
        for take_id in take_ids:
            try:
                self._keep(take_id)
            except Exception as failure:  # whatever it is, the others can be kept
                failures.append(failure)
        if failures:
            raise failures[0]

    def _keep(self, take_id: str) -> None:
        if self._library is None:
            raise LibraryError(
                self.folder,
                "the library is not open, so this sound stays in this window until it closes; "
                "export it to keep it.",
            )
        record = self._library.add(self._in_memory[take_id], take_id)
        if annotated := self._annotations.get(take_id):
            record = replace(
                record,
                is_starred=annotated.is_starred,
                notes=annotated.notes,
                labels=annotated.labels,
                markers=annotated.markers,
            )
            self._library.annotate(record)
        del self._in_memory[take_id]  # once it is in the library: a reader finds it in one of them
        self._annotations.pop(take_id, None)
        self.added.emit(record)

    def _annotate(self, record: TakeRecord) -> None:
        if record.take_id in self._in_memory:
            self._annotations[record.take_id] = record
        elif self._library is not None:
            self._library.annotate(record)

    def _trash(self, take_ids: Iterable[str]) -> None:
        """The library is asked for all of them: it may hold the folder of one in memory."""
        _move(take_ids, self._in_memory, self._deleted)
        self._with_library(lambda library: library.trash(take_ids))

    def _restore(self, take_ids: Iterable[str]) -> None:
        _move(take_ids, self._deleted, self._in_memory)
        stored = [take_id for take_id in take_ids if take_id not in self._in_memory]
        self._with_library(lambda library: library.restore(stored))

    def _take(self, take_id: str) -> Take:
        take = self._in_memory.get(take_id)
        if take is None and self._library is not None:
            take = self._library.take(take_id)
        if take is None:
            raise LibraryError(self.folder, "the library is not open.")
        return take

    def _picture(self, take_id: str) -> QImage:
        return read_thumbnail(self._library.thumbnail(take_id)) if self._library else QImage()

    def _clean(self, library: Library, older_than: timedelta | None) -> None:
        self._deleted.clear()
        freed = library.clean_up(older_than)
        self.cleaned.emit(freed, tuple(library.records()))

    def _with_library(self, work: Callable[[Library], None]) -> None:
        """Call `work` with the library, unless opening it has failed, which was reported."""
        if self._library is not None:
            work(self._library)

    def _write(self, work: Callable[[], None]) -> None:
        """Do something in the library, which is opened by the first such call."""
        if not self._is_opening:
            self._is_opening = True
            self._writing.start(lambda: self._try(self._open))
        self._writing.start(lambda: self._try(work))

    def _read(self, work: Callable[[], None]) -> None:
        self._reading.start(lambda: self._try(work))

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except TesseraError as error:
            _log.info("the library could not do something", exc_info=True)
            self.failed.emit(error)
        except Exception as error:  # the edge of the thread
            _log.exception("the library failed")
            self.failed.emit(error)


def _contents(library: Library | None) -> LibraryContents:
    if library is None:
        return LibraryContents((), (), LibraryNotice())
    return LibraryContents(tuple(library.records()), tuple(library.queue()), library.notice)


def _one_thread(parent: QObject) -> QThreadPool:
    pool = QThreadPool(parent)
    pool.setMaxThreadCount(1)  # in order, and the database by one at a time
    return pool


def _move(take_ids: Iterable[str], start: dict[str, Take], end: dict[str, Take]) -> None:
    end |= {take_id: start.pop(take_id) for take_id in take_ids if take_id in start}


def _record_in_memory(take: Take, take_id: str) -> TakeRecord:
    return TakeRecord(
        take_id=take_id,
        request=take.request,
        created_at=datetime.now(UTC),
        duration_s=take.duration_s,
        markers=take.markers,
        place=TakePlace.MEMORY,
    )
