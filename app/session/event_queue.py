"""A thread-safe box between a run and the window, which keeps only the latest news of a kind.

A run may speak thousands of times a second; the window looks thirty times. What was overtaken
in between (an older step, an older state of the same tile) is dropped here, so that one look
costs about the same however fast the engine is.
"""

import threading
from collections.abc import Hashable

from core.api.events import (
    BarrierPassed,
    BytesReceived,
    DenoisingStep,
    Event,
    TileAdvanced,
    TilePlanned,
)

_OVERTAKEN_BY_THE_NEXT = (DenoisingStep, BarrierPassed, BytesReceived)


class EventQueue:
    """Events wait here in the order of their last arrival."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, Event] = {}
        self._arrivals = 0

    def put(self, event: Event) -> None:
        """Add an event in place of what it overtakes; returns at once, from any thread."""
        with self._lock:
            self._arrivals += 1
            if isinstance(event, TilePlanned):
                self._forget_tiles()
            key = _key(event) or self._arrivals
            self._waiting.pop(key, None)
            self._waiting[key] = event

    def take_all(self) -> list[Event]:
        """Empty the box."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        return list(waiting.values())

    def look(self) -> list[Event]:
        """What is in the box, which stays there."""
        with self._lock:
            return list(self._waiting.values())

    def _forget_tiles(self) -> None:
        """Drop states of the tiles of an earlier plan: their numbers mean something else now."""
        tiles = [key for key, event in self._waiting.items() if isinstance(event, TileAdvanced)]
        for key in tiles:
            del self._waiting[key]


def _key(event: Event) -> Hashable:
    """What an event shares with those it overtakes; None for one that is never overtaken."""
    if isinstance(event, TileAdvanced):
        return TileAdvanced, event.tile
    if isinstance(event, _OVERTAKEN_BY_THE_NEXT):
        return type(event)
    return None
