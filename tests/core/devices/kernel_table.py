"""Which operations a device has kernels for, by the table that torch itself is generated from.

torchgen brings `native_functions.yaml` in the wheel: what it says of MPS and CUDA holds for the
builds of the same version that have these devices. Of XPU it names products of matrices, attention
and RMS norm alone: all other kernels are in the table of torch-xpu-ops, which no wheel brings.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import torchgen
from torchgen.gen import parse_native_yaml
from torchgen.model import DispatchKey

TABLE = Path(torchgen.__file__).parent / "packaged" / "ATen" / "native"
KEYS = {"mps": DispatchKey.MPS, "cuda": DispatchKey.CUDA}


class Support(StrEnum):
    """How an operation comes to run on a device."""

    KERNEL = "a kernel of its own, or of the operation it is an overload of"
    COMPOSITE = "made of other operations"
    GENERATED = "generated from another overload"
    NONE = "no kernel"


@cache
def support(name: str, kind: str) -> Support:
    """How the operation `name`, such as "add.Tensor", runs on a kind of device."""
    functions, indices = _table()
    function = functions.get(name)
    if function is None:
        return Support.NONE
    kernels = indices[KEYS[kind]].index
    names = [function.func.name]
    if function.structured_delegate is not None:
        names.append(function.structured_delegate)
    if any(name in kernels for name in names):
        return Support.KERNEL
    if (
        function.has_composite_implicit_autograd_kernel
        or function.has_composite_explicit_autograd_kernel
        or function.has_composite_explicit_autograd_non_functional_kernel
    ):
        return Support.COMPOSITE
    if "generated" in function.tags:
        return Support.GENERATED
    return Support.NONE


def kernels_of(key: DispatchKey) -> set[str]:
    """The operations that the table names a kernel of a device's own for."""
    _, indices = _table()
    return set(map(str, indices[key].index))


@cache
def _table() -> tuple[dict[str, Any], Any]:
    """All operations by name, and the kernels of every device."""
    parsed = parse_native_yaml(str(TABLE / "native_functions.yaml"), str(TABLE / "tags.yaml"))
    return {str(f.func.name): f for f in parsed.native_functions}, parsed.backend_indices
