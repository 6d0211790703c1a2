"""The sound for another program: by drag, or by the clipboard."""

import shutil
import tempfile
from collections import deque
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app.studio.exports.export_prompt import file_name
from app.studio.exports.export_worker import ExportJob, ExportWorker, Saved
from app.view_models.drafts.export_draft import TimeRange
from app.views.window.main_window import MainWindow
from core.api.take import Take
from core.sound_files.export.settings import ExportSettings

MOST_FILES = 4  # another program may still be reading the last ones
_COPIED_FILES = "x-special/gnome-copied-files"  # what file managers of Linux ask for


class DragAndCopy(QObject):
    """Gives the sound to another program when the handle is dragged or the sound is copied.

    Signals:
        failed: Why there is no file.
    """

    failed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._document = window, window.document
        self._handle = window.viewer_panel.transport_bar.drag_handle
        self._wants_copy = False
        self._file = TakeFile(self)
        self._file.ready.connect(self._on_ready)
        self._file.failed.connect(self._on_failed)
        self._handle.file_requested.connect(self._prepare)
        self._handle.copy_requested.connect(self._on_copy)
        window.actions_.copy_sound.triggered.connect(self._on_copy)

    def close(self) -> None:
        """Delete all files; for the end of the process."""
        self._file.close()

    @Slot()
    def _prepare(self) -> None:
        take = self._document.shown.take
        if take is not None:
            self._file.prepare(take, self._document.selection.range_s)

    @Slot()
    def _on_copy(self) -> None:
        self._wants_copy = self._document.shown.take is not None
        self._prepare()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._wants_copy = False  # else the next drag would put its sound on the clipboard
        self.failed.emit(error)

    @Slot(Path)
    def _on_ready(self, path: Path) -> None:
        self._handle.begin_drag(as_mime_data(path))
        if self._wants_copy:
            self._wants_copy = False
            QGuiApplication.clipboard().setMimeData(as_mime_data(path))
            self._window.status_line.say(
                self.tr("{name} is on the clipboard, as long as Tessera is open.").format(
                    name=path.name
                )
            )


class TakeFile(QObject):
    """Writes takes into a temporary folder in a thread of its own, and deletes it at the end.

    Signals:
        ready: The file that was requested last.
        failed: Why there is none.
    """

    ready = Signal(Path)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exporter = ExportWorker(self)
        self._exporter.finished.connect(self._on_written)
        self._exporter.failed.connect(self._on_failed)
        self._folder: Path | None = None
        self._folders: deque[Path] = deque()
        self._wanted: tuple[Take, TimeRange | None] | None = None
        self._path: Path | None = None
        self._is_written = False

    def prepare(self, take: Take, stretch: TimeRange | None) -> None:
        """Write a take, or a stretch of it in seconds; `ready` follows, at once if it is there."""
        if self._wanted is not None and self._wanted[0] is take and self._wanted[1] == stretch:
            if self._is_written and self._path is not None:
                self.ready.emit(self._path)
            return
        self._exporter.cancel()
        self._wanted, self._is_written = (take, stretch), False
        self._path = self._next_folder() / f"{file_name(take.request.name)}.wav"
        start_s, stop_s = stretch or (0.0, None)
        self._exporter.export(
            take, ExportJob(self._path, ExportSettings(start_s=start_s, stop_s=stop_s))
        )

    def close(self) -> None:
        """Delete all files; for the end of the process."""
        self._exporter.cancel()
        self._exporter.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _next_folder(self) -> Path:
        """A folder for each file, so that all may have the same name."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="tessera-"))
        if len(self._folders) >= MOST_FILES:
            shutil.rmtree(self._folders.popleft(), ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        self._folders.append(folder)
        return folder

    @Slot(Saved)
    def _on_written(self, saved: Saved) -> None:
        if saved.path == self._path:
            self._is_written = True
            self.ready.emit(self._path)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._wanted = None
        self.failed.emit(error)


def as_mime_data(path: Path) -> QMimeData:
    """A file for a drop or for the clipboard, also as text where only text is accepted."""
    url = QUrl.fromLocalFile(str(path))
    data = QMimeData()
    data.setUrls([url])
    data.setText(str(path))
    data.setData(_COPIED_FILES, b"copy\n" + bytes(url.toEncoded().data()))
    return data
