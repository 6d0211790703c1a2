"""Exports of sounds and pictures: asks how and where, writes them, and reports the result."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.studio.exports.export_prompt import ExportPrompt
from app.studio.exports.export_worker import ExportWorker, Saved
from app.studio.exports.spectrogram_image import write_picture
from app.view_models.settings_store import SettingsStore
from app.views.spectrogram.colour_map import colour_table
from app.views.texts.units import level_text
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow


class FileExport(QObject):
    """Exports what the window requests.

    Signals:
        written: A file is complete.
        failed: Why it is not.

    Attributes:
        exporter: Writes in its own thread.
        prompt: Asks how and where.
    """

    written = Signal(Path)
    failed = Signal(object)

    def __init__(self, window: MainWindow, dialogs: MessageBoxes, memory: SettingsStore) -> None:
        super().__init__(window)
        self._window, self._document = window, window.document
        self.prompt = ExportPrompt(dialogs, memory, self)
        self.exporter = ExportWorker(self)
        strip = window.export_progress
        window.export_requested.connect(self._on_export_requested)
        window.actions_.export_picture.triggered.connect(self._on_picture_requested)
        strip.cancel_requested.connect(self.exporter.cancel)
        self.exporter.started.connect(strip.begin)
        self.exporter.advanced.connect(strip.show_fraction)
        for ended in (self.exporter.finished, self.exporter.cancelled, self.exporter.failed):
            ended.connect(strip.end)
        self.exporter.finished.connect(self._on_finished)
        self.exporter.cancelled.connect(self._on_cancelled)
        self.exporter.failed.connect(self.failed)

    def wait(self) -> None:
        """Wait for what is being written; for the end of the process."""
        self.exporter.wait()

    @Slot()
    def _on_export_requested(self) -> None:
        take = self._document.shown.take
        if take is None:
            return
        job = self.prompt.ask(self._window, take, self._document.selection.range_s)
        if job is not None:
            self.exporter.export(take, replace(job, markers=self._document.markers.current))

    @Slot()
    def _on_picture_requested(self) -> None:
        take = self._document.shown.take
        if take is None:
            return
        path = self.prompt.ask_picture_path(self._window, take.request.name)
        if path is not None:
            colour_scale = self._document.colour_scale
            colours = colour_table(
                colour_scale.low_db, colour_scale.high_db, colour_scale.colour_map
            )
            self.exporter.run(
                path, lambda progress: Saved(write_picture(path, take, colours, progress))
            )

    @Slot(Saved)
    def _on_finished(self, saved: Saved) -> None:
        self._document.status.clear_failure()
        self._window.status_line.say(" · ".join(self._sentences(saved)))
        if saved.path.is_file():  # stems are several, and an arrangement is a folder
            self.written.emit(saved.path)

    def _sentences(self, saved: Saved) -> Iterator[str]:
        """Where the file is, and what may be unexpected of it."""
        yield self.tr("Saved as {path}").format(path=saved.path)
        level = saved.level
        if level is not None and level.is_held_back and level.lufs is not None:
            yield self.tr("at {level} LUFS: louder, its peaks would clip").format(
                level=level_text(level.lufs)
            )
        if saved.clipping.num_samples:  # another sample rate has peaks between the old samples
            yield self.tr("samples cut off at full scale: {count}").format(
                count=f"{saved.clipping.num_samples:,}"
            )
        if saved.missing is not None:
            yield self.tr("its settings are not beside it: {reason}").format(reason=saved.missing)

    @Slot()
    def _on_cancelled(self) -> None:
        self._window.status_line.say(self.tr("The export was cancelled; nothing was written."))
