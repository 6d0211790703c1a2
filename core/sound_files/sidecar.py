"""Sidecar files: the settings of a sound as JSON beside it, for people and other programs.

The settings are in the sound file as well, but many programs drop metadata that they do not know.
"""

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.api.errors import InvalidRequestError, SettingsFileError
from core.api.request import GenerationRequest
from core.runtime.atomic_file import part_path, put_in_place
from core.runtime.outside_file import json_text, parse_json, read_outside_file
from core.runtime.write_failure import write_failure
from core.version import __version__

ENDING = ".tessera.json"
MAX_BYTES = 1 << 20
_REFUSALS = {
    errno.EINVAL: "this is no ordinary file.",
    errno.EFBIG: "this file is too large for settings.",
}
_FORMAT, _VERSION = "tessera-take", 1


def sidecar_path(sound: Path) -> Path:
    """The sidecar of a sound: `organ.wav.tessera.json` beside `organ.wav`."""
    return sound.with_name(sound.name + ENDING)


def write_sidecar(
    sound: Path, request: GenerationRequest, export: Mapping[str, Any] | None = None
) -> Path:
    """Write the sidecar of a sound atomically; returns its path.

    Args:
        sound: The sound file.
        request: The request that made it.
        export: The export settings, as plain values.

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
        part.write_text(json_text(content, indent=2), encoding="utf-8")
        put_in_place(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SettingsFileError(str(path), write_failure(path, error)) from error
    return path


def read_sidecar(path: Path) -> GenerationRequest:
    """Read the request in a sidecar, which may come from anywhere.

    Raises:
        SettingsFileError: It is no sidecar, or is damaged, too large, or has unusable values.
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
    """The values in a JSON file; at most `MAX_BYTES` of it are read."""
    try:
        data = read_outside_file(path, MAX_BYTES)
    except FileNotFoundError as error:
        raise SettingsFileError(str(path), "there is no such file.") from error
    except OSError as error:
        sentence = _REFUSALS.get(error.errno or 0, "this file cannot be opened.")
        raise SettingsFileError(str(path), sentence) from error
    try:
        return parse_json(data, allows_infinity=True)  # each value is checked, and named
    except ValueError as error:  # invalid UTF-8 and huge numbers included
        raise SettingsFileError(str(path), "this file is damaged: it is no JSON.") from error
