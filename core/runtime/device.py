"""Where the networks run, in which precision, and how much memory is free there."""

import re
import warnings
from types import ModuleType

import torch

from core.api.config import Precision
from core.api.errors import InvalidRequestError
from core.runtime.host_memory import available_host_bytes

PREFERENCE = ("cuda", "xpu", "mps", "cpu")
_CUDA_12_FROM, _CUDA_13_FROM = (5, 0), (7, 5)  # compute capabilities that torch's builds know


def choose_device(name: str = "auto") -> torch.device:
    """Find the device called `name`; "auto" takes the first of CUDA, XPU, MPS and CPU.

    Raises:
        InvalidRequestError: There is no such device on this machine, or this build of torch cannot
            compute on it.
    """
    if name == "auto":
        return torch.device(device_names()[0])
    try:
        device = torch.device(name)
        count = _device_count(device.type)
    except RuntimeError:
        count = 0
    if not count and name.startswith("cuda") and (reason := _driver_reason()):
        raise InvalidRequestError("device", reason)
    if not count:
        kinds = dict.fromkeys(torch.device(found).type for found in device_names())
        raise InvalidRequestError(
            "device",
            f"There is no device {name!r} on this machine; choose one of "
            f"{', '.join(['auto', *kinds])}.",
        )
    if (device.index or 0) >= count:
        raise InvalidRequestError(
            "device",
            f"There is no {name}: the {count} {device.type} device(s) count from 0.",
        )
    if reason := _reason_against(device.type, device.index or 0):
        raise InvalidRequestError("device", reason)
    return device


def choose_dtype(device: torch.device, precision: Precision | None = None) -> torch.dtype:
    """The precision of UNet, text encoder and vocoder on `device`; None chooses it.

    CUDA takes float16. MPS and CPU take float32: bfloat16 keeps only 8 significant bits, and the
    denoiser's errors add up over its steps. Where a processor was measured to be faster so, a model
    may still be loaded with the denoiser's products in bfloat16 (see `load_model`).

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
        if not _reason_against(kind, index)
    )


def unusable_devices() -> tuple[str, ...]:
    """A sentence for each device that is there, but that this build of torch cannot use."""
    counts = {kind: _device_count(kind) for kind in PREFERENCE}
    reasons = (
        _reason_against(kind, index) for kind, count in counts.items() for index in range(count)
    )
    return tuple(filter(None, (_driver_reason(), *reasons)))


def convolution_format(device: torch.device) -> torch.memory_format:
    """The order of memory that convolutions are fast in on a device.

    Channels last on a processor (measured) and on NVIDIA's cards (cuDNN's own order). On MPS
    transposed convolutions take 12 to 30 times as long in it (pytorch#193349), and MIOpen may be
    slow in it too; on XPU nothing is known.
    """
    is_nvidia = device.type == "cuda" and torch.version.hip is None
    if device.type in ("cpu", "meta") or is_nvidia:
        return torch.channels_last
    return torch.contiguous_format


def synchronize(device: torch.device) -> None:
    """Wait until a device has done all that was asked of it; a processor always has."""
    if device.type != "cpu":
        torch.get_device_module(device).synchronize(*([device] if device.type != "mps" else []))


def available_bytes(device: torch.device) -> int:
    """Free memory of `device`, in bytes.

    What torch keeps for the next tensors counts as free, though the driver calls it taken: after
    denoising that may be most of the device.
    """
    if device.type == "cpu":
        return available_host_bytes()
    module = torch.get_device_module(device)
    if device.type == "mps":
        return int(module.recommended_max_memory() - module.current_allocated_memory())
    free, _ = module.mem_get_info(device)
    kept = module.memory_reserved(device) - module.memory_allocated(device)
    return int(free + kept)


def _device_count(kind: str) -> int:
    """Number of devices of a kind whose driver works; 0 if the kind is unknown.

    `is_available` is asked first: `device_count` asks NVIDIA's management library, which answers
    where the driver is too old for this build as well.
    """
    if kind == "cpu":
        return 1
    try:
        module: ModuleType = torch.get_device_module(kind)
    except RuntimeError:
        return 0
    if not hasattr(module, "device_count") or not _is_available(module):
        return 0
    return int(module.device_count())


def _is_available(module: ModuleType) -> bool:
    with warnings.catch_warnings():  # torch warns of an old driver; `unusable_devices` tells
        warnings.simplefilter("ignore")
        return not hasattr(module, "is_available") or bool(module.is_available())


def _driver_reason() -> str:
    """Why no NVIDIA card can be used where there is one; empty where that is not so."""
    if not torch.cuda.device_count() or _is_available(torch.cuda):
        return ""
    platform = f"ROCm {torch.version.hip}" if torch.version.hip else f"CUDA {torch.version.cuda}"
    return (
        "The driver of the graphics card is too old for this build of torch "
        f"({platform}). Update the driver; until then Tessera computes on the processor."
    )


def _reason_against(kind: str, index: int) -> str:
    """Why a card cannot be used: this build of torch has no kernels for it; empty where it can."""
    if kind != "cuda" or torch.version.hip is not None:
        return ""
    major, minor = torch.cuda.get_device_capability(index)
    architectures = torch.cuda.get_arch_list()
    if not architectures or any(_runs(name, major, minor) for name in architectures):
        return ""
    return (
        f"This build of torch has no kernels for the graphics card "
        f"{torch.cuda.get_device_name(index)} (compute capability {major}.{minor}), so Tessera "
        f"computes on the processor. {_build_for((major, minor))}"
    )


def _build_for(capability: tuple[int, int]) -> str:
    """A sentence on the build of torch that has kernels for a card that this one has none for."""
    if capability < _CUDA_12_FROM:
        return "No build of this version of torch has any for it."
    version = "12.6" if capability < _CUDA_13_FROM else "13.0"
    return f"A build of torch for CUDA {version} in place of this one would use the card."


def _runs(architecture: str, major: int, minor: int) -> bool:
    """Whether code for an architecture, such as sm_86 or compute_90, runs on a card.

    Machine code (sm) runs on cards of the same major and no lower minor capability. PTX (compute)
    is compiled for any later card by its driver.
    """
    match = re.fullmatch(r"(sm|compute)_(\d+)(\d)[af]?", architecture)
    if match is None:
        return False
    built = int(match[2]), int(match[3])
    if match[1] == "compute":
        return built <= (major, minor)
    return built[0] == major and built[1] <= minor
