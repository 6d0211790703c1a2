"""Keeps the session's queue and history in the library, and brings them back at the next start."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from app.library.librarian import Librarian, LibraryContents
from app.session.session import Session
from app.view_models.takes.take_record import TakeRecord
from app.view_models.viewer.opened_take import OpenedTake
from core.api.take import Take


class LibrarySync(QObject):
    """Joins a session to a librarian.

    Args:
        session: Whose queue and history are kept.
        librarian: Works in the library; not open yet.

    Attributes:
        librarian: For whoever wants to know how much the library takes, or to clean it up.

    Signals:
        opened: The library was read; a sentence about it, empty when all was well.
        failed: Why something could not be kept or read.
    """

    opened = Signal(str)
    failed = Signal(object)

    def __init__(
        self, session: Session, librarian: Librarian, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.librarian = librarian
        self._session = session
        self._wanted, self._compares = "", False
        self._is_open = False
        self._connect_session()
        self._connect_librarian()

    def _connect_session(self) -> None:
        session, history = self._session, self._session.history
        session.finished.connect(self._on_finished)
        session.queue.changed.connect(self._on_queue_changed)
        history.remarked.connect(self._on_remarked)
        history.trashed.connect(self.librarian.trash)
        history.restored.connect(self.librarian.restore)
        self._session.thumbnails.wanted.connect(self.librarian.picture)

    def _connect_librarian(self) -> None:
        self.librarian.opened.connect(self._on_opened)
        self.librarian.added.connect(self._on_added)
        self.librarian.loaded.connect(self._on_loaded)
        self.librarian.pictured.connect(self._on_pictured)
        self.librarian.cleaned.connect(self._on_cleaned)
        self.librarian.failed.connect(self.failed)

    def open(self) -> None:
        """Read the library, in its own thread."""
        self.librarian.open()

    def close(self) -> None:
        """Wait until everything is kept; for the end of the process."""
        self.librarian.close()

    @Slot(str)
    def show(self, take_id: str) -> None:
        """Bring a take of the history on stage, as soon as it is read."""
        self._wanted, self._compares = take_id, False
        self.librarian.load(take_id)

    @Slot(str)
    def compare(self, take_id: str) -> None:
        """The same, at the place of the sound where the take on stage is."""
        self._wanted, self._compares = take_id, True
        self.librarian.load(take_id)

    @Slot(LibraryContents)
    def _on_opened(self, contents: LibraryContents) -> None:
        self._session.history.fill(contents.records)
        self._is_open = True
        self._session.queue.restore(contents.queue)
        self._on_queue_changed()
        self.opened.emit(contents.notice)

    @Slot(str, object)
    def _on_finished(self, take_id: str, take: Take) -> None:
        self.librarian.add(take, take_id)

    @Slot(TakeRecord)
    def _on_added(self, record: TakeRecord) -> None:
        self._session.thumbnails.forget(record.take_id)
        self._session.history.add(record)

    @Slot()
    def _on_queue_changed(self) -> None:
        """Keep the queue, once the one of the last start was read: never over it."""
        if self._is_open:
            self.librarian.keep_queue(self._session.queue.entries)

    @Slot(str)
    def _on_remarked(self, take_id: str) -> None:
        record = self._session.history.record(take_id)
        if record is not None:
            self.librarian.remark(record)

    @Slot(OpenedTake)
    def _on_loaded(self, opened: OpenedTake) -> None:
        viewer = self._session.viewer
        if opened.take_id == self._wanted:  # else another was asked for meanwhile
            (viewer.exchange if self._compares else viewer.show)(opened)

    @Slot(str, QImage)
    def _on_pictured(self, take_id: str, image: QImage) -> None:
        self._session.thumbnails.put(take_id, image)

    @Slot(object, object)
    def _on_cleaned(self, freed_bytes: int, records: Iterable[TakeRecord]) -> None:
        self._session.history.fill(records)
