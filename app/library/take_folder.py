"""A take's folder: writes its files, and reads them with checks.

The sound is FLAC of 24 bits: each sample is rounded to the nearest of 2**24 steps, which is at
most 2**-24 of full scale (-144 dB) off and half the size of the exact floats. Where a sample is
beyond full scale FLAC would clip it, so such a sound is a WAV of the exact 32-bit floats. So is a
recording with a sample between those steps: its samples are kept to the bit.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np

from app.library.description import Description, read_description, stored_markers
from app.library.library_error import LibraryError
from app.library.tensor_file import read_tensors, write_tensors
from app.library.thumbnail import write_thumbnail
from core.api.arrays import FloatArray
from core.api.errors import AudioFileError
from core.api.take import Take
from core.runtime.file_pages import drop_mapped_pages
from core.runtime.outside_file import check_regular
from core.sound_files.audio_format import AudioFormat
from core.sound_files.clipping import largest_magnitude

ARRAYS = "take.safetensors"
THUMBNAIL = "thumbnail.png"
_FLAC, _WAV = "audio.flac", "audio.wav"
_SAMPLES_AT_ONCE = 1 << 20
_STEPS = 2**23  # of 24 bits, to either side
_LOUDEST_IN_FLAC = 1 - 2**-24  # louder samples would round to a step beyond 24 bits


def write_take_files(folder: Path, take: Take, created_at: datetime) -> None:
    """Write all files of a take into an empty folder; the description comes last.

    Raises:
        AudioFileError: The sound cannot be written.
        OSError: There is no permission, or no room.
    """
    _write_audio(folder, take)
    _write_arrays(folder / ARRAYS, take)
    write_thumbnail(folder / THUMBNAIL, take.mel)
    Description.of(take, created_at).write(folder)


def read_take(folder: Path) -> Take:
    """Read a take back.

    Samples are at most 2**-24 off those that were made, and exactly those where one of them was
    beyond full scale, and of recordings. Log-mel and latents are exactly as they were made; its
    markers are those that it has now.

    Raises:
        LibraryError: Its files are missing or damaged; the sentence says which.
    """
    description = read_description(folder)
    arrays = _read_arrays(folder / ARRAYS)
    return Take(
        request=description.request,
        sample_rate=description.sample_rate,
        waveform=_read_audio(folder, description),
        mel=arrays["mel"],
        gain=description.gain,
        latents=arrays.get("latents"),
        config=description.config,
        plan=description.plan,
        mode=description.mode,
        markers=stored_markers(folder),
    )


def sound_file(folder: Path) -> Path:
    """The file that holds the sound of a take."""
    return folder / (_FLAC if (folder / _FLAC).exists() else _WAV)


def size_bytes(folder: Path) -> int:
    """What the files of a folder take, itself and its folders included."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _write_audio(folder: Path, take: Take) -> None:
    # opens libsndfile, which the start need not wait for
    from core.sound_files.encoding.audio_writer import AudioWriter

    pieces = range(0, len(take.waveform), _SAMPLES_AT_ONCE)
    is_exact, flac = take.latents is None, AudioFormat.FLAC_24
    fits = take.channels <= flac.most_channels and all(
        _fits(take.waveform[start : start + _SAMPLES_AT_ONCE], is_exact=is_exact)
        for start in pieces
    )
    with AudioWriter(
        folder / (_FLAC if fits else _WAV),
        take.sample_rate,
        audio_format=flac if fits else AudioFormat.WAV_FLOAT,
        channels=take.channels,
        title=take.request.prompt,
        metadata=take.request.to_dict(),
        num_frames=len(take.waveform),
    ) as writer:
        for start in pieces:  # the samples may lie on the disk, and be more than memory holds
            piece = take.waveform[start : start + _SAMPLES_AT_ONCE]
            writer.write(piece.T)
            drop_mapped_pages(piece)


def _fits(samples: FloatArray, *, is_exact: bool) -> bool:
    """Whether FLAC keeps samples as well as it should."""
    steps = samples * np.float32(_STEPS) if is_exact else np.zeros(0, np.float32)
    is_loud = largest_magnitude(samples) > _LOUDEST_IN_FLAC
    drop_mapped_pages(samples)
    return not is_loud and bool(np.array_equal(steps, np.rint(steps)))


def _read_audio(folder: Path, description: Description) -> FloatArray:
    from core.sound_files.audio_file import read_waveform

    path = sound_file(folder)
    try:
        check_regular(path)
        waveform, sample_rate = read_waveform(path)
    except OSError as error:
        raise LibraryError(path, f"its sound cannot be read: {error.strerror}") from error
    except AudioFileError as error:
        raise LibraryError(folder, f"its sound cannot be read: {error}") from error
    if (sample_rate, len(waveform)) != (description.sample_rate, description.num_samples):
        raise LibraryError(path, "this is not the sound that the take was finished with.")
    return waveform


def _write_arrays(path: Path, take: Take) -> None:
    arrays = {"mel": take.mel}
    if take.latents is not None:
        arrays["latents"] = take.latents
    write_tensors(path, arrays)


def _read_arrays(path: Path) -> Mapping[str, FloatArray]:
    from safetensors import SafetensorError

    try:
        arrays = read_tensors(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise LibraryError(path, "this file is missing or damaged.") from error
    except MemoryError as error:
        raise LibraryError(path, "this file holds more than fits into memory.") from error
    if not _is_picture(arrays.get("mel")) or not _is_finite(arrays.get("latents")):
        raise LibraryError(path, "this file holds no spectrogram of a take.")
    return arrays


def _is_picture(mel: FloatArray | None) -> bool:
    return mel is not None and mel.ndim == 2 and mel.size > 0 and mel.dtype == np.float32


def _is_finite(latents: FloatArray | None) -> bool:
    return latents is None or (latents.ndim == 3 and bool(np.isfinite(latents).all()))
