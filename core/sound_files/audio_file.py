"""Reads sound files, checked: they may come from anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError
from core.api.take import Marker, sorted_markers
from core.runtime.outside_file import parse_json
from core.runtime.spool import Spool
from core.sound_files.audio_facts import AudioFacts
from core.sound_files.encoding.audio_writer import METADATA_CHUNK
from core.sound_files.reading.chunk_reader import read_chunk
from core.sound_files.reading.cue_points import read_cues
from core.sound_files.reading.opened_sound import OpenedSound, open_sound
from core.sound_files.reading.refusal import unreadable

MAX_READ_BYTES = 2**30
MAX_DISK_BYTES = 2**34  # of sounds that are read onto the disk: 12 hours of stereo at 48 kHz
_IN_MEMORY_BYTES = 16 << 20  # longer waveforms stay on the disk
MAX_SAMPLE_RATE = 768_000
MIN_SAMPLE_RATE = 1_000
_MAX_METADATA_BYTES = 1 << 20
_BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24}
_NOT_NUMBERS = "this file holds samples that are not numbers."


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


def read_waveform(path: Path | str) -> tuple[FloatArray, int]:
    """Read a sound of our own as a take has it; a long one is left on the disk.

    Returns:
        Samples (n,) or (n, channels), full scale = 1, n at least 1, and the sample rate.

    Raises:
        AudioFileError: It is no readable sound, or is empty or damaged.
        DiskError: There is no room for its samples.
    """
    header = read_header(path, None)
    if header.num_frames * header.channels * 4 <= _IN_MEMORY_BYTES:
        samples, sample_rate = read_audio(path, None)
        waveform = samples[0] if header.channels == 1 else np.ascontiguousarray(samples.T)
        return waveform, sample_rate
    is_mono = header.channels == 1
    with Spool(() if is_mono else (header.channels,)) as spool:
        for block in read_blocks(path, None):
            spool.append(block[0] if is_mono else block.T)
        return spool.mapped(), header.sample_rate


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


def read_header(path: Path | str, max_bytes: int | None = MAX_READ_BYTES) -> AudioFacts:
    """The facts in the header of a sound file, whose length may be wrong; nothing is decoded.

    Raises:
        AudioFileError: It is no readable sound, or too long for memory.
    """
    with _readable(path) as sound:
        return _promised_facts(path, sound, max_bytes)


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
    """The metadata that an `AudioWriter` wrote; empty where a file has none.

    The file may come from anywhere, so the values are not trusted: check every one of them.

    Raises:
        AudioFileError: It is no readable sound.
    """
    with _readable(path) as sound:
        try:
            chunk = read_chunk(Path(path), METADATA_CHUNK, _MAX_METADATA_BYTES)
            text = chunk or sound.file.comment or "{}"
            is_short = len(text) <= _MAX_METADATA_BYTES
            values = parse_json(text, allows_infinity=True) if is_short else {}
        except ValueError:  # neither JSON nor UTF-8
            return {}
    return values if isinstance(values, dict) else {}


def read_markers(path: Path | str, facts: AudioFacts) -> tuple[Marker, ...]:
    """The cue points of a WAV as markers; none where it has none that lie in the sound.

    Args:
        path: The file.
        facts: Its facts.

    Raises:
        AudioFileError: It cannot be read.
    """
    try:
        cues = read_cues(Path(path))
    except OSError as error:
        raise unreadable(path) from error
    markers = (Marker(one.frame / facts.sample_rate, one.label) for one in cues)
    return sorted_markers(markers, facts.duration_s)


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
    facts = AudioFacts(
        sound.most_frames, int(file.samplerate), int(file.channels), bits=_BITS.get(file.subtype)
    )
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
