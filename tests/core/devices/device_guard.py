"""Lets torch's C++ side accept a type of device that this build has no code for.

Wherever an operation may change the current device, torch asks a registry for the device's guard,
and raises where there is none. The guard of meta tensors does nothing, which is all that a device
whose numbers lie in host memory needs; so the registry is made to answer with it. The registry is
a plain array of pointers that libc10 exports: no compiler is needed.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch

REGISTRY = "_ZN3c104impl26device_guard_impl_registryE"  # c10::impl::device_guard_impl_registry
LIBRARIES = {"linux": "libc10.so", "darwin": "libc10.dylib"}
NUMBERS = {"cuda": 1, "xpu": 12, "mps": 13, "meta": 14}  # of c10::DeviceType
_TYPES = 21


def missing_reason(kind: str) -> str:
    """Why a kind of device cannot be acted here; empty where it can."""
    registry = _registry()
    if registry is None:
        return f"torch's registry of device guards cannot be reached on {sys.platform}"
    if registry[NUMBERS[kind]]:
        return f"this build of torch knows {kind} itself: python3 -m tests.device tries that"
    return ""


@contextmanager
def guard_that_does_nothing(kind: str) -> Iterator[None]:
    """Have torch accept devices of a kind, for as long as this lasts."""
    registry = _registry()
    assert registry is not None
    registry[NUMBERS[kind]] = registry[NUMBERS["meta"]]
    try:
        yield
    finally:
        registry[NUMBERS[kind]] = None


@cache
def _registry() -> Any:
    """The array of guards by type of device; None where it cannot be found."""
    name = LIBRARIES.get(sys.platform)
    if name is None:
        return None
    library = ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / name))
    try:
        return (ctypes.c_void_p * _TYPES).in_dll(library, REGISTRY)
    except ValueError:
        return None
