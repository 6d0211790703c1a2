"""Writes exports in a thread of its own: an hour of sound takes a while."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThreadPool, Signal

from app.view_models.drafts.prompt_blocks import prompts_of
from core.api.errors import Cancelled, SettingsFileError, TesseraError
from core.api.events import Event, ExportAdvanced
from core.api.progress import Progress
from core.api.take import Marker, Take
from core.sound_files.clipping import Clipping
from core.sound_files.export.settings import ExportSettings

if TYPE_CHECKING:  # opens SciPy, which the start need not wait for
    from core.sound_files.export.level import Level

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExportJob:
    """Where and how to save.

    Attributes:
        path: The file, which is replaced if it exists.
        settings: How the take is changed on the way.
        with_sidecar: Whether its settings go into a file beside it as well.
        markers: Those of the take; a WAV has a cue point for each.
        band_hz: Which frequencies are saved alone; None = all.
    """

    path: Path
    settings: ExportSettings = field(default_factory=ExportSettings)
    with_sidecar: bool = False
    markers: tuple[Marker, ...] = ()
    band_hz: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written.

    Attributes:
        path: The file.
        level: What normalisation did to a sound.
        clipping: What of it was cut off at full scale.
        missing: Why the settings are not in a file beside it, although they should be.
    """

    path: Path
    level: "Level | None" = None
    clipping: Clipping = field(default_factory=Clipping)
    missing: SettingsFileError | None = None


class ExportWorker(QObject):
    """Writes one file after another in a thread of its own.

    Signals:
        started: A file is begun.
        advanced: So much of it is done, 0 to 1.
        finished: What was `Saved`.
        cancelled: The person cancelled it; nothing is left of it.
        failed: Why it was not; nothing is left of it.
    """

    started = Signal(Path)
    advanced = Signal(float)
    finished = Signal(Saved)
    cancelled = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._waiting: deque[Progress] = deque()
        self._lock = threading.Lock()  # for `_waiting`, which both threads change

    def export(self, take: Take, job: ExportJob) -> None:
        """Save a take; returns at once."""
        self.run(job.path, lambda progress: write_take(take, job, progress))

    def run(self, path: Path, write: Callable[[Progress], Saved]) -> None:
        """Write anything to a path; `write` returns what `finished` reports."""
        progress = Progress(self._hear)
        with self._lock:
            self._waiting.append(progress)
        self._pool.start(lambda: self._write(path, write, progress))

    def cancel(self) -> None:
        """Cancel the current file; those after it are written."""
        with self._lock:
            if self._waiting:
                self._waiting[0].cancel()

    def wait(self) -> None:
        """Wait for what is being written; for the end of the process."""
        self._pool.waitForDone()

    def _hear(self, event: Event) -> None:
        """Report how far the file is; in the pool's thread."""
        if isinstance(event, ExportAdvanced):
            self.advanced.emit(event.fraction)

    def _write(self, path: Path, write: Callable[[Progress], Saved], progress: Progress) -> None:
        """Write one file, in the pool's thread; its signals cross to the window's, queued by Qt."""
        self.started.emit(path)
        try:
            written = write(progress)
        except Cancelled:
            self._leave(progress)
            self.cancelled.emit()
        except TesseraError as error:
            self._leave(progress)
            self.failed.emit(error)
        except Exception as error:  # the edge of the thread
            self._leave(progress)
            _log.exception("an export failed")
            self.failed.emit(error)
        else:
            self._leave(progress)
            self.finished.emit(written)

    def _leave(self, progress: Progress) -> None:
        with self._lock:
            self._waiting.remove(progress)


def write_take(take: Take, job: ExportJob, progress: Progress) -> Saved:
    """Write the samples with the request that made them; a sound without its sidecar is saved too.

    Raises:
        TesseraError: The sound cannot be written; nothing is left of it.
        Cancelled: The owner of `progress` wants so.
    """
    # These open libsndfile and SciPy, which the start need not wait for.
    from core.band_pass import BandSamples
    from core.sound_files.export.writing import write_export
    from core.sound_files.sidecar import write_sidecar

    band = job.band_hz and BandSamples(take.waveform, job.band_hz, take.sample_rate)
    exported = write_export(
        job.path,
        band or take.waveform,
        take.sample_rate,
        job.settings,
        request=take.request,
        prompts=prompts_of(take.request),
        markers=job.markers,
        progress=progress,
    )
    missing = None
    if job.with_sidecar:
        try:
            write_sidecar(job.path, take.request, job.settings.to_dict())
        except SettingsFileError as error:
            missing = error
    return Saved(exported.path, exported.level, exported.clipping, missing)
