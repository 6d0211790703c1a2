"""Two places for an activation that left the device: host memory and a file on disk."""

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.tiled_vae.store import Part

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
