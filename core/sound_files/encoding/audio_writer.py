"""Writes sound files piece by piece and atomically.

A file is written under a temporary name and renamed at the end. So no half-written file is ever
left under the name a person chose, and an older file stays until the new one is complete.
"""

import errno
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import soundfile

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError
from core.runtime.atomic_file import check_path, part_path, put_in_place
from core.runtime.outside_file import json_text
from core.runtime.write_failure import write_failure
from core.sound_files.audio_format import AudioFormat
from core.sound_files.clipping import Clipping
from core.sound_files.encoding.broadcast_wave import append_chunk, broadcast_chunk, cue_chunks
from core.sound_files.encoding.id3_tag import id3_tag, prepend_tag
from core.sound_files.reading.cue_points import CuePoint
from core.sound_files.reading.opened_sound import native_path
from core.version import __version__

METADATA_CHUNK = b"TSRA"  # in a WAV
MAX_WAV_BYTES = 2**32 - (4 << 20)  # of samples; the rest is for header and metadata
_BLOCK_FRAMES = 1 << 16  # longer blocks of Vorbis crash libsndfile (python-soundfile#396)
_SOFTWARE = f"Tessera {__version__}"
_MAX_TITLE = 200  # libsndfile cannot read long texts in a WAV back (libsndfile#889)
_WAV_IS_FULL = (
    "a WAV holds no more than 4 GiB, and this sound is longer; please save it as .flac. Nothing "
    "was written."
)


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
        cues: Places to be found again by other programs; only a WAV keeps them.
        bit_rate_kbps: Of an MP3 or Opus, or as near to it as the format allows.
        num_frames: The final length, where it is known: a WAV that needs more than 4 GiB is then
            written as RF64 (EBU Tech 3306), whose header holds metadata up to 2,045 bytes.

    Attributes:
        sample_rate: Samples a second.
        channels: Number of channels.
        clipping: How far the samples written so far exceed full scale.
        cues: Places to be found again, in the order of time. They may change until the end.
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
        cues: Sequence[CuePoint] = (),
        bit_rate_kbps: int = 128,
        num_frames: int = 0,
    ) -> None:
        self.path = Path(path)
        self.audio_format = audio_format or AudioFormat.of(self.path)
        self.frames_written = 0
        self.clipping = Clipping()
        self.sample_rate = sample_rate
        self.channels = channels
        self._title = title
        self._metadata = metadata
        self.cues = cues
        self._bit_rate_kbps = bit_rate_kbps
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
                self._add_texts()
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
        num_bytes = frames * self.channels * self.audio_format.sample_bytes
        return not self._is_wav or num_bytes <= MAX_WAV_BYTES

    def _open(self) -> soundfile.SoundFile:
        audio_format, channels = self.audio_format, self.channels
        file = soundfile.SoundFile(
            native_path(self._part),
            "w",
            self.sample_rate,
            channels,
            audio_format.subtype,
            format=self._container,
            compression_level=audio_format.compression_level(
                self._bit_rate_kbps, self.sample_rate, channels
            ),
            bitrate_mode="CONSTANT" if self._is_mp3 else None,
        )
        if self._is_mp3:  # its texts follow in `_add_texts`
            return file
        file.software = _SOFTWARE
        if self._title:
            file.title = self._short_title
        if self._metadata and not self._is_wav:
            file.comment = self._metadata_text()
        return file

    def _add_texts(self) -> None:
        """Add to the complete file what libsndfile does not write as it should."""
        text = self._metadata_text() if self._metadata else ""
        if self._is_mp3:
            tag = id3_tag(title=self._short_title, software=_SOFTWARE, comment=text)
            prepend_tag(self._part, tag)
        elif self._is_wav:
            for name, content in (*self._described(text), *cue_chunks(self.cues)):
                append_chunk(self._part, name, content)

    def _described(self, metadata: str) -> list[tuple[bytes, bytes]]:
        """The chunks of a WAV that say what it is; none for a sound without metadata."""
        if not metadata:
            return []
        rate, channels = self.sample_rate, self.channels
        description = broadcast_chunk(self._title, _SOFTWARE, self.audio_format, rate, channels)
        return [(b"bext", description), (METADATA_CHUNK, metadata.encode())]

    @property
    def _short_title(self) -> str:
        return self._title[:_MAX_TITLE].encode(errors="replace").decode()

    @property
    def _is_mp3(self) -> bool:
        return self.audio_format is AudioFormat.MP3

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
