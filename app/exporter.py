"""Saving a take as a sound file, beside the window: an hour of sound takes seconds to write."""

import logging
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal

from app.worker import FinishedTake
from core.audio_format import AudioFormat
from core.errors import TesseraError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExportWish:
    """Where and how to save.

    Attributes:
        path: The file, which is replaced if it exists.
        audio_format: How samples are stored.
    """

    path: Path
    audio_format: AudioFormat


class Exporter(QObject):
    """Writes one file after another in a thread of its own.

    Signals:
        finished: The file that was written.
        failed: Why it was not; nothing is left of it then.
    """

    finished = Signal(Path)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def export(self, take: FinishedTake, wish: ExportWish) -> None:
        """Save a take; returns at once."""
        self._pool.start(lambda: self._write(take, wish))

    def wait(self) -> None:
        """Wait for what is being written; for the end of the process."""
        self._pool.waitForDone()

    def _write(self, take: FinishedTake, wish: ExportWish) -> None:
        try:
            write_take(take, wish)
        except TesseraError as error:
            self.failed.emit(error)
        except Exception as error:  # the edge of the thread
            _log.exception("an export failed")
            self.failed.emit(error)
        else:
            self.finished.emit(wish.path)


def write_take(take: FinishedTake, wish: ExportWish) -> None:
    """Write the samples with the request that made them.

    Raises:
        AudioFileError: It cannot be written; nothing is left of it.
    """
    from core.audio_file import AudioWriter  # opens libsndfile, which the start need not wait for

    with AudioWriter(
        wish.path,
        take.sample_rate,
        audio_format=wish.audio_format,
        title=take.request.prompt,
        metadata=take.request.to_dict(),
    ) as writer:
        writer.write(take.waveform)
