"""Tensors where they lie in a file, and tensors that were computed; neither needs torch.

A conversion copies bytes. So that it needs little memory and none of torch's code, a tensor here
is a place in a file, which is read in pieces when the tensor is written elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any, Protocol

import numpy as np

CHUNK_BYTES = 8 << 20
ITEM_BYTES = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"), 1),
    **dict.fromkeys(("I16", "F16", "BF16"), 2),
    **dict.fromkeys(("I32", "F32"), 4),
    **dict.fromkeys(("I64", "F64"), 8),
}
"""Size of an element, by the name that safetensors gives its type."""
_UNSIGNED = {1: "<u1", 2: "<u2", 4: "<u4", 8: "<u8"}
_FLOATS = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}


class WritableTensor(Protocol):
    """A tensor whose bytes can be written.

    Attributes:
        dtype: Its type, as safetensors names it.
        shape: Its sizes.
    """

    @property
    def dtype(self) -> str:
        """Its type, as safetensors names it."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""

    def chunks(self) -> Iterator[bytes]:
        """Its elements in order, little-endian, in pieces."""


@dataclass(slots=True)
class Storage:
    """A run of elements in a file, which several tensors may share.

    Attributes:
        path: The file.
        dtype: Type of the elements, as safetensors names it.
        num_elements: How many there are.
        start: Byte of the first; -1 until it is known, since old files say so at their end.
    """

    path: Path
    dtype: str
    num_elements: int
    start: int = -1


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor in a file.

    Attributes:
        storage: Where its elements are.
        first: Which of them is its first one.
        shape: Its sizes.
        strides: Elements from one to the next, along each axis.
        view_dtype: Its type, where that is not the storage's.
    """

    storage: Storage
    first: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    view_dtype: str = ""

    @property
    def dtype(self) -> str:
        """Its type, as safetensors names it."""
        return self.view_dtype or self.storage.dtype

    @property
    def is_contiguous(self) -> bool:
        """Whether its elements follow one another in the file."""
        return all(
            stride == expected or size == 1
            for size, stride, expected in zip(
                self.shape, self.strides, _row_major(self.shape), strict=True
            )
        )

    def check(self, file_bytes: int) -> None:
        """Check that it lies within its storage, and that within a file of this length.

        Raises:
            ValueError: It does not.
        """
        numbers = (self.first, *self.shape, *self.strides)
        if any(type(number) is not int or number < 0 for number in numbers):
            raise ValueError("a tensor has a size that is no whole number")
        if len(self.shape) != len(self.strides):
            raise ValueError("a tensor has more sizes than strides")
        steps = zip(self.shape, self.strides, strict=True)
        last = self.first + sum((size - 1) * stride for size, stride in steps)
        storage_bytes = self.storage.num_elements * ITEM_BYTES[self.storage.dtype]
        is_inside = (last + 1) * ITEM_BYTES[self.dtype] <= storage_bytes
        is_stored = 0 <= self.storage.start <= file_bytes - storage_bytes
        if prod(self.shape) and not (is_inside and is_stored):
            raise ValueError("a tensor reaches beyond its data; the file is cut short")

    def row(self, index: int) -> "StoredTensor":
        """One entry along the first axis."""
        first = self.first + index * self.strides[0]
        return replace(self, first=first, shape=self.shape[1:], strides=self.strides[1:])

    def reshaped(self, shape: tuple[int, ...]) -> "StoredTensor | ComputedTensor":
        """The same elements in order, with other sizes."""
        if not self.is_contiguous:
            return ComputedTensor(self.dtype, shape, b"".join(self.chunks()))
        return replace(self, shape=shape, strides=_row_major(shape))

    def chunks(self) -> Iterator[bytes]:
        """Its elements in order, little-endian, in pieces.

        Raises:
            OSError: The file cannot be read any more.
        """
        if not self.is_contiguous:
            yield np.ascontiguousarray(self._bits()).tobytes()
            return
        item_bytes = ITEM_BYTES[self.dtype]
        left = prod(self.shape) * item_bytes
        with self.storage.path.open("rb") as file:
            file.seek(self.storage.start + self.first * item_bytes)
            while left:
                chunk = file.read(min(left, CHUNK_BYTES))
                if not chunk:
                    raise OSError(0, "the file became shorter", str(self.storage.path))
                left -= len(chunk)
                yield chunk

    def to_float(self) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """Its values in double precision.

        Raises:
            ValueError: It holds no floating-point numbers.
        """
        bits = np.array(self._bits())
        if self.dtype == "BF16":  # the upper half of a float32
            return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
        if self.dtype not in _FLOATS:
            raise ValueError(f"values of type {self.dtype} were not expected here")
        return bits.view(_FLOATS[self.dtype]).astype(np.float64)

    def _bits(self) -> "np.ndarray[Any, Any]":
        """Its elements as unsigned integers, in its shape."""
        item_bytes = ITEM_BYTES[self.dtype]
        steps = zip(self.shape, self.strides, strict=True)
        length = 1 + sum((size - 1) * stride for size, stride in steps)
        with self.storage.path.open("rb") as file:
            file.seek(self.storage.start + self.first * item_bytes)
            content = file.read(length * item_bytes if prod(self.shape) else 0)
        flat = np.frombuffer(content, _UNSIGNED[item_bytes])
        byte_strides = tuple(stride * item_bytes for stride in self.strides)
        return np.lib.stride_tricks.as_strided(flat, self.shape, byte_strides, writeable=False)


@dataclass(frozen=True, slots=True)
class ComputedTensor:
    """A tensor in memory.

    Attributes:
        dtype: Its type, as safetensors names it.
        shape: Its sizes.
        content: Its elements in order, little-endian.
    """

    dtype: str
    shape: tuple[int, ...]
    content: bytes

    @classmethod
    def of(cls, values: "np.ndarray[Any, Any]") -> "ComputedTensor":
        """A float32 tensor of these values."""
        return cls("F32", tuple(values.shape), values.astype("<f4").tobytes())

    def chunks(self) -> Iterator[bytes]:
        """Its elements, in one piece."""
        yield self.content


Tensors = dict[str, StoredTensor]
"""Tensors of a file, by name."""
WritableTensors = dict[str, WritableTensor]
"""Tensors to be written, by name."""


def _row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a tensor whose elements follow one another."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))
