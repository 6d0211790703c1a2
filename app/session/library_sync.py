"""Keeps the session's queue and history in the library, and brings them back at the next start."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from app.library.library_worker import LibraryContents, LibraryWorker
from app.session.session import Session
from app.view_models.takes.library_notice import LibraryNotice
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import TakeRecord
from app.view_models.viewer.opened_take import OpenedTake
from core.api.take import Take


class LibrarySync(QObject):
    """Joins a session to its library.

    Args:
        session: Whose queue and history are kept.
        library_worker: Works in the library; not open yet.

    Attributes:
        library_worker: Also says how much the library takes, and cleans it up.

    Signals:
        unusable: Why the library needs another folder.
        opened: The library was read; LibraryNotice, false where all was well.
        failed: Why something could not be kept or read.
    """

    opened = Signal(LibraryNotice)
    failed = Signal(object)
    unusable = Signal(object)

    def __init__(
        self, session: Session, library_worker: LibraryWorker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.library_worker = library_worker
        self._session = session
        self._wanted = ""
        self._origins: dict[str, str] = {}  # of takes that are not added yet
        self._put_on_show: Callable[[OpenedTake], None] = session.viewer.show
        self._is_open = False
        self._connect_session()
        self._connect_library_worker()

    def _connect_session(self) -> None:
        session, history = self._session, self._session.document.history
        session.finished.connect(self._on_finished)
        session.viewer.take_awaited.connect(self.show)
        session.document.queue.changed.connect(self._on_queue_changed)
        history.remarked.connect(self._on_remarked)
        history.trashed.connect(self.library_worker.trash)
        history.restored.connect(self.library_worker.restore)
        self._session.document.thumbnails.wanted.connect(self.library_worker.picture)

    def _connect_library_worker(self) -> None:
        self.library_worker.opened.connect(self._on_opened)
        self.library_worker.added.connect(self._on_added)
        self.library_worker.loaded.connect(self._on_loaded)
        self.library_worker.pictured.connect(self._on_pictured)
        self.library_worker.cleaned.connect(self._on_cleaned)
        self.library_worker.failed.connect(self.failed)
        self.library_worker.unusable.connect(self.unusable)

    def open(self) -> None:
        """Read the library, in its own thread."""
        self.library_worker.open()

    @Slot(Path)
    def open_elsewhere(self, folder: Path) -> None:
        """Keep takes in another folder from now on, those too that are only in memory."""
        self._is_open = False  # the queue there is read before it is written
        self.library_worker.open_elsewhere(folder)

    def close(self) -> None:
        """Wait until everything is written; for the end of the process."""
        self.library_worker.close()

    @Slot(str)
    def show(self, take_id: str) -> None:
        """Show a take of the history as soon as it is read."""
        self._load(take_id, self._session.viewer.show)

    @Slot(str)
    def audition(self, take_id: str) -> None:
        """Show it and play it, whatever new takes do."""
        self._load(take_id, self._session.viewer.audition)

    @Slot(str)
    def compare(self, take_id: str) -> None:
        """Show it at the same place of the sound as the take on show."""
        self._load(take_id, self._session.viewer.exchange)

    def _load(self, take_id: str, put_on_show: Callable[[OpenedTake], None]) -> None:
        self._wanted, self._put_on_show = take_id, put_on_show
        self.library_worker.load(take_id)

    @Slot(LibraryContents)
    def _on_opened(self, contents: LibraryContents) -> None:
        self._session.document.history.fill(contents.records)
        self._is_open = True
        self._session.document.queue.restore(contents.queue)
        self._on_queue_changed()
        self.opened.emit(contents.notice)

    @Slot(str, object)
    def _on_finished(self, take_id: str, take: Take) -> None:
        self.library_worker.add(take, take_id)

    @Slot(str, str)
    def note_origin(self, take_id: str, origin_id: str) -> None:
        """Note which take a new one was edited from: it gets the labels of that one."""
        self._origins[take_id] = origin_id

    @Slot(TakeRecord)
    def _on_added(self, record: TakeRecord) -> None:
        """Show a new take, with the labels that it begins with."""
        history = self._session.document.history
        self._session.document.thumbnails.forget(record.take_id)
        if history.record(record.take_id) is None:
            labels = self._first_labels(record)
            if labels != record.labels:
                record = replace(record, labels=labels)
                self.library_worker.annotate(record)
        history.add(record)

    def _first_labels(self, record: TakeRecord) -> TakeLabels:
        """Those of the take that it was edited from, or the project that the history shows."""
        history = self._session.document.history
        origin = history.record(self._origins.pop(record.take_id, ""))
        labels = record.labels if origin is None else origin.labels
        project = labels.project or history.filter.project
        return replace(labels, project=project)

    @Slot()
    def _on_queue_changed(self) -> None:
        """Write the queue, but not over that of the last start before it was read."""
        if self._is_open:
            self.library_worker.keep_queue(self._session.document.queue.entries)

    @Slot(str)
    def _on_remarked(self, take_id: str) -> None:
        record = self._session.document.history.record(take_id)
        if record is not None:
            self.library_worker.annotate(record)

    @Slot(OpenedTake)
    def _on_loaded(self, opened: OpenedTake) -> None:
        if opened.take_id == self._wanted:  # else another was requested since
            self._put_on_show(opened)

    @Slot(str, QImage)
    def _on_pictured(self, take_id: str, image: QImage) -> None:
        self._session.document.thumbnails.put(take_id, image)

    @Slot(object, object)
    def _on_cleaned(self, freed_bytes: int, records: Iterable[TakeRecord]) -> None:
        self._session.document.history.fill(records)
