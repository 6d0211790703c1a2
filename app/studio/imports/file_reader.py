"""Reads files behind the window: what they are, their sound and spectrogram."""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal

from app.view_models.takes.take_record import new_take_id
from app.view_models.viewer.level_pyramid import LevelPyramid, encode_log_mel
from app.view_models.viewer.opened_source import OpenedSource
from app.view_models.viewer.opened_take import OpenedTake, open_take
from core.api.errors import Cancelled, TesseraError
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.api.region import Region, Span
from core.api.request import GenerationRequest
from core.mel_scale import MelParams

_log = logging.getLogger(__name__)


class FileReader(QObject):
    """Finds out in one thread what files are, and makes pictures of sounds in another.

    In each of them a newer file cancels an older one. To look at a LoRA leaves the picture of a
    sound alone.

    Signals:
        looked: What a file is, as `core.sound_files.file_inspection.IncomingFile`.
        previewed: A OpenedSource.
        opened: A recording, as an OpenedTake, and sentences about what is wrong with it.
        failed: The file, and why it cannot be used.
    """

    looked = Signal(object)
    previewed = Signal(object)
    opened = Signal(object, str)
    failed = Signal(Path, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looking, self._previewing = _LatestOnly(self), _LatestOnly(self)

    def look(self, path: Path) -> None:
        """Find out what a file is."""
        self._looking.start(lambda progress: self._run(path, self._look, progress))

    def preview(self, path: Path) -> None:
        """Make the picture of a sound."""
        self._previewing.start(lambda progress: self._run(path, self._preview, progress))

    def open_recording(self, path: Path) -> None:
        """Read a sound as a take."""
        self._previewing.start(lambda progress: self._run(path, self._open, progress))

    def stop(self) -> None:
        """Cancel what is being read."""
        self._looking.cancel()
        self._previewing.cancel()

    def wait(self) -> None:
        """Cancel, and wait for the threads; for the end of the process."""
        self.stop()
        self._looking.wait()
        self._previewing.wait()

    def _run(self, path: Path, read: Callable[[Path, Progress], None], progress: Progress) -> None:
        """Read one file, in a thread of a pool; its signals cross to the window's, queued by Qt."""
        try:
            read(path, progress)
        except Cancelled:
            pass
        except TesseraError as error:
            self.failed.emit(path, error)
        except Exception as error:  # the edge of the thread
            _log.exception("a file could not be read")
            self.failed.emit(path, error)

    def _look(self, path: Path, progress: Progress) -> None:
        from core.sound_files.file_inspection import inspect_file  # opens libsndfile

        incoming = inspect_file(path)
        progress.check_cancelled()
        self.looked.emit(incoming)

    def _preview(self, path: Path, progress: Progress) -> None:
        preview = read_preview(path, progress)
        progress.check_cancelled()
        self.previewed.emit(preview)

    def _open(self, path: Path, progress: Progress) -> None:
        opened, notices = read_opened(path, progress)
        self.opened.emit(opened, notices)


class _LatestOnly:
    """Runs one task after another in a thread of its own; a newer one cancels an older one."""

    def __init__(self, parent: QObject) -> None:
        self._pool = QThreadPool(parent)
        self._pool.setMaxThreadCount(1)
        self._progress = Progress()

    def start(self, task: Callable[[Progress], None]) -> None:
        self.cancel()
        progress = self._progress = Progress()
        self._pool.start(lambda: task(progress))

    def cancel(self) -> None:
        self._progress.cancel()

    def wait(self) -> None:
        self._pool.waitForDone()


def read_preview(path: Path, progress: Progress) -> OpenedSource:
    """The picture of a sound file, a byte a cell, and its sound, on the disk: of any length.

    Raises:
        AudioFileError: It cannot be used.
        DiskError: There is no room for its sound.
        Cancelled: The owner of `progress` wants so.
    """
    from core.runtime.spool import Spool
    from core.sound_files.audio_file import read_facts
    from core.sound_files.mono import Downmix
    from core.sound_files.source_preview import preview_source  # imports torch

    params, facts = MelParams(), read_facts(path)
    num_frames = max(1, round(facts.duration_s * params.frames_per_second))
    levels = LevelPyramid(num_frames, params.n_mels)
    start, downmix = 0, Downmix()
    with Spool() as samples:
        for frames in preview_source(path, params, samples=samples, downmix=downmix):
            progress.check_cancelled()
            part = frames[: num_frames - start]
            region = Region(Span(start, start + len(part)), Span(0, params.n_mels))
            levels.write(region, encode_log_mel(part).T)  # (time, mel) -> (mel, time)
            start += len(part)
        waveform = samples.mapped()
    return OpenedSource(
        path, facts, levels, waveform, params.sample_rate, is_cancelled=downmix.is_cancelled
    )


def read_opened(path: Path, progress: Progress) -> tuple[OpenedTake, str]:
    """A sound file as a new take, and sentences about what is wrong with it.

    Raises:
        AudioFileError: It cannot be used.
        DiskError: There is no room for its sound.
        Cancelled: The owner of `progress` wants so.
    """
    from core.sound_files.recording import read_recording  # imports torch

    request = GenerationRequest(recording=str(path.absolute()))
    events: list[Event] = []
    with progress.with_listener(events.append):
        opened = open_take(new_take_id(), read_recording(request, progress))
    progress.check_cancelled()
    notices = [event.sentence for event in events if isinstance(event, Notice)]
    return opened, " ".join(notices)
