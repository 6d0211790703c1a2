"""The store of activations between two segments: on the device, in host memory or on disk."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import EllipsisType
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from core.runtime.precision import clamp_to_dtype

FOLDER_PREFIX = "tessera-activations-"
Part = tuple[EllipsisType | slice, ...]  # an index into (B, C, T, F)
WHOLE: Part = (...,)


class Slot(StrEnum):
    """Which of a tile's activations it is."""

    HIDDEN = "hidden"
    RESIDUAL = "residual"
    KEYS = "keys"
    VALUES = "values"


class Key(NamedTuple):
    """The identity of an activation: its slot, the segment that wrote it, and its tile."""

    slot: Slot
    segment: int
    tile: int


class ParkedActivation(Protocol):
    """An activation that was moved off the device."""

    def read(self, part: Part) -> Tensor:
        """A part of it, in host memory."""

    def close(self) -> None:
        """Free its memory or its file."""


@dataclass
class ActivationStore:
    """Activations by key; beyond the budget the oldest ones move off the device.

    This rule fits the zigzag order of tiles, which reads first what was stored last.

    Attributes:
        device: Where activations come from and are read to.
        park: Moves an activation off the device; None keeps all of them there.
        budget_bytes: Most bytes that stay on the device.
        dtype: Precision of stored values; None keeps their own.
        moved_out_bytes: Bytes moved off the device so far.
        moved_in_bytes: Bytes moved back to the device so far.
    """

    device: torch.device
    park: Callable[[Tensor], ParkedActivation] | None = None
    budget_bytes: int = 0
    dtype: torch.dtype | None = None
    moved_out_bytes: int = field(default=0, init=False)
    moved_in_bytes: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._on_device: dict[Key, Tensor] = {}
        self._parked: dict[Key, ParkedActivation] = {}

    @property
    def resident_bytes(self) -> int:
        """Bytes on the device, aliases counted once."""
        return sum({id(values): values.nbytes for values in self._on_device.values()}.values())

    def put(self, key: Key, values: Tensor) -> None:
        """Store `values` without a copy; neither side may change them afterwards."""
        self._on_device[key] = values if self.dtype is None else clamp_to_dtype(values, self.dtype)
        while self.park is not None and self.resident_bytes > self.budget_bytes:
            self._move_out(next(iter(self._on_device.values())), self.park)

    def get(self, key: Key, part: Part = WHOLE) -> Tensor:
        """A part of the values, on the device; only that part is moved there."""
        if key in self._on_device:
            return self._on_device[key][part]
        values = self._parked[key].read(part)
        self.moved_in_bytes += values.nbytes
        return values.to(self.device)

    def drop(self, key: Key) -> None:
        """Forget an activation."""
        self._on_device.pop(key, None)
        parked = self._parked.pop(key, None)
        if parked is not None and all(other is not parked for other in self._parked.values()):
            parked.close()

    def close(self) -> None:
        """Forget all of them."""
        for key in [*self._on_device, *self._parked]:
            self.drop(key)

    def _move_out(self, activation: Tensor, park: Callable[[Tensor], ParkedActivation]) -> None:
        """Park an activation under all its keys: a residual may be the hidden activation too."""
        keys = [key for key, values in self._on_device.items() if values is activation]
        parked = park(activation)
        self.moved_out_bytes += activation.nbytes
        for key in keys:
            del self._on_device[key]
            self._parked[key] = parked


@dataclass(frozen=True, slots=True)
class HostCopy:
    """A copy in host memory, page-locked for CUDA, where that makes the way back faster."""

    values: Tensor

    @classmethod
    def park(cls, values: Tensor) -> "HostCopy":
        """Copy an activation to the host."""
        copy = torch.empty_like(values, device="cpu", pin_memory=values.device.type == "cuda")
        return cls(copy.copy_(values))

    def read(self, part: Part) -> Tensor:
        """A part of it."""
        return self.values[part]

    def close(self) -> None:
        """Do nothing: the copy is freed with this object."""


class DiskFolder:
    """A temporary folder of memory-mapped activations.

    It is removed when it is closed, at the latest when the program ends. A killed program leaves
    its folder behind. The next program that makes one finds from the process number in its name
    that the owner is gone, and removes it.

    Args:
        parent: Where to make it; None = the system's folder for temporary files.
    """

    def __init__(self, parent: Path | None = None) -> None:
        parent_folder = parent or Path(tempfile.gettempdir())
        _remove_orphans(parent_folder)
        self.path = Path(
            tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=parent_folder)
        )
        self._next = 0
        atexit.register(self.close)

    def park(self, values: Tensor) -> "DiskCopy":
        """Write an activation to a file of its own."""
        self._next += 1
        return DiskCopy.write(self.path / f"{self._next}.bin", values)

    def close(self) -> None:
        """Remove the folder with its files."""
        shutil.rmtree(self.path, ignore_errors=True)
        atexit.unregister(self.close)


@dataclass(frozen=True, slots=True)
class DiskCopy:
    """An activation in a memory-mapped file, with the strides it had on the device."""

    path: Path
    values: Tensor

    @classmethod
    def write(cls, path: Path, values: Tensor) -> "DiskCopy":
        """Write all values of (B, C, T, F), or of any shape."""
        strides = torch.empty_like(values, device="meta").stride()
        mapped = torch.from_file(str(path), shared=True, size=values.numel(), dtype=values.dtype)
        viewed = mapped.as_strided(values.shape, strides)
        viewed.copy_(values)
        return cls(path, viewed)

    def read(self, part: Part) -> Tensor:
        """A copy of a part of it."""
        return self.values[part].clone()

    def close(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)


def _remove_orphans(parent_folder: Path) -> None:
    for folder in parent_folder.glob(f"{FOLDER_PREFIX}*"):
        owner = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if os.name == "nt":  # there os.kill would end the process; its mapped files cannot be removed
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # not permitted: the process exists and belongs to another user
        return True
    return True
