"""Where the networks run, in which precision, and how much memory is free there."""

from types import ModuleType

import torch

from core.api.config import Precision
from core.api.errors import InvalidRequestError
from core.runtime.host_memory import available_host_bytes

PREFERENCE = ("cuda", "mps", "cpu")


def choose_device(name: str = "auto") -> torch.device:
    """Find the device called `name`; "auto" takes the first of CUDA, MPS and CPU that is there.

    Raises:
        InvalidRequestError: There is no such device on this machine.
    """
    if name == "auto":
        return torch.device(next(kind for kind in PREFERENCE if _device_count(kind)))
    try:
        device = torch.device(name)
        count = _device_count(device.type)
    except RuntimeError:
        count = 0
    if not count:
        choices = ", ".join(["auto", *(kind for kind in PREFERENCE if _device_count(kind))])
        raise InvalidRequestError(
            "device", f"There is no device {name!r} on this machine; choose one of {choices}."
        )
    if (device.index or 0) >= count:
        raise InvalidRequestError(
            "device",
            f"There is no {name}: the {count} {device.type} device(s) count from 0.",
        )
    return device


def choose_dtype(device: torch.device, precision: Precision | None = None) -> torch.dtype:
    """The precision of UNet, text encoder and vocoder on `device`; None chooses it.

    CUDA takes float16. MPS and CPU take float32: bfloat16 keeps only 8 significant bits, and the
    denoiser's errors add up over its steps.

    Raises:
        InvalidRequestError: The device lacks this precision, or is far too slow in it.
    """
    if precision is None:
        return torch.float16 if device.type == "cuda" else torch.float32
    if device.type == "cpu" and precision is Precision.FLOAT16:
        raise InvalidRequestError(
            "precision",
            "On a processor float16 takes minutes where float32 takes seconds; choose float32 or "
            "bfloat16.",
        )
    if device.type == "mps" and precision is Precision.FLOAT64:
        raise InvalidRequestError("precision", "MPS has no float64; choose float32.")
    dtype: torch.dtype = getattr(torch, precision)
    return dtype


def device_names() -> tuple[str, ...]:
    """Names of all devices that `choose_device` finds here, the fastest kind first."""
    counts = {kind: _device_count(kind) for kind in PREFERENCE}
    return tuple(
        kind if count == 1 else f"{kind}:{index}"
        for kind, count in counts.items()
        for index in range(count)
    )


def available_bytes(device: torch.device) -> int:
    """Free memory of `device`, in bytes."""
    if device.type == "cpu":
        return available_host_bytes()
    module = torch.get_device_module(device)
    if device.type == "mps":
        return int(module.recommended_max_memory() - module.driver_allocated_memory())
    free, _ = module.mem_get_info(device)
    return int(free)


def _device_count(kind: str) -> int:
    """Number of usable devices of a kind; 0 if the kind is unknown or has no driver."""
    if kind == "cpu":
        return 1
    try:
        module: ModuleType = torch.get_device_module(kind)
    except RuntimeError:
        return 0
    return int(module.device_count()) if hasattr(module, "device_count") else 0
