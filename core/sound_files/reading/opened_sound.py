"""A sound file that is open for reading, whatever its codec, name and header are like."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import soundfile

from core.api.arrays import FloatArray
from core.sound_files.reading.caf_header import patched_caf
from core.sound_files.reading.mpeg_header import patched_mpeg
from core.sound_files.reading.ogg_links import ogg_links
from core.sound_files.reading.patched_file import PatchedFile
from core.sound_files.reading.wav_header import patched_wav

_BLOCK_FRAMES = 1 << 16
_FLAC_BLOCK_FRAMES = 1 << 12  # of a damaged one, the block with the damage is lost as a whole
_SIZED_BY_FILE = ("PCM_", "FLOAT", "DOUBLE", "ULAW", "ALAW")


class _ForwardSoundFile(soundfile.SoundFile):  # type: ignore[misc]  # it has no types
    """A sound file that is read from its beginning to its end, without seeking.

    soundfile seeks behind each read. A codec that cannot seek fails then, and that of MP3 goes on
    with another sound than before: bursts, 65536 frames apart.
    """

    def seekable(self) -> bool:
        """Whether it may be read from anywhere: not needed here."""
        return False


@dataclass(frozen=True, slots=True)
class OpenedSound:
    """A sound file that is open.

    Attributes:
        file: What decodes it.
        promised_frames: Its length by its own header; 0 where that names none.
        links: Sounds of the same form that follow in a chained Ogg file.
        frames_of_links: Their length by their own headers.
    """

    file: soundfile.SoundFile
    promised_frames: int
    links: Sequence[PatchedFile] = ()
    frames_of_links: int = 0

    @property
    def has_exact_header(self) -> bool:
        """Whether `file.frames` is what can be decoded: libsndfile knows it by the file's size."""
        is_sized = self.file.subtype.startswith(_SIZED_BY_FILE) and self.file.format != "FLAC"
        return bool(is_sized and not self.links)

    @property
    def most_frames(self) -> int:
        """How many frames can be decoded at most; 0 where no header names a length."""
        return int(self.file.frames) + self.frames_of_links if self.promised_frames else 0

    def blocks(self) -> Iterator[FloatArray]:
        """Yield blocks (n, channels) of what can be decoded, until the end or a damaged place.

        Raises:
            soundfile.LibsndfileError: Nothing can be decoded.
        """
        yield from _blocks(self.file)
        for link in self.links:
            link.seek(0)  # its header was read before
            with suppress(soundfile.LibsndfileError), _ForwardSoundFile(link) as file:
                yield from _blocks(file)


def _blocks(file: soundfile.SoundFile) -> Iterator[FloatArray]:
    size = _FLAC_BLOCK_FRAMES if file.format == "FLAC" else _BLOCK_FRAMES
    is_first = True
    while True:
        try:
            block = file.read(size, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            if is_first:
                raise
            return
        if not len(block):
            return
        is_first = False
        yield block


@contextmanager
def open_sound(path: Path | str) -> Iterator[OpenedSound]:
    """Open a sound file, with a right header where its own one is damaged.

    Raises:
        OSError: There is no file, or it may not be read.
        soundfile.LibsndfileError: It is no sound that can be read.
    """
    with Path(path).open("rb") as file:
        is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        links = ogg_links(file) if is_regular else []
        patched = links[0] if links else _patched(file) if is_regular else None
        with _open(path, file, patched) as (opened, source):
            promised = source.promised_frames if source else 0
            known = promised or _known_frames(opened)
            yield _with_links(opened, known, links[1:]) if known else OpenedSound(opened, known)


def _patched(file: BinaryIO) -> PatchedFile | None:
    return patched_wav(file) or patched_mpeg(file) or patched_caf(file)


def _with_links(
    opened: soundfile.SoundFile, known: int, links: Sequence[PatchedFile]
) -> OpenedSound:
    """A sound with the links that can be joined to it; its length counts the others as missing."""
    form = opened.samplerate, opened.channels
    joined, lengths, rest_s = [], [], 0.0
    for link in links:
        with suppress(soundfile.LibsndfileError), _ForwardSoundFile(link) as sound:
            if not rest_s and (sound.samplerate, sound.channels) == form:
                joined.append(link)
                lengths.append(_known_frames(sound))
            else:
                rest_s += _known_frames(sound) / sound.samplerate
    promised = known + sum(lengths) + round(rest_s * opened.samplerate)
    return OpenedSound(opened, promised, joined, sum(lengths))


@contextmanager
def _open(
    path: Path | str, file: BinaryIO, patched: PatchedFile | None
) -> Iterator[tuple[soundfile.SoundFile, PatchedFile | None]]:
    """Open the file, or what is patched of it; what libsndfile refuses is patched too."""
    try:
        opened = _ForwardSoundFile(patched or native_path(path))
    except soundfile.LibsndfileError:
        patched = patched_wav(file, is_refused=True)
        if patched is None:
            raise
        opened = _ForwardSoundFile(patched)
    with opened:
        yield opened, patched


def native_path(path: Path | str) -> str | bytes:
    """A path in the form that libsndfile takes, also where it is not valid UTF-8."""
    return os.fspath(path) if os.name == "nt" else os.fsencode(path)


def _known_frames(opened: soundfile.SoundFile) -> int:
    """The length by the header; 0 for a FLAC from a pipe, which does not know it."""
    return 0 if opened.frames >= 2**62 else int(opened.frames)
