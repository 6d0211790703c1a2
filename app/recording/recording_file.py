"""A recording on the disk, from its first sample until the library has it.

- NAME.wav: the samples, from the first block on
- NAME.lock: held by the process that the recording belongs to

The system releases the lock when the process ends, however it ends. So a recording whose lock is
free was left behind: the next start completes it.
"""

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.api.arrays import FloatArray
from core.api.errors import DiskError
from core.runtime.file_lock import try_lock
from core.runtime.write_failure import write_failure
from core.sound_files.encoding.growing_wav import GrowingWav, complete_wav

_SOUND, _LOCK = ".wav", ".lock"
_MOST_OF_A_NAME = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HeldRecording:
    """A complete recording of this process, which is not in the library yet.

    Attributes:
        path: The file.
        duration_s: Its length.
        lock: Descriptor of its lock.
    """

    path: Path
    duration_s: float
    lock: int

    def remove(self) -> None:
        """Remove the file, and then its lock: one without the other is nobody's recording."""
        _remove(self.path, self.lock)


class RecordingFile:
    """A recording that grows.

    Args:
        folder: Where it lies; it is made where it is missing.
        name: Its name without an ending; another one gets a number.
        sample_rate: Samples a second.
        channels: Number of channels.

    Raises:
        DiskError: Nothing can be written there.
    """

    def __init__(self, folder: Path, name: str, sample_rate: int, channels: int) -> None:
        self._sample_rate = sample_rate
        self._path, self._lock = _new_file(folder, name)
        try:
            self._wav = GrowingWav(self._path, sample_rate, channels)
        except DiskError:
            _remove(self._path, self._lock)
            raise

    @property
    def duration_s(self) -> float:
        """Its length so far."""
        return self._wav.num_frames / self._sample_rate

    def append(self, samples: FloatArray) -> None:
        """Add samples (n, channels).

        Raises:
            DiskError: The disk is full; what was written stays.
        """
        self._wav.append(samples)

    def finish(self) -> HeldRecording | None:
        """Complete the file; None where it holds no sound, and is removed.

        Raises:
            DiskError: It cannot be completed. The next start tries that again.
        """
        self._wav.finish()
        if not self._wav.num_frames:
            _remove(self._path, self._lock)
            return None
        return HeldRecording(self._path, self.duration_s, self._lock)

    def discard(self) -> None:
        """Keep nothing of it."""
        with suppress(DiskError):
            self._wav.finish()
        _remove(self._path, self._lock)


def left_recordings(folder: Path) -> list[HeldRecording]:
    """Complete the recordings that processes which are gone have left in a folder.

    One that cannot be completed is left where it is, and the log says why.
    """
    found: list[HeldRecording] = []
    with suppress(OSError):
        for lock_path in sorted(folder.glob(f"*{_LOCK}")):
            recording = _left_recording(lock_path)
            found += [recording] if recording else []
    return found


def _left_recording(lock_path: Path) -> HeldRecording | None:
    path = lock_path.with_suffix(_SOUND)
    try:
        lock = try_lock(lock_path)
        if lock is None:
            return None  # another studio records it
        num_frames, sample_rate = complete_wav(path) if path.exists() else (0, 1)
    except (OSError, DiskError, ValueError):
        _log.info("%s cannot be completed", path, exc_info=True)
        return None
    if not num_frames:
        _remove(path, lock)
        return None
    return HeldRecording(path, num_frames / sample_rate, lock)


def _new_file(folder: Path, name: str) -> tuple[Path, int]:
    """A path that nothing has, and the lock that holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, _MOST_OF_A_NAME):
            path = folder / f"{name}{f' ({number})' if number > 1 else ''}{_SOUND}"
            if not path.exists() and not path.with_suffix(_LOCK).exists():
                lock = try_lock(path.with_suffix(_LOCK))
                if lock is not None:
                    return path, lock
    except OSError as error:
        raise DiskError(str(folder), write_failure(folder / f"{name}{_SOUND}", error)) from error
    raise DiskError(str(folder), f"too many recordings of the name {name} are here.")


def _remove(path: Path, lock: int) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
        os.close(lock)  # first: Windows removes no file that is open
        path.with_suffix(_LOCK).unlink(missing_ok=True)
