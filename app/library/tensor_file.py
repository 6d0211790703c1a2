"""Writes and reads safetensors files in pieces.

The safetensors library holds Python's lock while it writes or reads a whole file: two seconds for
an hour of sound, during which the window would freeze. The format is a length (8 bytes, little
endian), that many bytes of JSON, and the arrays.
https://huggingface.co/docs/safetensors
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np

from core.api.arrays import FloatArray
from core.runtime.outside_file import check_regular

_ROWS_AT_ONCE = 1 << 12
_BYTES_AT_ONCE = 1 << 22
_ALIGNMENT = 8
_TYPE = "F32"
_METADATA = "__metadata__"  # the format's own name


def write_tensors(
    path: Path, arrays: Mapping[str, FloatArray], metadata: Mapping[str, str] | None = None
) -> None:
    """Write float32 arrays, and metadata: texts by name.

    Raises:
        OSError: There is no permission, or no room.
    """
    header: dict[str, Any] = {_METADATA: dict(metadata)} if metadata else {}
    start = 0
    for name, array in arrays.items():
        stop = start + array.nbytes
        header[name] = {"dtype": _TYPE, "shape": array.shape, "data_offsets": (start, stop)}
        start = stop
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            _write_array(file, array)


def read_tensors(path: Path) -> dict[str, FloatArray]:
    """Read all arrays.

    Raises:
        OSError: It cannot be read.
        SafetensorError: It is damaged, or no such file.
        ValueError: It holds an array of another kind.
    """
    from safetensors import safe_open

    check_regular(path)
    with safe_open(path, framework="numpy") as file:
        return {name: _read_array(file.get_slice(name)) for name in file.keys()}  # noqa: SIM118


def read_tensor_metadata(path: Path) -> dict[str, str]:
    """Read the metadata; raises as `read_tensors` does."""
    from safetensors import safe_open

    check_regular(path)
    with safe_open(path, framework="numpy") as file:
        return dict(file.metadata() or {})


def _write_array(file: BinaryIO, array: FloatArray) -> None:
    for start in range(0, len(array), _ROWS_AT_ONCE):
        rows = np.ascontiguousarray(array[start : start + _ROWS_AT_ONCE], "<f4")
        piece = rows.data.cast("B")
        for first in range(0, len(piece), _BYTES_AT_ONCE):
            file.write(piece[first : first + _BYTES_AT_ONCE])


class _StoredArray(Protocol):
    """What the safetensors library gives of an array in a file: rows of it, when asked for."""

    def get_dtype(self) -> str:
        """Its type, in the format's own words."""

    def get_shape(self) -> list[int]:
        """Its length along every axis."""

    def __getitem__(self, rows: slice | tuple[slice, slice]) -> FloatArray:
        """Read some rows."""


def _read_array(stored: _StoredArray) -> FloatArray:
    if stored.get_dtype() != _TYPE:
        raise ValueError(f"an array of {stored.get_dtype()}")
    if 0 in stored.get_shape():  # of [2**50, 0] every row would be asked for
        raise ValueError("an array without values")
    array = np.empty(stored.get_shape(), np.float32)
    if array.ndim == 3:  # (C, T, F): few, and long
        for channel, rows in enumerate(array):
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                stop = min(start + _ROWS_AT_ONCE, len(rows))
                rows[start:stop] = stored[channel : channel + 1, start:stop][0]
    else:
        for start in range(0, len(array), _ROWS_AT_ONCE):
            stop = min(start + _ROWS_AT_ONCE, len(array))
            array[start:stop] = stored[start:stop]
    return array
