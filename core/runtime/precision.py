"""Guards for half precision: detect an overflow, and never write a value that does not fit.

float16 ends at 65504. An activation beyond it becomes infinite, the next group norm turns that
into NaN, and the sound into silence. So every segment of layers is checked, and one that
overflowed is run again in float32.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call


def finite_flag(values: Tensor) -> Tensor:
    """Whether the tensor holds neither infinities nor NaNs, as a flag () on its device.

    Both survive a sum, so one pass without a temporary tensor is enough. A sum beyond the range
    of float32 counts as infinite: the next statistics would overflow too.
    """
    return torch.isfinite(values.sum(dtype=at_least_float32(values.dtype)))


def is_finite(values: Tensor) -> bool:
    """The same, for which the host waits."""
    return bool(finite_flag(values))


def first_false(flags: Sequence[Tensor]) -> int | None:
    """The index of the first flag that is false, if any; the host waits once for all of them."""
    found = torch.stack(list(flags)).cpu().tolist() if flags else []
    return found.index(False) if False in found else None


def at_least_float32(dtype: torch.dtype) -> torch.dtype:
    """The precision to fall back to: float32, or `dtype` itself where that has more digits."""
    return torch.promote_types(dtype, torch.float32)


def clamp_to_dtype(values: Tensor, dtype: torch.dtype) -> Tensor:
    """Convert to `dtype`; values beyond its range become its largest value, not infinity."""
    if values.dtype == dtype:
        return values
    range_end = torch.finfo(dtype).max
    if torch.finfo(values.dtype).max > range_end:
        values = values.clamp(-range_end, range_end)
    return values.to(dtype)


HALF = (torch.float16, torch.bfloat16)


def call_in_float32(network: nn.Module, *args: Any, **kwargs: Any) -> Any:
    """Call a network with its weights and arguments in float32, and leave it as it is.

    The weights are converted for this call: they take three times the memory meanwhile.
    """
    tensors = (*network.named_parameters(), *network.named_buffers())
    weights = {name: _widened(tensor) for name, tensor in tensors}
    wide = tuple(map(_widened, args))
    return functional_call(
        network, weights, wide, {name: _widened(value) for name, value in kwargs.items()}
    )


def _widened(value: Any) -> Any:
    return value.float() if isinstance(value, Tensor) and value.dtype in HALF else value


@contextmanager
def full_float32(device: torch.device) -> Iterator[None]:
    """Have float32 convolutions computed in float32: cuDNN's usual TF32 keeps 11 of 24 bits."""
    if device.type != "cuda":
        yield
        return
    usual = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = usual
