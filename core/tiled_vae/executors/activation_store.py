"""Where activations rest between two segments: on the device, in host memory or on disk."""

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

Part = tuple[EllipsisType | slice, ...]  # an index into (B, C, T, F)
WHOLE: Part = (...,)


class Slot(StrEnum):
    """What an activation is to its tile."""

    HIDDEN = "hidden"
    RESIDUAL = "residual"
    KEYS = "keys"
    VALUES = "values"


class Key(NamedTuple):
    """Which activation: of which tile, and which segment wrote it."""

    slot: Slot
    segment: int
    tile: int


class Parked(Protocol):
    """An activation that left the device."""

    def read(self, part: Part) -> Tensor:
        """A part of it, in host memory."""

    def close(self) -> None:
        """Give its place back."""


@dataclass
class ActivationStore:
    """Activations by key; what does not fit on the device moves out, longest parked first.

    That rule goes with zigzag order: what was parked last is needed first.

    Attributes:
        device: Where activations come from and are wanted.
        park: How an activation leaves the device; None keeps all of them there.
        budget_bytes: What may stay on the device.
        dtype: Precision at rest; None as it comes.
        moved_out_bytes: Bytes that left the device so far.
        moved_in_bytes: Bytes that were fetched back so far.
    """

    device: torch.device
    park: Callable[[Tensor], Parked] | None = None
    budget_bytes: int = 0
    dtype: torch.dtype | None = None
    moved_out_bytes: int = field(default=0, init=False)
    moved_in_bytes: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._on_device: dict[Key, Tensor] = {}
        self._away: dict[Key, Parked] = {}

    @property
    def resident_bytes(self) -> int:
        """Bytes on the device, aliases counted once."""
        return sum({id(values): values.nbytes for values in self._on_device.values()}.values())

    def put(self, key: Key, values: Tensor) -> None:
        """Keep `values`; neither side may change them any more."""
        self._on_device[key] = values if self.dtype is None else clamp_to_dtype(values, self.dtype)
        while self.park is not None and self.resident_bytes > self.budget_bytes:
            self._move_out(next(iter(self._on_device.values())), self.park)

    def get(self, key: Key, part: Part = WHOLE) -> Tensor:
        """A part of the values, on the device; only that part is moved."""
        if key in self._on_device:
            return self._on_device[key][part]
        values = self._away[key].read(part)
        self.moved_in_bytes += values.nbytes
        return values.to(self.device)

    def drop(self, key: Key) -> None:
        """Forget an activation."""
        self._on_device.pop(key, None)
        parked = self._away.pop(key, None)
        if parked is not None and all(other is not parked for other in self._away.values()):
            parked.close()

    def close(self) -> None:
        """Forget all of them."""
        for key in [*self._on_device, *self._away]:
            self.drop(key)

    def _move_out(self, leaving: Tensor, park: Callable[[Tensor], Parked]) -> None:
        """Park an activation, under all the names it has (a residual may be the hidden one)."""
        keys = [key for key, values in self._on_device.items() if values is leaving]
        parked = park(leaving)
        self.moved_out_bytes += leaving.nbytes
        for key in keys:
            del self._on_device[key]
            self._away[key] = parked


FOLDER_PREFIX = "tessera-activations-"


@dataclass(frozen=True, slots=True)
class InHostMemory:
    """A copy in the processor's memory, page-locked where that speeds the way back up."""

    values: Tensor

    @classmethod
    def park(cls, values: Tensor) -> "InHostMemory":
        """Copy an activation to the host."""
        copy = torch.empty_like(values, device="cpu", pin_memory=values.device.type == "cuda")
        return cls(copy.copy_(values))

    def read(self, part: Part) -> Tensor:
        """A part of it."""
        return self.values[part]

    def close(self) -> None:
        """Nothing to do: the copy goes with this object."""


class DiskFolder:
    """A temporary folder of memory-mapped activations.

    It is removed when closed, at the latest with the program. A killed program leaves its folder
    behind; the next one to make a folder sees by the process number that nobody owns it any more
    and removes it.

    Args:
        parent: Where to make it; None = the system's folder for temporary files.
    """

    def __init__(self, parent: Path | None = None) -> None:
        place = parent or Path(tempfile.gettempdir())
        _remove_orphans(place)
        self.path = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=place))
        self._next = 0
        atexit.register(self.close)

    def park(self, values: Tensor) -> "OnDisk":
        """Write an activation to a file of its own."""
        self._next += 1
        return OnDisk.write(self.path / f"{self._next}.bin", values)

    def close(self) -> None:
        """Remove the folder and all in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        atexit.unregister(self.close)


@dataclass(frozen=True, slots=True)
class OnDisk:
    """An activation in a memory-mapped file, laid out as it was on the device."""

    path: Path
    values: Tensor

    @classmethod
    def write(cls, path: Path, values: Tensor) -> "OnDisk":
        """Write all values of (B, C, T, F), or of any shape."""
        strides = torch.empty_like(values, device="meta").stride()
        mapped = torch.from_file(str(path), shared=True, size=values.numel(), dtype=values.dtype)
        viewed = mapped.as_strided(values.shape, strides)
        viewed.copy_(values)
        return cls(path, viewed)

    def read(self, part: Part) -> Tensor:
        """A part of it, read from the file."""
        return self.values[part].clone()

    def close(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)


def _remove_orphans(place: Path) -> None:
    for folder in place.glob(f"{FOLDER_PREFIX}*"):
        owner = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if os.name == "nt":  # os.kill would end it there; a mapped file cannot be removed anyway
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's process: alive
        return True
    return True
