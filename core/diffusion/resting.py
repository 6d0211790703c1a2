"""What the schedulers of a long clip remember, on the disk between their turns.

diffusers' schedulers keep their last predictions as attributes, or in lists of them: latents of
four axes, among small tensors and numbers that stay where they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.spool import Spool


@dataclass(frozen=True, slots=True)
class _Resting:
    """Stands where latents were.

    Attributes:
        first: The place of their first value.
        shape: (B, C, t, F).
        dtype: Their precision, at least that of float32 or narrower.
        device: Where they belong.
    """

    first: int
    shape: torch.Size
    dtype: torch.dtype
    device: torch.device


class RestingPlace:
    """Room on the disk for what schedulers remember; each of them has places of its own.

    Args:
        num_schedulers: How many there are.
    """

    def __init__(self, num_schedulers: int) -> None:
        self._num_schedulers = num_schedulers
        self._spool = Spool()
        self._place_values = 0  # as many as the first latents have: the first stretch is a longest

    def rest(self, index: int, scheduler: Any) -> None:
        """Put the latents that scheduler `index` remembers on the disk."""
        places = iter(range(index, 1 << 30, self._num_schedulers))
        _replace(scheduler, Tensor, lambda latents: self._put(latents, next(places)))

    def wake(self, index: int, scheduler: Any) -> None:
        """Bring them back."""
        _replace(scheduler, _Resting, self._take)

    def _put(self, latents: Tensor, place: int) -> _Resting:
        self._place_values = self._place_values or latents.numel()
        first = place * self._place_values
        self._spool.write(first, latents.detach().float().cpu().numpy().ravel())
        return _Resting(first, latents.shape, latents.dtype, latents.device)

    def _take(self, resting: _Resting) -> Tensor:
        values = self._spool.read(resting.first, resting.shape.numel())
        return torch.from_numpy(values).view(resting.shape).to(resting.device, resting.dtype)


def _replace(scheduler: Any, kind: type, by: Callable[[Any], object]) -> None:
    """Put something else in the place of everything of a kind that a scheduler remembers."""

    def replaced(value: object) -> object:
        if isinstance(value, list):
            return [replaced(item) for item in value]
        is_large = value.ndim == 4 if isinstance(value, Tensor) else True
        return by(value) if isinstance(value, kind) and is_large else value

    for name, value in vars(scheduler).items():
        setattr(scheduler, name, replaced(value))
