"""The arithmetic of training: matrices in bfloat16, everything else in float32."""

import torch


def bfloat16(device_type: str = "cpu") -> torch.autocast:
    """Return a context for forward passes.

    Without its cache of converted weights, which all threads share and any of them clears.
    """
    return torch.autocast(device_type, torch.bfloat16, cache_enabled=False)
