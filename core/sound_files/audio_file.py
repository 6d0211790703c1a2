"""Reads and writes sound files: written piece by piece and atomically, checked when read.

A file is written under a temporary name and renamed at the end. So no half-written file is ever
left under the name a person chose, and an older file stays until the new one is complete.
"""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import soundfile

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError
from core.runtime.atomic_file import check_path, part_path, put_in_place
from core.runtime.outside_file import json_text, parse_json
from core.runtime.write_failure import write_failure
from core.sound_files.audio_facts import AudioFacts
from core.sound_files.audio_format import AudioFormat
from core.sound_files.clipping import Clipping
from core.sound_files.reading.opened_sound import OpenedSound, native_path, open_sound
from core.sound_files.reading.refusal import unreadable
from core.sound_files.riff_chunk import append_chunk, read_chunk
from core.version import __version__

MAX_READ_BYTES = 2**30
MAX_WAV_BYTES = 2**32 - (4 << 20)  # of samples; the rest is for header and metadata
MAX_SAMPLE_RATE = 768_000
MIN_SAMPLE_RATE = 1_000
_BLOCK_FRAMES = 1 << 16  # longer blocks of Vorbis crash libsndfile (python-soundfile#396)
_MAX_TITLE = 200  # libsndfile cannot read long texts in a WAV back (libsndfile#889)
_CHUNK = b"TSRA"  # the metadata in a WAV
_MAX_METADATA_BYTES = 1 << 20
_WAV_IS_FULL = (
    "a WAV holds no more than 4 GiB, and this sound is longer; please save it as .flac. Nothing "
    "was written."
)
_NOT_NUMBERS = "this file holds samples that are not numbers."


class AudioWriter:
    """Writes one sound file; a context manager.

    At the end of the context the file appears, complete and checked; after an exception nothing
    appears. Memory does not depend on the length.

    Args:
        path: Where the file will be. An older file there is replaced.
        sample_rate: Samples a second.
        audio_format: How samples are stored; the default for the path's ending when None.
        channels: Number of channels.
        title: The title that players show, such as the prompt; cut off after 200 characters.
        metadata: Plain values, such as a request's, that `read_metadata` returns.
        num_frames: The final length, where it is known: a WAV that needs more than 4 GiB is then
            written as RF64 (EBU Tech 3306), whose header holds metadata up to 2,045 bytes.

    Attributes:
        sample_rate: Samples a second.
        clipping: How far the samples written so far exceed full scale.
    """

    def __init__(
        self,
        path: Path | str,
        sample_rate: int = 16000,
        *,
        audio_format: AudioFormat | None = None,
        channels: int = 1,
        title: str = "",
        metadata: Mapping[str, Any] | None = None,
        num_frames: int = 0,
    ) -> None:
        self.path = Path(path)
        self.audio_format = audio_format or AudioFormat.of(self.path)
        self.frames_written = 0
        self.clipping = Clipping()
        self.sample_rate = sample_rate
        self._channels = channels
        self._title = title
        self._metadata = metadata
        self._container = self.audio_format.container
        if not self.has_room_for(num_frames):
            self._container = "RF64"
        self._part = part_path(self.path)

    def __enter__(self) -> Self:
        """Open the temporary file.

        Raises:
            AudioFileError: Nothing can be written there.
        """
        try:
            check_path(self.path)
            self._part.touch(exist_ok=False)
            self._file = self._open()
        except (OSError, soundfile.LibsndfileError) as error:
            self._discard()
            raise self._failure(error) from error
        return self

    def write(self, samples: FloatArray) -> None:
        """Add samples at the end.

        Args:
            samples: (n,) for one channel or (channels, n), full scale = 1.

        Raises:
            AudioFileError: They cannot be stored. Then leave the context; no file appears.
        """
        if not self.has_room_for(np.shape(samples)[-1]):
            raise AudioFileError(str(self.path), _WAV_IS_FULL)
        if not np.isfinite(samples).all():
            raise AudioFileError(
                str(self.path), "the sound has samples that are not numbers; nothing was written."
            )
        self.clipping = self.clipping.with_samples(samples)
        frames = np.atleast_2d(samples).T  # (channels, n) -> (n, channels)
        try:
            for start in range(0, len(frames), _BLOCK_FRAMES):
                self._file.write(self.audio_format.quantised(frames[start : start + _BLOCK_FRAMES]))
        except soundfile.LibsndfileError as error:
            raise self._failure(error) from error
        self.frames_written += len(frames)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the complete file its name, or discard it after an exception.

        Raises:
            AudioFileError: It could not be completed.
        """
        try:
            self._file.close()
            if kind is None:
                if self._metadata and self._is_wav:
                    append_chunk(self._part, _CHUNK, self._metadata_text().encode())
                self._check_complete()
                put_in_place(self._part, self.path)
        except (OSError, soundfile.LibsndfileError) as problem:
            if kind is None:
                raise self._failure(problem) from problem
        finally:
            self._discard()

    def has_room_for(self, num_frames: int) -> bool:
        """Whether the format can hold so many more frames: a WAV counts its bytes in 32 bits."""
        frames = self.frames_written + num_frames
        num_bytes = frames * self._channels * self.audio_format.sample_bytes
        return not self._is_wav or num_bytes <= MAX_WAV_BYTES

    def _open(self) -> soundfile.SoundFile:
        file = soundfile.SoundFile(
            native_path(self._part),
            "w",
            self.sample_rate,
            self._channels,
            self.audio_format.subtype,
            format=self._container,
        )
        file.software = f"Tessera {__version__}"
        if self._title:
            file.title = self._title[:_MAX_TITLE].encode(errors="replace").decode()
        if self._metadata and not self._is_wav:
            file.comment = self._metadata_text()
        return file

    @property
    def _is_wav(self) -> bool:
        return self._container == "WAV"

    def _metadata_text(self) -> str:
        return json_text(self._metadata or {})

    def _check_complete(self) -> None:
        """Read the file's length back: libsndfile may not report a full disk."""
        if soundfile.info(native_path(self._part)).frames != self.frames_written:
            raise OSError(errno.EIO, "the file on the disk is incomplete")

    def _discard(self) -> None:
        with suppress(OSError):  # its folder was removed, and the file with it
            self._part.unlink(missing_ok=True)

    def _failure(self, error: Exception) -> AudioFileError:
        return AudioFileError(str(self.path), write_failure(self.path, error))


def read_audio(path: Path | str, max_bytes: int | None = MAX_READ_BYTES) -> tuple[FloatArray, int]:
    """Read a whole sound file.

    Args:
        path: The file.
        max_bytes: Most memory for its samples, so that no foreign file fills the memory; None =
            no limit, for our own files.

    Returns:
        Samples (channels, n), full scale = 1, n at least 1, and the sample rate.

    Raises:
        AudioFileError: It is no readable sound, or is empty, damaged or too long for memory.
    """
    with _readable(path) as sound:
        facts = _promised_facts(path, sound, max_bytes)
        if not sound.has_exact_header and not sound.promised_frames:
            facts = read_facts(path, max_bytes)
        try:
            samples = np.empty((facts.channels, facts.num_frames), np.float32)
        except (MemoryError, ValueError) as error:
            raise _too_long(path, facts) from error
        num_frames = 0
        for block in _checked_blocks(path, sound, max_bytes):
            samples[:, num_frames : num_frames + block.shape[1]] = block
            num_frames += block.shape[1]
    if not num_frames:
        raise AudioFileError(str(path), "this file holds no sound; please choose another.")
    return np.ascontiguousarray(samples[:, :num_frames]), facts.sample_rate


def read_facts(path: Path | str, max_bytes: int | None = MAX_READ_BYTES) -> AudioFacts:
    """The facts of a sound file; its length is that of what can be decoded.

    A compressed sound is decoded for that, as its header may promise more than there is.

    Raises:
        AudioFileError: It is no readable sound, damaged, or too long for memory.
    """
    with _readable(path) as sound:
        facts = _promised_facts(path, sound, max_bytes)
        num_frames = int(sound.file.frames)
        if not sound.has_exact_header:
            num_frames = sum(block.shape[1] for block in _checked_blocks(path, sound, max_bytes))
        missing = max(0, sound.promised_frames - num_frames)
        return replace(facts, num_frames=num_frames, missing_frames=missing)


def read_sample_rate(path: Path | str) -> int:
    """The sample rate of a sound file, by its header; nothing is decoded.

    Raises:
        AudioFileError: It is no readable sound, or too long for memory.
    """
    with _readable(path) as sound:
        return _promised_facts(path, sound, MAX_READ_BYTES).sample_rate


def read_duration_s(path: Path | str) -> float:
    """The length in seconds of what can be decoded of a sound file.

    Raises:
        AudioFileError: It is no readable sound.
    """
    return read_facts(path).duration_s


def read_blocks(path: Path | str, max_bytes: int | None = MAX_READ_BYTES) -> Iterator[FloatArray]:
    """Yield the blocks (channels, n) of a sound file, full scale = 1, until it ends.

    A damaged place ends it too; `AudioFacts.missing_frames` counts what is behind.

    Raises:
        AudioFileError: It is no readable sound, damaged at its beginning, or too long.
    """
    with _readable(path) as sound:
        _promised_facts(path, sound, max_bytes)
        yield from _checked_blocks(path, sound, max_bytes)


def read_metadata(path: Path | str) -> dict[str, Any]:
    """The metadata that `AudioWriter` wrote; empty where a file has none.

    The file may come from anywhere, so the values are not trusted: check every one of them.

    Raises:
        AudioFileError: It is no readable sound.
    """
    with _readable(path) as sound:
        try:
            chunk = read_chunk(Path(path), _CHUNK, _MAX_METADATA_BYTES)
            text = chunk or sound.file.comment or "{}"
            is_short = len(text) <= _MAX_METADATA_BYTES
            values = parse_json(text, allows_infinity=True) if is_short else {}
        except ValueError:  # neither JSON nor UTF-8
            return {}
    return values if isinstance(values, dict) else {}


@contextmanager
def _readable(path: Path | str) -> Iterator[OpenedSound]:
    """Open a sound file.

    Raises:
        AudioFileError: It is no readable sound; also for what is raised while it is open.
    """
    try:
        with open_sound(path) as sound:
            yield sound
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        raise unreadable(path) from error


def _checked_blocks(
    path: Path | str, sound: OpenedSound, max_bytes: int | None
) -> Iterator[FloatArray]:
    """Yield blocks (channels, n); a header that promises too little is no way past `max_bytes`."""
    num_frames = 0
    for block in sound.blocks():
        num_frames += len(block)
        if max_bytes is not None and num_frames * block.shape[1] * 4 > max_bytes:
            raise _too_long(path, AudioFacts(num_frames, sound.file.samplerate, block.shape[1]))
        if not np.isfinite(block).all():
            raise AudioFileError(str(path), _NOT_NUMBERS)
        yield block.T  # (n, channels) -> (channels, n)


def _promised_facts(path: Path | str, sound: OpenedSound, max_bytes: int | None) -> AudioFacts:
    """The facts by the header of a sound file, checked.

    Raises:
        AudioFileError: It cannot be used.
    """
    file = sound.file
    facts = AudioFacts(sound.most_frames, int(file.samplerate), int(file.channels))
    if not MIN_SAMPLE_RATE <= facts.sample_rate <= MAX_SAMPLE_RATE:
        raise AudioFileError(str(path), f"its sample rate of {facts.sample_rate} Hz is not usable.")
    if max_bytes is not None and facts.num_frames * facts.channels * 4 > max_bytes:
        raise _too_long(path, facts)
    return facts


def _too_long(path: Path | str, facts: AudioFacts) -> AudioFileError:
    minutes = facts.duration_s / 60
    return AudioFileError(
        str(path), f"at {minutes:,.0f} minutes this sound is too long; please cut it."
    )
