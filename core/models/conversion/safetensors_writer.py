"""Writes safetensors files in pieces, so that no tensor has to fit into memory.

The format: eight bytes with the header's length, a JSON header with type, shape and place of each
tensor, then the tensors (https://huggingface.co/docs/safetensors).
"""

import json
from collections.abc import Callable
from math import prod
from pathlib import Path

from core.models.conversion.stored_tensor import ITEM_BYTES, WritableTensors

OnBytes = Callable[[int], None]
"""Called with the number of bytes that were just written."""
_ALIGNMENT = 8


def write_safetensors(path: Path, tensors: WritableTensors, on_bytes: OnBytes) -> None:
    """Write tensors into a new file, the widest types first, as safetensors orders them.

    Raises:
        OSError: The disk is full, or a source cannot be read.
    """
    order = sorted(tensors, key=lambda name: (-ITEM_BYTES[tensors[name].dtype], name))
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    place = 0
    for name in order:
        tensor = tensors[name]
        end = place + prod(tensor.shape) * ITEM_BYTES[tensor.dtype]
        header[name] = {
            "dtype": tensor.dtype,
            "shape": list(tensor.shape),
            "data_offsets": [place, end],
        }
        place = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    with path.open("xb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in order:
            for chunk in tensors[name].chunks():
                file.write(chunk)
                on_bytes(len(chunk))


def total_bytes(tensors: WritableTensors) -> int:
    """How much the tensors take."""
    return sum(prod(each.shape) * ITEM_BYTES[each.dtype] for each in tensors.values())
