"""Makes takes of recordings, one after the other, and removes each file once the library has it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from app.recording.recording_file import left_recordings
from app.session.library_sync import LibrarySync
from app.session.session import Session
from app.studio.imports.file_reader import read_opened
from app.view_models.recording.recorder import KeptRecording
from app.view_models.takes.take_record import TakePlace, TakeRecord
from app.view_models.viewer.opened_take import OpenedTake
from app.views.texts.recording_texts import RecordingTexts
from core.api.errors import Cancelled, TesseraError
from core.api.progress import Progress

_FOLDER = "recordings"  # in the library's; its takes are elsewhere

_log = logging.getLogger(__name__)


class RecordingImport(QObject):
    """Brings recordings into the history. Nothing is removed that the library does not hold.

    Args:
        session: Shows the takes.
        library: Keeps them; when it is opened, recordings that were left behind are read.

    Signals:
        opened: A sentence about a recording that is a take now.
        failed: Why one is none yet.
    """

    opened = Signal(str)
    failed = Signal(object)
    _found = Signal(object)
    _read = Signal(object, object, str)

    def __init__(self, session: Session, library: LibrarySync, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._library = session, library
        self._texts = RecordingTexts(self)
        self._progress = Progress()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._for_engine: list[Callable[[], None]] = []
        self._unstored: dict[str, KeptRecording] = {}  # by the names of their takes
        self._found.connect(self._on_found)
        self._read.connect(self._on_read)
        session.engine_prepared.connect(self._on_engine_prepared)
        library.opened.connect(self._on_library_opened)
        library.library_worker.added.connect(self._on_added)

    @property
    def folder(self) -> Path:
        """Where recordings grow."""
        return self._library.library_worker.folder / _FOLDER

    def add(self, recording: KeptRecording, sentence: str) -> None:
        """Read a recording as a take; `opened` follows with the sentence, or `failed`."""
        self._start(lambda: self._read_take(recording, sentence))

    def wait(self) -> None:
        """Cancel what is being read, and wait; for the end of the process."""
        self._progress.cancel()
        self._pool.waitForDone()

    def _start(self, task: Callable[[], None]) -> None:
        """Run a task now, or later: while torch is being imported, it must not be twice at once."""
        if self._session.engine_ready:
            self._pool.start(task)
        else:
            self._for_engine.append(task)

    @Slot()
    def _on_engine_prepared(self) -> None:
        tasks, self._for_engine = self._for_engine, []
        for task in tasks:
            self._pool.start(task)

    def _read_take(self, recording: KeptRecording, sentence: str) -> None:
        """Runs in the pool's thread; its signals cross to the window's, queued by Qt."""
        try:
            opened, notices = read_opened(recording.path, self._progress)
        except Cancelled:
            return
        except TesseraError as error:
            self.failed.emit(self._not_read(recording, error))
        except Exception as error:  # the edge of the thread
            _log.exception("a recording could not be read")
            self.failed.emit(self._not_read(recording, error))
        else:
            # The file goes once the library has the take: its name is all that remains of it.
            request = replace(opened.take.request, recording=recording.path.name)
            opened = replace(opened, take=replace(opened.take, request=request))
            self._read.emit(opened, recording, f"{sentence} {notices}".rstrip())

    def _not_read(self, recording: KeptRecording, error: Exception) -> TesseraError:
        return TesseraError(self._texts.not_read(str(error), str(recording.path.parent)))

    @Slot(object, object, str)
    def _on_read(self, opened: OpenedTake, recording: KeptRecording, sentence: str) -> None:
        self._unstored[opened.take_id] = recording
        self._session.add_opened(opened, quietly=True)
        self.opened.emit(sentence)

    @Slot(TakeRecord)
    def _on_added(self, record: TakeRecord) -> None:
        if record.place is TakePlace.LIBRARY and record.take_id in self._unstored:
            self._unstored.pop(record.take_id).remove()

    @Slot()
    def _on_library_opened(self) -> None:
        folder = self.folder
        if folder.is_dir():
            self._start(lambda: self._found.emit(left_recordings(folder)))

    @Slot(object)
    def _on_found(self, recordings: list[KeptRecording]) -> None:
        for recording in recordings:
            sentence = self._texts.found(recording.path.stem, recording.duration_s)
            self.add(recording, sentence)
