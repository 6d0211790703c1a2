"""What a stand-in device was asked to do: bytes, launches, synchronisations, operations."""

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from torch import Tensor

CORE = f"{Path(__file__).parents[3] / 'core'}{os.sep}"


class Ledger:
    """Counts of one device.

    Attributes:
        capacity_bytes: Live bytes beyond which an allocation fails; None = no limit.
        failing_allocation: Number of the one allocation that fails, counted from 0; None = none.
        allocations: Storages taken so far.
        live_bytes: What lives on the device.
        peak_bytes: The most that lived there at once.
        reserved_bytes: What was taken from the driver: torch keeps what is freed for later.
        uploads: Copies from the host.
        moved_bytes: What was copied from the host and to it.
        launches: Kernels started; views are none.
        operations: Each operation that ran, with how often.
        synchronisations: The lines of the project that waited for the device, with how often.

    Args:
        out_of_memory: Makes the error that the device raises, from the bytes wanted.
    """

    def __init__(self, out_of_memory: Callable[[int], Exception]) -> None:
        self._out_of_memory = out_of_memory
        self._lock = threading.RLock()
        self._owners: dict[int, int] = {}
        self.live_bytes = self.reserved_bytes = 0
        self.start()

    def start(
        self,
        *,
        capacity_bytes: int | None = None,
        failing_allocation: int | None = None,
    ) -> None:
        """Count from zero; what lives on the device stays counted."""
        self.capacity_bytes = capacity_bytes
        self.failing_allocation = failing_allocation
        self.allocations = self.uploads = self.launches = self.moved_bytes = 0
        self.peak_bytes = self.live_bytes
        self.operations: Counter[str] = Counter()
        self.synchronisations: Counter[str] = Counter()

    @property
    def num_synchronisations(self) -> int:
        """How often the host waited for the device."""
        return self.synchronisations.total()

    def empty_cache(self) -> None:
        """Give back to the driver what is kept for later."""
        self.reserved_bytes = self.live_bytes

    def wait(self, what: str) -> None:
        """Count that the host waits for the device."""
        self.synchronisations[f"{what} at {_asking_line()}"] += 1

    def fetch(self, size: int) -> None:
        """Count a copy to the host, which waits for the device."""
        self.moved_bytes += size
        self.wait("copy to the host")

    def bring(self, size: int) -> None:
        """Count a copy from the host."""
        self.moved_bytes += size
        self.uploads += 1

    def own(self, host: Tensor) -> tuple[int, int]:
        """Count the storage of a tensor until `disown` of what this returns, once for each call."""
        storage = host.untyped_storage()
        address, size = storage._cdata, storage.nbytes()
        with self._lock:
            if address not in self._owners:
                self._take(size)
            self._owners[address] = self._owners.get(address, 0) + 1
        return address, size

    def _take(self, size: int) -> None:
        number, self.allocations = self.allocations, self.allocations + 1
        full = self.capacity_bytes is not None and self.live_bytes + size > self.capacity_bytes
        if full or number == self.failing_allocation:
            raise self._out_of_memory(size)
        self.live_bytes += size
        self.peak_bytes = max(self.peak_bytes, self.live_bytes)
        self.reserved_bytes = max(self.reserved_bytes, self.live_bytes)

    def disown(self, address: int, size: int) -> None:
        """Stop counting a storage for one of its owners."""
        with self._lock:
            self._owners[address] -= 1
            if self._owners[address] == 0:
                del self._owners[address]
                self.live_bytes -= size


def _asking_line() -> str:
    """The innermost line of the project that is running, tests aside."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(CORE):
            return f"core/{path.removeprefix(CORE)}:{frame.f_lineno}"
        frame = frame.f_back
    return "a test"
