"""Where activations rest between two segments."""

from enum import StrEnum
from typing import NamedTuple

from torch import Tensor


class Slot(StrEnum):
    """What an activation is to its tile."""

    HIDDEN = "hidden"
    RESIDUAL = "residual"


class Key(NamedTuple):
    """Which activation: of which tile, and which segment wrote it."""

    slot: Slot
    segment: int
    tile: int


class ActivationStore:
    """Activations by key."""

    def __init__(self) -> None:
        self._held: dict[Key, Tensor] = {}

    def put(self, key: Key, values: Tensor) -> None:
        """Keep `values`."""
        self._held[key] = values

    def get(self, key: Key) -> Tensor:
        """The values as they were put."""
        return self._held[key]

    def drop(self, key: Key) -> None:
        """Forget them."""
        self._held.pop(key, None)

    def close(self) -> None:
        """Forget everything."""
        self._held.clear()
