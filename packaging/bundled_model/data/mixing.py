"""Two sounds at once, of log-mels: any two clips make a pair without being rendered together."""

import torch
from torch import Tensor


def mixed(first: Tensor, second: Tensor, share: Tensor | float) -> Tensor:
    """Return the log-mels of two sounds at once: of no phase in common, their powers add.

    Args:
        first: Log-mels, shape (B, 1, T, F).
        second: What sounds with them, the same shape, at any level.
        share: Amplitude of the second sound's loudest frame as a part of the first one's, one
            number or shape (B, 1, 1, 1).
    """
    gain = _level(first) - _level(second) + torch.as_tensor(share).log()
    return torch.logaddexp(2 * first, 2 * (second + gain)) / 2


def _level(log_mel: Tensor) -> Tensor:
    """Return the logarithm of the loudest frame's amplitude, shape (B, 1, 1, 1)."""
    return (2 * log_mel).logsumexp(dim=3, keepdim=True).amax(dim=2, keepdim=True) / 2
