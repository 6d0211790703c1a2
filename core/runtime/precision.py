"""Guards for half precision: notice what overflowed, and never write what does not fit.

float16 ends at 65504. An activation beyond it turns into infinity, the next group norm turns that
into NaN, and the sound into silence. So every stretch of layers is checked, and where it left the
range of numbers it is run again in float32.
"""

import torch
from torch import Tensor


def is_finite(values: Tensor) -> bool:
    """Whether the tensor holds neither infinities nor NaNs, which survive every sum.

    One pass and no temporary tensor; a sum beyond float32 counts as infinite, as it should.
    """
    return bool(torch.isfinite(values.sum(dtype=wider(values.dtype))))


def wider(dtype: torch.dtype) -> torch.dtype:
    """The precision to fall back to: float32, or the same where that is no wider."""
    return torch.promote_types(dtype, torch.float32)


def clamp_to(values: Tensor, dtype: torch.dtype) -> Tensor:
    """Convert to `dtype`, with values beyond its range cut off at its end instead of infinite."""
    if values.dtype == dtype:
        return values
    range_end = torch.finfo(dtype).max
    if torch.finfo(values.dtype).max > range_end:
        values = values.clamp(-range_end, range_end)
    return values.to(dtype)
