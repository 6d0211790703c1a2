"""A device whose numbers lie in host memory, but whose tensors carry a real type: mps, cuda, xpu.

Every branch on `device.type` is taken, in the project, in the libraries and in torch. What the
real device refuses is refused: mixtures with other devices, on MPS float64. So is what MPS would do
badly: convolutions of weights in channels-last order, which torch 2.13 reads as if they were
contiguous (pytorch#192303), and of inputs in that order, which it copies first or, in transposed
convolutions, takes 12 to 30 times as long for (pytorch#193349).
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes

from tests.core.devices.ledger import Ledger

aten = torch.ops.aten
WIDE = (torch.float64, torch.complex128)
ATTENTION = {
    "mps": "_scaled_dot_product_attention_math_for_mps",
    "cuda": "_scaled_dot_product_efficient_attention",
    "xpu": "_scaled_dot_product_fused_attention_overrideable",
}
WAITING = {aten._local_scalar_dense.default, aten.equal.default, aten.nonzero.default}
VIEWING = (slice, int, type(...), type(None))  # parts of an index that starts no kernel
SEQUENCES = (list, tuple)
INDEXING = ("index.", "index_put", "_index_put", "_unsafe_index")


class ChannelsLastError(RuntimeError):
    """The real device would do it, but wrongly or slowly."""


class StandIn:
    """One device of a kind.

    Attributes:
        kind: "mps", "cuda" or "xpu".
        device: As tensors name it.
        ledger: What it was asked to do.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.device = torch.device(kind, 0)
        self.ledger = Ledger(self._out_of_memory)

    def is_meant(self, device: Any) -> bool:
        """Whether a `device` argument means this device."""
        return device is not None and torch.device(device).type == self.kind

    def put(self, host: Tensor) -> "DeviceTensor":
        """A tensor of the host's numbers, on the device."""
        self.refuse_wide(host.dtype)
        return DeviceTensor(self, host)

    def wrap(self, host: Tensor) -> "DeviceTensor":
        """The same of a result, which belongs to inference mode where what it was made of does."""
        if host.is_inference() == torch.is_inference_mode_enabled():
            return self.put(host)
        with torch.inference_mode(host.is_inference()):
            return self.put(host)

    def refuse_wide(self, dtype: torch.dtype | None) -> None:
        """Raise as MPS does where float64 would come to be on the device."""
        if self.kind == "mps" and dtype in WIDE:
            raise TypeError(
                f"Cannot convert a MPS Tensor to {dtype} dtype as the MPS framework doesn't "
                "support float64. Please use float32 instead."
            )

    def run(
        self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], tensors: list[Tensor]
    ) -> Any:
        """Run an operation of aten that has to do with the device; `tensors` are its arguments'."""
        if operation is aten._to_copy.default:
            return self._convert(args[0], kwargs)
        if operation is aten.copy_.default:
            return self._copy(*args[:2])
        name = _name(operation)
        if operation in WAITING:
            self._count(name)
            self.ledger.wait(name)
            return self._computed(operation, args, kwargs, tensors)
        if _is_composite(operation):
            return operation.decompose(*args, **kwargs)
        _refuse_mixture(name, tensors)
        if self.kind == "mps" and "convolution" in name:
            _refuse_channels_last(name, args)
        if not operation.is_view:
            self._count(name)
        return self._computed(operation, args, kwargs, tensors)

    def attend(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor:
        """Attention as one kernel: which one, torch would ask the device's own code."""
        _refuse_mixture("attention", tensors_of((*args, *kwargs.values())))
        self._count(ATTENTION[self.kind])
        with torch._C.DisableTorchFunction(), _disable_current_modes():
            queries, keys, values = _on_host(args[:3])
            weights = None
            if self.kind == "mps":  # its kernel makes scores, and weights that it returns
                weights = [self.put(queries @ keys.transpose(-2, -1)) for _ in range(2)]
            result = self.put(
                function(queries, keys, values, *_on_host(args[3:]), **_on_host(kwargs))
            )
            del weights
            return result

    def _computed(
        self, operation: Any, args: Any, kwargs: dict[str, Any], tensors: list[Tensor]
    ) -> Any:
        """The result of the host's numbers; on the device unless it was asked for elsewhere."""
        elsewhere = kwargs.get("device") is not None and not self.is_meant(kwargs["device"])
        if "device" in kwargs and not elsewhere:
            kwargs["device"] = "cpu"
        if kwargs.get("pin_memory"):
            kwargs["pin_memory"] = False
        known = {id(each.host): each for each in tensors if type(each) is DeviceTensor}
        if operation is aten._softmax.default and args[2]:  # a fused step that no processor has
            result: Any = args[0].host.float().softmax(args[1])
        else:
            result = operation(*_on_host(args), **_on_host(kwargs))
        if elsewhere:
            return result

        def back(host: Tensor) -> Tensor:
            return known[id(host)] if id(host) in known else self.wrap(host)

        return back(result) if isinstance(result, Tensor) else _each_tensor(back, result)

    def _convert(self, source: Tensor, kwargs: dict[str, Any]) -> Tensor:
        """A copy in another precision or order, or to another device."""
        device = kwargs.get("device")
        kwargs = {key: kwargs[key] for key in ("dtype", "layout", "memory_format") if key in kwargs}
        comes, stays = isinstance(source, DeviceTensor), device is None or self.is_meant(device)
        if comes:
            self.refuse_wide(kwargs.get("dtype"))  # MPS converts before it copies
        result: Tensor = aten._to_copy.default(_on_host(source), **kwargs)
        if not stays:
            self.ledger.fetch(result.nbytes)
            return result
        if comes:
            self._count("_to_copy")
        else:
            self.ledger.bring(result.nbytes)
        return self.put(result)

    def _copy(self, target: Tensor, source: Tensor) -> Tensor:
        """A copy into a tensor that is there."""
        into, out_of = isinstance(target, DeviceTensor), isinstance(source, DeviceTensor)
        if out_of and not into:
            self.refuse_wide(target.dtype)
            self.ledger.fetch(target.nbytes)
        if into and not out_of:
            self.ledger.bring(source.nbytes)
        if into and out_of:
            self._count("copy_")
        _on_host(target).copy_(_on_host(source))
        return target

    def _count(self, name: str) -> None:
        self.ledger.launches += 1
        self.ledger.operations[name] += 1

    def _out_of_memory(self, size: int) -> Exception:
        """The error of the real device: only CUDA and XPU have a type for it."""
        if self.kind == "mps":
            return RuntimeError(
                "MPS backend out of memory (MPS allocated: 18.01 GiB, other allocations: 1.21 MiB, "
                f"max allowed: 18.13 GiB). Tried to allocate {size} bytes on private pool."
            )
        return torch.OutOfMemoryError(f"{self.kind.upper()} out of memory. Tried to get {size}.")


class DeviceTensor(Tensor):
    """A tensor on a stand-in device; its numbers are in `host`."""

    host: Tensor
    owner: StandIn
    counted: tuple[int, int] | None = None

    @staticmethod
    def __new__(cls, owner: StandIn, host: Tensor) -> "DeviceTensor":
        wrapper = torch.Tensor._make_wrapper_subclass(
            cls,
            host.size(),
            strides=host.stride(),
            storage_offset=host.storage_offset(),
            dtype=host.dtype,
            device=owner.device,
        )
        wrapper.counted = owner.ledger.own(host)
        wrapper.host, wrapper.owner = host, owner
        return wrapper

    def __del__(self) -> None:
        """Free its memory; one that did not fit has none."""
        if self.counted is not None:
            self.owner.ledger.disown(*self.counted)

    __torch_function__ = torch._C._disabled_torch_function_impl

    def __getitem__(self, index: Any) -> Tensor:
        """A part: a view, or what a kernel reads where the index holds more than slices.

        torch would ask the device's own code to make tensors of lists.
        """
        parts = index if isinstance(index, tuple) else (index,)
        if all(type(part) in VIEWING for part in parts):
            return self.owner.wrap(self.host[index])
        return super().__getitem__(_without_lists(index))

    def __deepcopy__(self, memo: Any) -> "DeviceTensor":
        """Another tensor of the same numbers."""
        return self.owner.put(self.host.clone())

    @classmethod
    def __torch_dispatch__(
        cls, operation: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run an operation on the host's numbers, as the device would."""
        kwargs = kwargs or {}
        tensors = tensors_of((*args, *kwargs.values()))
        owner = next(tensor.owner for tensor in tensors if type(tensor) is DeviceTensor)
        return owner.run(operation, args, dict(kwargs), tensors)


class Dispatch(TorchDispatchMode):
    """Sees operations that make tensors on the device, from nothing or from the host's."""

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__()
        self._stand_in = stand_in

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """No: nothing is compiled here, and the wrapper for that costs more than a small kernel."""
        return False

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Hand what concerns the device to it."""
        kwargs = kwargs or {}
        if DeviceTensor not in types and not self._is_named(*args, *kwargs.values()):
            return operation(*args, **kwargs)
        tensors = tensors_of((*args, *kwargs.values()))
        return self._stand_in.run(operation, args, dict(kwargs), tensors)

    def _is_named(self, *values: Any) -> bool:
        kind = self._stand_in.kind
        return any(isinstance(value, torch.device) and value.type == kind for value in values)


@cache
def _name(operation: Any) -> str:
    """As torch's table of kernels names it."""
    name: str = operation._schema.name.removeprefix("aten::")
    overload = operation._overloadname
    return name if overload == "default" else f"{name}.{overload}"


@cache
def _is_composite(operation: Any) -> bool:
    """Whether the dispatcher takes it apart: in inference mode it comes whole."""
    key = torch._C.DispatchKey.CompositeImplicitAutograd
    return bool(operation.has_kernel_for_dispatch_key(key))


def _refuse_mixture(name: str, tensors: list[Tensor]) -> None:
    others = [tensor for tensor in tensors if type(tensor) is not DeviceTensor and tensor.dim()]
    if others and len(others) < len(tensors) and not name.startswith(INDEXING):
        raise RuntimeError(
            f"Expected all tensors to be on the same device: {name}, {others[0].device}"
        )


def _refuse_channels_last(name: str, args: tuple[Any, ...]) -> None:
    """Raise where the input or the kernel of a convolution is in channels-last order."""
    tensor, kernel = args[:2]
    if _is_channels_last(kernel) or _is_channels_last(tensor):
        raise ChannelsLastError(
            f"{name} of {tuple(tensor.shape)} by {tuple(kernel.shape)} in channels-last order"
        )


def _is_channels_last(tensor: Tensor) -> bool:
    if tensor.dim() != 4 or tensor.shape[1] == 1 or tensor.shape[2] * tensor.shape[3] == 1:
        return False
    return tensor.stride(1) == 1


def _on_host(tree: Any) -> Any:
    if type(tree) is DeviceTensor:
        return tree.host
    if isinstance(tree, SEQUENCES) and tree and type(tree[0]) is not int:  # no shape
        return type(tree)([_on_host(part) for part in tree])
    if isinstance(tree, dict):
        return {key: _on_host(part) for key, part in tree.items()}
    return tree


def _without_lists(index: Any) -> Any:
    """An index with tensors in the place of lists."""
    if isinstance(index, tuple):
        return tuple(_without_lists(part) for part in index)
    return torch.tensor(index) if isinstance(index, list) else index


def tensors_of(parts: Iterable[Any]) -> list[Tensor]:
    """All tensors of arguments: torch's own walk over them takes most of the time."""
    found: list[Tensor] = []
    for part in parts:
        if isinstance(part, Tensor):
            found.append(part)
        elif isinstance(part, SEQUENCES) and part and type(part[0]) is not int:  # no shape
            found += tensors_of(part)
    return found


def _each_tensor(function: Any, tree: Any) -> Any:
    """What an operation returned, with its tensors replaced."""
    if isinstance(tree, SEQUENCES):
        return type(tree)([_each_tensor(function, part) for part in tree])
    return function(tree) if isinstance(tree, Tensor) else tree
