"""The settings of a sound in a small file beside it: JSON, for people and for other programs.

They are in the sound as well, but many programs lose what they do not know.
"""

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.api.errors import InvalidRequestError, SettingsFileError
from core.api.request import GenerationRequest
from core.runtime.atomic_file import part_path, put_in_place
from core.runtime.write_failure import write_failure
from core.version import __version__

ENDING = ".tessera.json"
MAX_BYTES = 1 << 20
_FORMAT, _VERSION = "tessera-take", 1


def sidecar_path(sound: Path) -> Path:
    """Where the settings of a sound lie: `organ.wav.tessera.json` beside `organ.wav`."""
    return sound.with_name(sound.name + ENDING)


def write_sidecar(
    sound: Path, request: GenerationRequest, export: Mapping[str, Any] | None = None
) -> Path:
    """Write the settings of a sound beside it, all or nothing; the path of the file.

    Args:
        sound: The sound file.
        request: What made it.
        export: How it was saved, as plain values.

    Raises:
        SettingsFileError: It cannot be written.
    """
    path = sidecar_path(sound)
    content = {
        "format": _FORMAT,
        "version": _VERSION,
        "program": f"Tessera {__version__}",
        "sound": sound.name,
        "request": request.to_dict(),
        "export": dict(export or {}),
    }
    part = part_path(path)
    try:
        part.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
        put_in_place(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SettingsFileError(str(path), write_failure(path, error)) from error
    return path


def read_sidecar(path: Path) -> GenerationRequest:
    """The request in a settings file, which anybody may have written.

    Raises:
        SettingsFileError: It is no such file, damaged, too large, or of unusable values.
    """
    content = _read_json(path)
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise SettingsFileError(
            str(path), f"this is no settings file of Tessera; those end in {ENDING}."
        )
    values = content.get("request")
    if not isinstance(values, dict):
        raise SettingsFileError(str(path), "this settings file holds no settings.")
    try:
        return GenerationRequest.from_dict(values)
    except InvalidRequestError as error:
        raise SettingsFileError(str(path), f"its settings cannot be used. {error}") from error


def _read_json(path: Path) -> Any:
    """Values of a small file; never more than `MAX_BYTES` of it are looked at."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SettingsFileError(str(path), "this is no ordinary file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise SettingsFileError(str(path), "there is no such file.") from error
    except OSError as error:
        raise SettingsFileError(str(path), "this file cannot be opened.") from error
    if len(data) > MAX_BYTES:
        raise SettingsFileError(str(path), "this file is too large for settings.")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:  # of UTF-8 and huge numbers too
        raise SettingsFileError(str(path), "this file is damaged: it is no JSON.") from error
