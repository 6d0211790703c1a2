"""The sound for another program: by drag, or by the clipboard."""

import shutil
import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app.studio.exports.export_prompt import file_name, recorded_format
from app.studio.exports.export_worker import ExportJob, ExportWorker, Saved
from app.view_models.document import Document
from app.views.window.main_window import MainWindow
from core.api.take import Marker, Take
from core.sound_files.export.settings import ExportSettings

MOST_FOLDERS = 4  # another program may still be reading the files of the last ones
_COPIED_FILES = "x-special/gnome-copied-files"  # what file managers of Linux ask for


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a take that becomes a file.

    Attributes:
        start_s, stop_s: Where it begins and ends, in seconds; None = with the take.
        band_hz: The frequencies that it has alone; None = all.
    """

    start_s: float = 0.0
    stop_s: float | None = None
    band_hz: tuple[float, float] | None = None


def wanted_stretches(document: Document) -> tuple[Stretch, ...]:
    """What is selected, or all of the take; a selected band alone only where it is heard so."""
    regions, hears_band = document.selection.regions, document.transport.plays_band
    stretches = (
        Stretch(one.start_s, one.stop_s, one.band_hz if hears_band else None) for one in regions
    )
    return tuple(stretches) or (Stretch(),)


class DragAndCopy(QObject):
    """Gives the sound to another program when the handle is dragged or the sound is copied.

    Each selected stretch is a file of its own.

    Signals:
        failed: Why there is no file.
    """

    failed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._document = window, window.document
        self._handle = window.viewer_panel.transport_bar.drag_handle
        self._wants_copy = False
        self._files = TakeFiles(self)
        self._files.ready.connect(self._on_ready)
        self._files.failed.connect(self._on_failed)
        self._handle.file_requested.connect(self._prepare)
        self._handle.copy_requested.connect(self._on_copy)
        window.actions_.copy_sound.triggered.connect(self._on_copy)

    def close(self) -> None:
        """Delete all files; for the end of the process."""
        self._files.close()

    @Slot()
    def _prepare(self) -> None:
        take = self._document.shown.take
        if take is not None:
            stretches = wanted_stretches(self._document)
            self._files.prepare(take, stretches, self._document.markers.current)

    @Slot()
    def _on_copy(self) -> None:
        self._wants_copy = self._document.shown.take is not None
        self._prepare()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._wants_copy = False  # else the next drag would put its sound on the clipboard
        self.failed.emit(error)

    @Slot(object)
    def _on_ready(self, paths: Sequence[Path]) -> None:
        self._handle.begin_drag(as_mime_data(paths))
        if self._wants_copy:
            self._wants_copy = False
            QGuiApplication.clipboard().setMimeData(as_mime_data(paths))
            self._window.status_line.say(
                self.tr("On the clipboard, as long as Tessera is open: {names}.").format(
                    names=", ".join(path.name for path in paths)
                )
            )


class TakeFiles(QObject):
    """Writes takes into a temporary folder in a thread of its own, and deletes it at the end.

    Signals:
        ready: The files that were requested last, a list of paths.
        failed: Why there are none.
    """

    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exporter = ExportWorker(self)
        self._exporter.finished.connect(self._on_written)
        self._exporter.failed.connect(self._on_failed)
        self._folder: Path | None = None
        self._folders: deque[Path] = deque()
        self._wanted: tuple[Take, Sequence[Stretch], Sequence[Marker]] | None = None
        self._paths: list[Path] = []
        self._written: set[Path] = set()

    def prepare(
        self, take: Take, stretches: Sequence[Stretch], markers: tuple[Marker, ...] = ()
    ) -> None:
        """Write stretches of a take, a file each; `ready` follows, at once if they are there."""
        wanted = (take, stretches, markers)
        if self._wanted is not None and self._wanted[0] is take and self._wanted[1:] == wanted[1:]:
            self._report()
            return
        self._exporter.cancel()
        self._wanted, self._written, folder = wanted, set(), self._next_folder()
        name = file_name(take.request.name)
        numbered = [f"{name}-{number}" for number in range(1, len(stretches) + 1)]
        names = numbered if len(stretches) > 1 else [name]
        self._paths = [folder / f"{one}.wav" for one in names]
        audio_format = recorded_format(take)
        for path, stretch in zip(self._paths, stretches, strict=True):
            settings = ExportSettings(
                audio_format=audio_format, start_s=stretch.start_s, stop_s=stretch.stop_s
            )
            job = ExportJob(path, settings, markers=markers, band_hz=stretch.band_hz)
            self._exporter.export(take, job)

    def close(self) -> None:
        """Delete all files; for the end of the process."""
        self._exporter.cancel()
        self._exporter.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _next_folder(self) -> Path:
        """A folder for each request, so that files of all may have the same name."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="tessera-"))
        if len(self._folders) >= MOST_FOLDERS:
            shutil.rmtree(self._folders.popleft(), ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        self._folders.append(folder)
        return folder

    def _report(self) -> None:
        """Report the files, once all are written."""
        if self._written.issuperset(self._paths):
            self.ready.emit(list(self._paths))

    @Slot(Saved)
    def _on_written(self, saved: Saved) -> None:
        if saved.path in self._paths:
            self._written.add(saved.path)
            self._report()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._wanted = None
        self.failed.emit(error)


def as_mime_data(paths: Sequence[Path]) -> QMimeData:
    """Files for a drop or for the clipboard, also as text where only text is accepted."""
    urls = [QUrl.fromLocalFile(str(path)) for path in paths]
    data = QMimeData()
    data.setUrls(urls)
    data.setText("\n".join(map(str, paths)))
    encoded = [bytes(url.toEncoded().data()) for url in urls]
    data.setData(_COPIED_FILES, b"\n".join([b"copy", *encoded]))
    return data
