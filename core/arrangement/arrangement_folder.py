"""A folder that holds an arrangement and its sounds, to be kept, moved and given to others.

- arrangement.json: tracks, layers, and which sounds they play
- sounds/DIGEST.wav: the samples as they are, 32-bit floats, each sound named by what it holds

The folder holds the older arrangement until arrangement.json is replaced, in one step, once all
sounds are on the disk. Sounds that are there already are not written again.
"""

import hashlib
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import ArrangementFileError, AudioFileError, InvalidRequestError
from core.api.events import ExportAdvanced
from core.api.progress import Progress
from core.arrangement.arrangement import Arrangement
from core.arrangement.arrangement_json import StoredSound, from_values, to_values
from core.arrangement.sound_source import SoundSource
from core.runtime.atomic_file import write_whole
from core.runtime.file_pages import drop_mapped_pages
from core.runtime.outside_file import json_text, parse_json, read_outside_file
from core.runtime.write_failure import write_failure
from core.sound_files.audio_file import read_header
from core.sound_files.audio_format import AudioFormat
from core.sound_files.encoding.audio_writer import AudioWriter

DESCRIPTION = "arrangement.json"
_SOUNDS = "sounds"
_SOUND_FILE = re.compile(r"[0-9a-f]{32}\.wav|\.[0-9a-f]{8}\.part")
_MAX_BYTES = 64 << 20
_BLOCK_SAMPLES = 1 << 18


def write_arrangement(
    folder: Path,
    arrangement: Arrangement,
    sources: Mapping[str, SoundSource],
    progress: Progress | None = None,
) -> None:
    """Save an arrangement with the sounds that it plays; memory does not depend on their length.

    Args:
        folder: A folder that does not exist, is empty, or holds an arrangement, which is replaced.
        arrangement: The arrangement.
        sources: The sounds by their ids, for all layers.
        progress: Receives `ExportAdvanced`, and may cancel.

    Raises:
        ArrangementFileError: The folder holds something else, or cannot be written. What it held
            stays.
        Cancelled: The run was cancelled through `progress`.
    """
    used = {sound_id: sources[sound_id] for sound_id in arrangement.sound_ids}
    try:
        with _prepared(folder):
            sounds = _write_sounds(folder / _SOUNDS, used, progress or Progress())
            text = json_text(to_values(arrangement, sounds), indent=1)
            write_whole(folder / DESCRIPTION, text)
        _remove_unused(folder / _SOUNDS, sounds)
    except OSError as error:
        raise ArrangementFileError(str(folder), write_failure(folder, error)) from error
    except AudioFileError as error:
        raise ArrangementFileError(str(folder), f"a sound could not be saved. {error}") from error


def read_arrangement(
    folder: Path, progress: Progress | None = None
) -> tuple[Arrangement, dict[str, SoundSource]]:
    """Open the folder of an arrangement, which may come from anywhere.

    No file outside of it is read. Long sounds are copied to files without a name, so that the
    folder can be saved to, moved or removed meanwhile.

    Args:
        folder: The folder, or its arrangement.json.
        progress: May cancel.

    Returns:
        The arrangement, and the sounds of its layers by their ids.

    Raises:
        ArrangementFileError: It holds no arrangement, or one that is incomplete or damaged.
        DiskError: There is no room for its sounds.
        Cancelled: The run was cancelled through `progress`.
    """
    folder = folder.parent if folder.name == DESCRIPTION else folder
    progress = progress or Progress()
    try:
        arrangement, sounds = from_values(_read_values(folder))
    except InvalidRequestError as error:
        raise ArrangementFileError(str(folder / DESCRIPTION), str(error)) from error
    sources = {}
    for sound_id, sound in sounds.items():
        progress.check_cancelled()
        sources[sound_id] = _read_sound(folder, sound)
    return arrangement, sources


@contextmanager
def _prepared(folder: Path) -> Iterator[None]:
    """Make the folders that are missing; after an exception, none of them is left.

    Raises:
        ArrangementFileError: It holds somebody else's files, or is a file.
    """
    exists = folder.exists()
    if exists and not folder.is_dir():
        raise ArrangementFileError(str(folder), "this is a file; please name a folder.")
    held = {entry.name for entry in folder.iterdir()} if exists else set()
    sounds = folder / _SOUNDS
    if sounds.is_symlink() or not (DESCRIPTION in held or _is_unfinished(folder, held)):
        raise ArrangementFileError(
            str(folder), "this folder holds other files; please choose an empty or a new one."
        )
    folder.mkdir(exist_ok=True)
    try:
        sounds.mkdir(exist_ok=True)
        yield
    except BaseException:
        if not held:
            shutil.rmtree(sounds if exists else folder, ignore_errors=True)
        raise


def _is_unfinished(folder: Path, held: set[str]) -> bool:
    """Whether a folder is empty, or a save into it was killed: then there are sounds alone."""
    if not held:
        return True
    names = [path.name for path in folder.glob(f"{_SOUNDS}/*")]
    return held == {_SOUNDS} and all(map(_SOUND_FILE.fullmatch, names))


def _write_sounds(
    folder: Path, sources: Mapping[str, SoundSource], progress: Progress
) -> dict[str, StoredSound]:
    """Write sounds, each once; returns what stands for them in the description."""
    total, done = sum(len(one.samples) for one in sources.values()), 0
    sounds: dict[str, StoredSound] = {}
    for sound_id, source in sources.items():
        progress.emit(ExportAdvanced(done / total))
        sound = _stored(source, progress)
        path = folder / f"{sound.digest}.wav"
        if not _is_written(path, sound):
            _write_sound(path, source, progress)
        sounds[sound_id] = sound
        done += len(source.samples)
    progress.emit(ExportAdvanced(1.0))
    return sounds


def _write_sound(path: Path, source: SoundSource, progress: Progress) -> None:
    with AudioWriter(
        path,
        source.sample_rate,
        audio_format=AudioFormat.WAV_FLOAT,
        channels=source.channels,
        num_frames=len(source.samples),
    ) as writer:
        for block in _blocks(source, progress):
            writer.write(block.T)


def _stored(source: SoundSource, progress: Progress) -> StoredSound:
    form = repr((source.sample_rate, source.channels))
    digest = hashlib.blake2b(form.encode(), digest_size=16)
    for block in _blocks(source, progress):
        digest.update(np.ascontiguousarray(block, np.float32).data)
    return StoredSound(digest.hexdigest(), source.sample_rate, len(source.samples))


def _blocks(source: SoundSource, progress: Progress) -> Iterator[FloatArray]:
    """Yield all samples of a sound in blocks, which are dropped from memory afterwards."""
    for start in range(0, len(source.samples), _BLOCK_SAMPLES):
        progress.check_cancelled()
        block = source.samples[start : start + _BLOCK_SAMPLES]
        yield block
        drop_mapped_pages(block)


def _is_written(path: Path, sound: StoredSound) -> bool:
    """Whether a sound is there already; a file that was cut off is not."""
    try:
        facts = read_header(path, None)
    except AudioFileError:
        return False
    return (facts.num_frames, facts.sample_rate) == (sound.num_samples, sound.sample_rate)


def _remove_unused(folder: Path, sounds: Mapping[str, StoredSound]) -> None:
    """Remove sounds of the older arrangement; files that are not ours stay."""
    used = {f"{sound.digest}.wav" for sound in sounds.values()}
    for path in folder.iterdir():
        if _SOUND_FILE.fullmatch(path.name) and path.name not in used:
            with suppress(OSError):  # another program reads it: the next time it goes
                path.unlink()


def _read_values(folder: Path) -> object:
    path = folder / DESCRIPTION
    if path.is_symlink():
        raise ArrangementFileError(str(path), "this is no ordinary file, so it is not opened.")
    try:
        return parse_json(read_outside_file(path, _MAX_BYTES))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ArrangementFileError(
            str(folder), f"there is no arrangement here: {DESCRIPTION} is missing."
        ) from error
    except OSError as error:
        raise ArrangementFileError(str(path), "this file cannot be read.") from error
    except ValueError as error:  # invalid UTF-8 and huge numbers included
        raise ArrangementFileError(str(path), "this file is damaged: it is no JSON.") from error


def _read_sound(folder: Path, sound: StoredSound) -> SoundSource:
    """A sound of the folder.

    Raises:
        ArrangementFileError: It is missing, leads out of the folder, or is not what was saved.
    """
    path = folder / _SOUNDS / f"{sound.digest}.wav"
    try:
        is_own = stat.S_ISREG(path.lstat().st_mode) and not path.parent.is_symlink()
    except OSError as error:
        raise ArrangementFileError(
            str(path), "a sound of the arrangement is missing; please copy the whole folder."
        ) from error
    if not is_own:
        raise ArrangementFileError(str(path), "this is no ordinary file, so it is not opened.")
    try:
        source = SoundSource.of_file(path)
    except AudioFileError as error:
        raise ArrangementFileError(str(folder), f"a sound is damaged. {error}") from error
    if (len(source.samples), source.sample_rate) != (sound.num_samples, sound.sample_rate):
        raise ArrangementFileError(
            str(path), "this sound has another length than the one that was saved."
        )
    return source
