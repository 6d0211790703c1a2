"""Reads pickles without running anything that they name.

A pickle is a program: it may name any function and have it called. `torch.load(weights_only=True)`
allows a list of functions; it was bypassed twice (CVE-2025-32434, CVE-2026-24747), and refuses the
checkpoints of Lightning, which hold settings and optimizer states beside the weights. Here every
name stands for a class of this module. Tensors become places in the file, and whatever else a
pickle names becomes a `Placeholder`, which ignores what is done to it.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from typing import IO, Any

from core.models.conversion.stored_tensor import Storage, StoredTensor

FindStorage = Callable[[tuple[Any, ...]], Storage]
"""Finds the storage that a pickle refers to by a persistent id."""

_STORAGES = {  # classes in torch and torch.storage
    "FloatStorage": "F32",
    "DoubleStorage": "F64",
    "HalfStorage": "F16",
    "BFloat16Storage": "BF16",
    "LongStorage": "I64",
    "IntStorage": "I32",
    "ShortStorage": "I16",
    "CharStorage": "I8",
    "ByteStorage": "U8",
    "BoolStorage": "BOOL",
    "UntypedStorage": "U8",
}
_DTYPES = {
    "float32": "F32",
    "float64": "F64",
    "float16": "F16",
    "bfloat16": "BF16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
}
_PROGRAM_MODULES = (
    *("os", "posix", "nt", "subprocess", "sys", "pty", "socket", "ctypes", "runpy", "importlib"),
    *("shutil", "webbrowser", "code", "asyncio", "multiprocessing", "builtins", "__builtin__"),
    *("io", "_io"),
)
_HARMLESS = (  # names of those modules that run nothing; they become placeholders too
    *("object", "set", "frozenset", "dict", "list", "tuple", "int", "float", "complex", "bool"),
    *("str", "bytes", "bytearray", "slice", "range", "type", "getattr", "print"),
    *("BytesIO", "StringIO"),
)


class ForeignProgramError(Exception):
    """A pickle that would run a program, were it opened as pickles usually are.

    Attributes:
        name: The function that it names.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Placeholder:
    """Stands for an object of a class that no model needs, and ignores what is done to it."""

    def __new__(cls, *arguments: object, **options: object) -> "Placeholder":
        """Make one, whatever the class was called with."""
        del arguments, options
        return super().__new__(cls)

    def __init__(self, *arguments: object, **options: object) -> None:
        del arguments, options

    def __call__(self, *arguments: object, **options: object) -> "Placeholder":
        """A call of the object, which is not made."""
        del arguments, options
        return self

    def __setstate__(self, state: object) -> None:
        """The object's attributes, which are not kept."""

    def __setitem__(self, key: object, value: object) -> None:
        """An entry of the object, which is not kept."""

    def append(self, value: object) -> None:
        """An item of the object, which is not kept."""

    extend = add = append


class _StorageType:
    """Stands for one of torch's storage classes; the pickle only refers to it."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype


class InertUnpickler(pickle.Unpickler):
    """Unpickles tensors, containers, numbers and texts; everything else is a `Placeholder`.

    Args:
        file: The pickle.
        find_storage: Finds the storage of a persistent id, whose second entry is turned into the
            name of a dtype first.
    """

    def __init__(self, file: IO[bytes], find_storage: FindStorage) -> None:
        super().__init__(file, encoding="utf-8")
        self._find_storage = find_storage

    def find_class(self, module: str, name: str) -> Any:
        """What a name in the pickle stands for; never what Python has under that name.

        Raises:
            ForeignProgramError: It is a function that runs programs or opens files.
        """
        known = _KNOWN.get((module, name))
        if known is not None:
            return known
        root = module.partition(".")[0]
        if root in _PROGRAM_MODULES and name not in _HARMLESS:
            raise ForeignProgramError(f"{module}.{name}")
        return Placeholder

    def persistent_load(self, pid: Any) -> Any:
        """The storage that a pickle refers to.

        Raises:
            ValueError: The reference has another form than torch gives it.
        """
        kind = pid[0] if isinstance(pid, tuple) and len(pid) >= 5 else None
        if kind not in ("storage", b"storage") or not isinstance(pid[1], _StorageType):
            raise ValueError("the file refers to something that is no tensor")
        return self._find_storage((kind, pid[1].dtype, *pid[2:]))


def _rebuild_tensor(
    storage: Any, first: Any, shape: Any, strides: Any, *options: Any
) -> StoredTensor:
    """A tensor of torch; `options` are its gradients and hooks, and in version 3 its dtype."""
    if not isinstance(storage, Storage):
        raise TypeError("a tensor has no data")
    view = options[2] if len(options) > 2 and isinstance(options[2], str) else ""
    return StoredTensor(storage, first, tuple(shape), tuple(strides), view)


def _rebuild_parameter(tensor: Any, *options: Any) -> Any:
    """A parameter, of which the tensor is all that is wanted."""
    del options
    return tensor


def _rebuild_from_type(function: Any, kind: Any, arguments: Any, state: Any) -> Any:
    """A tensor of a subclass, which is an ordinary one here."""
    del kind, state
    return function(*arguments) if function in _REBUILDERS.values() else Placeholder()


_REBUILDERS: dict[str, Callable[..., Any]] = {
    "_rebuild_tensor": _rebuild_tensor,
    "_rebuild_tensor_v2": _rebuild_tensor,
    "_rebuild_tensor_v3": _rebuild_tensor,
    "_rebuild_parameter": _rebuild_parameter,
    "_rebuild_parameter_with_state": _rebuild_parameter,
}
_KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch", "Size"): tuple,
    ("torch._tensor", "_rebuild_from_type_v2"): _rebuild_from_type,
    **{("torch._utils", name): function for name, function in _REBUILDERS.items()},
    **{("torch", name): dtype for name, dtype in _DTYPES.items()},
    **{
        (module, name): _StorageType(dtype)
        for module in ("torch", "torch.storage")
        for name, dtype in _STORAGES.items()
    },
}
"""What stands for the names that a file of torch needs."""
