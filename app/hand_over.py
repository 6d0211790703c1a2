"""The sound on its way into another program: by drag, or by the clipboard."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app.take_file import TakeFile, as_mime_data
from app.views.main_window import MainWindow


class HandOver(QObject):
    """Connects the handle and the copy command with the file that is handed over.

    Signals:
        failed: Why there is no file.
    """

    failed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._handle = window.stage.transport_bar.handle
        self._wants_copy = False
        self._file = TakeFile(self)
        self._file.ready.connect(self._on_ready)
        self._file.failed.connect(self._on_failed)
        self._handle.file_requested.connect(self._prepare)
        self._handle.copy_requested.connect(self._on_copy)
        window.actions_.copy_sound.triggered.connect(self._on_copy)

    def close(self) -> None:
        """Delete what was handed over; for the end of the process."""
        self._file.close()

    @Slot()
    def _prepare(self) -> None:
        take, chosen = self._session.take, self._session.selection.current
        if take is not None:
            self._file.prepare(take, chosen and (chosen.start_s, chosen.stop_s))

    @Slot()
    def _on_copy(self) -> None:
        self._wants_copy = self._session.take is not None
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
