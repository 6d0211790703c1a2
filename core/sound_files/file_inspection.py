"""Inspects an imported file: settings, a sound with or without them, a LoRA, a model, layers.

The file may come from anywhere. Nothing in it is trusted before it is checked, and no more than its
header is read here.
"""

import stat
from dataclasses import dataclass, replace
from pathlib import Path

from core.api.errors import AudioFileError, InvalidRequestError
from core.api.model_card import PICKLE_SUFFIXES
from core.api.request import BUNDLED_MODEL, GenerationRequest
from core.models.lora.recognition import is_lora
from core.sound_files.audio_facts import AudioFacts
from core.sound_files.audio_file import MAX_DISK_BYTES, read_facts, read_metadata
from core.sound_files.sidecar import read_sidecar

ARRANGEMENT_FILE = "arrangement.json"
"""What the folder of an arrangement holds, see `core.arrangement.arrangement_folder`."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file or folder that can be imported.

    Attributes:
        path: The file.
        facts: The facts in its header, where it is a sound.
        request: The settings in it, without paths on a network; None where there are none.
        left_out: Names of settings that were left out: files and models at network paths, and a
            source sound and LoRAs that do not exist here.
        is_lora: Whether it is a LoRA; then the other fields are empty.
        is_model: Whether it is a model, which was not checked; the same.
        is_arrangement: Whether it is the folder of an arrangement, or its file; the same.
    """

    path: Path
    facts: AudioFacts | None = None
    request: GenerationRequest | None = None
    left_out: tuple[str, ...] = ()
    is_lora: bool = False
    is_model: bool = False
    is_arrangement: bool = False


def inspect_file(path: Path) -> IncomingFile:
    """Find out what a file or folder is.

    Raises:
        AudioFileError: It is neither settings nor a usable sound.
        SettingsFileError: It is settings, and they cannot be used.
    """
    if is_lora(path):
        return IncomingFile(path, is_lora=True)
    if path.name == ARRANGEMENT_FILE or (path / ARRANGEMENT_FILE).is_file():
        return IncomingFile(path, is_arrangement=True)
    if path.is_dir() or path.suffix.lower() in PICKLE_SUFFIXES:
        return IncomingFile(path, is_model=True)
    if path.suffix.lower() == ".json":
        return IncomingFile(path, None, *_without_remote_paths(read_sidecar(path)))
    _check_regular_file(path)
    facts = read_facts(path, MAX_DISK_BYTES)
    if facts.num_frames == 0:
        raise AudioFileError(str(path), "this file holds no sound.")
    values = read_metadata(path)
    try:
        request = GenerationRequest.from_dict(values)
    except InvalidRequestError:  # values of another program: then it is a sound without settings
        values = {}
    return IncomingFile(
        path, facts, *(_without_remote_paths(request) if "prompt" in values else (None, ()))
    )


def _without_remote_paths(request: GenerationRequest) -> tuple[GenerationRequest, tuple[str, ...]]:
    """The request without paths on a network: even opening one would reveal who opens it."""
    left_out: list[str] = []
    if request.init_audio and not _is_file_here(request.init_audio):
        request, left_out = replace(request, init_audio=None), ["init_audio"]
    if request.recording and not _is_file_here(request.recording):
        request, left_out = replace(request, recording=None), [*left_out, "recording"]
    if _is_on_network(request.model):
        request, left_out = replace(request, model=BUNDLED_MODEL), [*left_out, "model"]
    loras = tuple(lora for lora in request.loras if _is_here(lora.path))
    if loras != request.loras:
        request, left_out = replace(request, loras=loras), [*left_out, "loras"]
    return request, tuple(left_out)


def _is_file_here(name: str) -> bool:
    try:
        return not _is_on_network(name) and Path(name).is_file()
    except (OSError, ValueError):  # the system refuses the name
        return False


def _is_here(name: str) -> bool:
    try:
        return not _is_on_network(name) and Path(name).expanduser().exists()
    except (OSError, ValueError, RuntimeError):  # no name, or nobody's home
        return False


def _is_on_network(name: str) -> bool:
    return name.startswith(("\\", "//")) or "://" in name


def _check_regular_file(path: Path) -> None:
    """Raise unless it is a regular file: reading a pipe or a device might never end."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return  # reading it raises the right error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise AudioFileError(str(path), "this is no ordinary file.")
