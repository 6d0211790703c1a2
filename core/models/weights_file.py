"""Reads the header of a safetensors file without loading its tensors.

The format: eight bytes with the header's length, a JSON header with name, dtype, shape and offset
of each tensor, then the tensors (https://huggingface.co/docs/safetensors).
"""

import json
from pathlib import Path
from typing import Any

from core.api.errors import ModelLoadError

Shapes = dict[str, tuple[int, ...]]

_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 100_000_000  # the format's own limit
_GIT_LFS_POINTER = b"version "
_COPY_AGAIN = "copy or download it again"


def read_shapes(file: Path) -> Shapes:
    """The shape of every tensor in a safetensors file, by name.

    Raises:
        ModelLoadError: It cannot be read, is not such a file, or is cut short.
    """
    try:
        size_bytes = file.stat().st_size
        with file.open("rb") as stream:
            prefix = stream.read(_LENGTH_BYTES)
            header_bytes = int.from_bytes(prefix, "little")
            header = stream.read(min(header_bytes, _MAX_HEADER_BYTES))
    except OSError as error:
        raise ModelLoadError(str(file), f"cannot be read ({error.strerror}).") from error
    if prefix == _GIT_LFS_POINTER:
        raise ModelLoadError(
            str(file), "only stands for the weights; fetch them with: git lfs pull"
        )
    if header_bytes > _MAX_HEADER_BYTES:
        raise ModelLoadError(str(file), f"is not a safetensors file; {_COPY_AGAIN}.")
    if len(header) < max(1, header_bytes):
        raise ModelLoadError(str(file), f"is cut short, after {size_bytes:,} bytes; {_COPY_AGAIN}.")
    return _parse(file, header, size_bytes - _LENGTH_BYTES - header_bytes)


def _parse(file: Path, header: bytes, data_bytes: int) -> Shapes:
    """Names and shapes of a header whose tensors have to fill `data_bytes` exactly."""
    try:
        entries: dict[str, Any] = json.loads(header)
        tensors = {name: entry for name, entry in entries.items() if name != "__metadata__"}
        needed_bytes = max((entry["data_offsets"][1] for entry in tensors.values()), default=0)
        shapes = {name: tuple(entry["shape"]) for name, entry in tensors.items()}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ModelLoadError(str(file), f"is not a safetensors file; {_COPY_AGAIN}.") from error
    if data_bytes != needed_bytes:
        damage = "is cut short" if data_bytes < needed_bytes else "is damaged"
        raise ModelLoadError(
            str(file),
            f"{damage}: its tensors need {needed_bytes:,} bytes, {data_bytes:,} are there; "
            f"{_COPY_AGAIN}.",
        )
    return shapes
