"""A fake accelerator: a torch device of its own whose numbers lie in host memory.

Mixing its tensors with others raises, its live and moved bytes are counted, and it can be given a
capacity beyond which it is out of memory. Like Apple's devices it has no float64. It stands on
torch's backend for devices written in Python (PrivateUse1), which is experimental: torch is pinned.
"""

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves, tree_map_only
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "fakeaccelerator"
aten = torch.ops.aten


class Ledger:
    """Bytes on the device and bytes moved to and from it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._owners: dict[int, int] = {}
        self.capacity_bytes: int | None = None
        self.live_bytes = self.peak_bytes = 0
        self.to_device_bytes = self.to_host_bytes = 0

    def start(self, capacity_bytes: int | None = None) -> None:
        """Forget peaks and moves; what lives on the device stays counted."""
        self.capacity_bytes = capacity_bytes
        self.peak_bytes = self.live_bytes
        self.to_device_bytes = self.to_host_bytes = 0

    def own(self, owner: object, host: Tensor) -> None:
        """Count the storage of a tensor until its last owner is gone."""
        storage = host.untyped_storage()
        address, size = storage._cdata, storage.nbytes()
        with self._lock:
            if address not in self._owners:
                self._take(size)
            self._owners[address] = self._owners.get(address, 0) + 1
        weakref.finalize(owner, self._disown, address, size)

    def _take(self, size: int) -> None:
        if self.capacity_bytes is not None and self.live_bytes + size > self.capacity_bytes:
            raise torch.OutOfMemoryError(f"{size} bytes more than {NAME} has")
        self.live_bytes += size
        self.peak_bytes = max(self.peak_bytes, self.live_bytes)

    def _disown(self, address: int, size: int) -> None:
        with self._lock:
            self._owners[address] -= 1
            if self._owners[address] == 0:
                del self._owners[address]
                self.live_bytes -= size


ledger = Ledger()


class DeviceTensor(Tensor):
    """A tensor on the fake device; its numbers are in `host`."""

    host: Tensor

    @staticmethod
    def __new__(cls, host: Tensor, requires_grad: bool = False) -> "DeviceTensor":
        host = host.host if isinstance(host, DeviceTensor) else host
        refuse_wide(host.dtype)
        wrapper = torch.Tensor._make_wrapper_subclass(
            cls,
            host.size(),
            strides=host.stride(),
            storage_offset=host.storage_offset(),
            dtype=host.dtype,
            device=torch.device(NAME, 0),
            requires_grad=requires_grad,
        )
        ledger.own(wrapper, host)
        wrapper.host = host
        return wrapper

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(
        cls, operation: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run an operation on the host's numbers, as the device would."""
        return _dispatch(operation, args, dict(kwargs or {}))


def refuse_wide(dtype: torch.dtype | None) -> None:
    """Raise as MPS does where float64 would come to be on the device."""
    if dtype in (torch.float64, torch.complex128):
        raise TypeError(f"{NAME} has no {dtype}")


def _dispatch(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if operation is aten.copy_.default:
        return _copy(*args[:2])
    if operation is aten._to_copy.default:
        return _convert(args[0], kwargs)
    if operation in (aten._local_scalar_dense.default, aten.equal.default):
        return operation(*_on_host(args), **_on_host(kwargs))
    _refuse_mixture(operation, args, kwargs)
    if kwargs.get("device") is not None and torch.device(kwargs["device"]).type != NAME:
        return operation(*_on_host(args), **_on_host(kwargs))
    if "device" in kwargs:
        kwargs["device"] = "cpu"
    known = {id(t.host): t for t in tree_leaves((args, kwargs)) if isinstance(t, DeviceTensor)}
    result = operation(*_on_host(args), **_on_host(kwargs))

    def wrapped(host: Tensor) -> Tensor:
        return known[id(host)] if id(host) in known else DeviceTensor(host)

    return tree_map_only(Tensor, wrapped, result)


def _copy(target: Tensor, source: Tensor) -> Tensor:
    into, out_of = isinstance(target, DeviceTensor), isinstance(source, DeviceTensor)
    if out_of:
        refuse_wide(target.dtype)  # MPS converts before it copies
    ledger.to_device_bytes += source.nbytes if into and not out_of else 0
    ledger.to_host_bytes += target.nbytes if out_of and not into else 0
    _on_host(target).copy_(_on_host(source))
    return target


def _convert(source: Tensor, kwargs: dict[str, Any]) -> Tensor:
    device = kwargs.pop("device", None)
    if isinstance(source, DeviceTensor):
        refuse_wide(kwargs.get("dtype"))  # MPS converts before it copies
    result: Tensor = aten._to_copy.default(_on_host(source), **kwargs)
    if device is None or torch.device(device).type == NAME:
        return DeviceTensor(result)
    ledger.to_host_bytes += result.nbytes
    return result


def _refuse_mixture(operation: Any, *arguments: Any) -> None:
    for leaf in tree_leaves(arguments):
        if isinstance(leaf, Tensor) and not isinstance(leaf, DeviceTensor) and leaf.dim() > 0:
            raise RuntimeError(f"{operation} mixes {NAME} with {leaf.device}")


def _on_host(tree: Any) -> Any:
    return tree_map_only(DeviceTensor, lambda tensor: tensor.host, tree)


def _empty(size: Any, *, dtype: Any = None, memory_format: Any = None, **_: Any) -> Tensor:
    layout = memory_format or torch.contiguous_format
    return DeviceTensor(torch.empty(size, dtype=dtype, memory_format=layout))


def _empty_strided(size: Any, stride: Any, *, dtype: Any = None, **_: Any) -> Tensor:
    return DeviceTensor(torch.empty_strided(size, stride, dtype=dtype))


def _copy_from(source: Tensor, target: Tensor, non_blocking: bool = False) -> Tensor:
    return _copy(target, source)


class Backend:
    """What torch asks of a device's module."""

    is_available = staticmethod(lambda: True)
    is_initialized = staticmethod(lambda: True)
    _is_in_bad_fork = staticmethod(lambda: False)
    device_count = staticmethod(lambda: 1)
    current_device = staticmethod(lambda: 0)
    manual_seed_all = staticmethod(lambda seed: None)
    synchronize = staticmethod(lambda device=None: None)

    @staticmethod
    def mem_get_info(device: Any = None) -> tuple[int, int]:
        """Free and total bytes."""
        total = ledger.capacity_bytes or 1 << 34
        return total - ledger.live_bytes, total

    @staticmethod
    def memory_reserved(device: Any = None) -> int:
        """Bytes taken from the driver: nothing is kept for the next tensors."""
        return ledger.live_bytes

    memory_allocated = memory_reserved


_kept_alive: list[object] = []


def install() -> torch.device:
    """Make the device known to torch, once a process."""
    if not _kept_alive:
        _setup_privateuseone_for_python_backend(NAME, backend_module=Backend)
        library = torch.library.Library("aten", "IMPL")
        implementations: dict[str, Callable[..., Tensor]] = {
            "empty.memory_format": _empty,
            "empty_strided": _empty_strided,
            "_copy_from": _copy_from,
        }
        for name, implementation in implementations.items():
            library.impl(name, implementation, "PrivateUse1")
        _kept_alive.append(library)
    return torch.device(NAME, 0)


@contextmanager
def capacity(capacity_bytes: int | None) -> Iterator[Ledger]:
    """The ledger, with peaks and moves counted anew and at most so many bytes on the device."""
    ledger.start(capacity_bytes)
    try:
        yield ledger
    finally:
        ledger.start()
