"""What a file is that somebody hands to the studio: settings, a sound, or a sound with settings.

It may come from anywhere. Nothing in it is believed before it was checked, and nothing larger
than its header is read here.
"""

import stat
from dataclasses import replace
from pathlib import Path

from core.api.errors import AudioFileError, InvalidRequestError
from core.api.request import BUNDLED_MODEL, GenerationRequest
from core.sound_files.audio_file import read_facts, read_metadata
from core.sound_files.incoming_file import Incoming
from core.sound_files.sidecar import read_sidecar


def look_into(path: Path) -> Incoming:
    """Say what a file is.

    Raises:
        AudioFileError: It is neither settings nor a sound that can be used.
        SettingsFileError: It is settings, which cannot be used.
    """
    if path.suffix.lower() == ".json":
        return Incoming(path, None, *_made_safe(read_sidecar(path)))
    _require_ordinary(path)
    facts = read_facts(path)
    if facts.num_frames == 0:
        raise AudioFileError(str(path), "this file holds no sound.")
    values = read_metadata(path)
    try:
        request = GenerationRequest.from_dict(values)
    except InvalidRequestError:  # somebody else's values under our name: a sound like any other
        values = {}
    return Incoming(path, facts, *(_made_safe(request) if "prompt" in values else (None, ())))


def _made_safe(request: GenerationRequest) -> tuple[GenerationRequest, tuple[str, ...]]:
    """Without what would reach out: merely asking for a network path tells a stranger who asks."""
    left_out: list[str] = []
    if request.init_audio and not _is_file_here(request.init_audio):
        request, left_out = replace(request, init_audio=None), ["init_audio"]
    if _is_on_network(request.model):
        request, left_out = replace(request, model=BUNDLED_MODEL), [*left_out, "model"]
    return request, tuple(left_out)


def _is_file_here(name: str) -> bool:
    try:
        return not _is_on_network(name) and Path(name).is_file()
    except (OSError, ValueError):  # a name that no system takes
        return False


def _is_on_network(name: str) -> bool:
    return name.startswith(("\\", "//")) or "://" in name


def _require_ordinary(path: Path) -> None:
    """A pipe would be waited for, a device read for ever."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return  # reading it will say why
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise AudioFileError(str(path), "this is no ordinary file.")
