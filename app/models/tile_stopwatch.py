"""How long each tile was worked on, summed up over all its turns."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from core.events import Event, TileAdvanced, TileDecoded, TilePlanned, TileState


class TileStopwatch:
    """Listens in the run's own thread: the window only hears the last of many turns.

    Args:
        clock: Seconds that never run backward.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._started_s: dict[int, float] = {}
        self._took_s: defaultdict[int, float] = defaultdict(float)

    def time(self, event: Event) -> Event:
        """The event, told how long its tile took so far; everything but tiles passes through."""
        match event:
            case TilePlanned():
                self._started_s.clear()
                self._took_s.clear()
            case TileAdvanced(tile=tile, state=TileState.RUNNING):
                self._started_s.setdefault(tile, self._clock())
            case TileAdvanced(tile=tile) | TileDecoded(tile=tile):
                self._stop(tile)
        if isinstance(event, TileAdvanced):
            return replace(event, took_s=self._took_s[event.tile])
        return event

    def _stop(self, tile: int) -> None:
        started_s = self._started_s.pop(tile, None)
        if started_s is not None:
            self._took_s[tile] += self._clock() - started_s
