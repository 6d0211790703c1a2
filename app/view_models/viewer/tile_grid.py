"""The tiles of a run and the state of each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.api.config import TilingMode
from core.api.events import BarrierPassed, TileAdvanced, TilePlanned, TileState
from core.api.region import Region


@dataclass(frozen=True, slots=True)
class GridTile:
    """One tile and its state.

    Attributes:
        region: Its part of the clip, in mel frames x mel bins.
        padded: Its part with the context that it reads around itself.
        state: Waiting, running, parked or done.
        fraction: How much of its work is done, 0 to 1.
        device: Where it is computed; empty before it ran.
        took_s: The time spent on it so far, in seconds.
        rank: Which of the grid's devices computes it.
    """

    region: Region
    padded: Region
    state: TileState = TileState.WAITING
    fraction: float = 0.0
    device: str = ""
    took_s: float = 0.0
    rank: int = 0


class TileGridModel(QObject):
    """The plan, its tiles and the group-norm barrier they wait for.

    Attributes:
        devices: Names of the devices that share the tiles, no two alike; empty where one computes
            all.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[GridTile] = []
        self.mode: TilingMode | None = None
        self.explanation = ""
        self.devices: tuple[str, ...] = ()
        self.barrier = 0
        self.num_barriers = 0

    @property
    def tiles(self) -> tuple[GridTile, ...]:
        """All tiles, in the order of the plan."""
        return tuple(self._tiles)

    @property
    def fraction(self) -> float:
        """How much of the work of all tiles is done, 0 to 1."""
        if not self._tiles:
            return 0.0
        return sum(tile.fraction for tile in self._tiles) / len(self._tiles)

    @property
    def num_done(self) -> int:
        """Number of finished tiles."""
        return self.count(TileState.DONE)

    def tile_at(self, frame: int, mel_bin: int) -> tuple[int, GridTile] | None:
        """Return the tile of a cell, with its index; None outside the plan."""
        for index, tile in enumerate(self._tiles):
            time, bins = tile.region.time, tile.region.bins
            if time.start <= frame < time.stop and bins.start <= mel_bin < bins.stop:
                return index, tile
        return None

    def count(self, state: TileState) -> int:
        """Number of tiles in a state."""
        return sum(tile.state is state for tile in self._tiles)

    def clear(self) -> None:
        """Forget the plan."""
        if self._tiles:
            self._tiles, self.mode, self.explanation = [], None, ""
            self.devices = ()
            self.barrier = self.num_barriers = 0
            self.changed.emit()

    def plan(self, event: TilePlanned) -> None:
        """Take a new plan; every tile waits."""
        self.devices = numbered_apart(event.devices)
        ranks = event.ranks if self.devices else [0] * len(event.tiles)
        self._tiles = [
            GridTile(region, padded, rank=rank, device=self._name_of(rank, ""))
            for region, padded, rank in zip(event.tiles, event.padded, ranks, strict=True)
        ]
        self.mode, self.explanation = event.mode, event.explanation
        self.barrier = self.num_barriers = 0
        self.changed.emit()

    def advance(self, event: TileAdvanced) -> None:
        """Note the progress of a tile."""
        if not 0 <= event.tile < len(self._tiles):
            return
        fraction = event.task / event.num_tasks if event.num_tasks else 0.0
        done = event.state is TileState.DONE
        self._replace(
            event.tile,
            state=event.state,
            fraction=1.0 if done else fraction,
            device=self._name_of(self._tiles[event.tile].rank, event.device),
            took_s=event.took_s,
        )

    def finish(self, index: int) -> None:
        """Note that a tile is done."""
        self._replace(index, state=TileState.DONE, fraction=1.0)

    def pass_barrier(self, event: BarrierPassed) -> None:
        """Note that the statistics of a group norm are known."""
        if (self.barrier, self.num_barriers) != (event.barrier, event.num_barriers):
            self.barrier, self.num_barriers = event.barrier, event.num_barriers
            self.changed.emit()

    def _name_of(self, rank: int, alone: str) -> str:
        """The name of a tile's device; `alone` where it computes all tiles."""
        return self.devices[rank] if self.devices else alone

    def _replace(self, index: int, **values: Any) -> None:
        if not 0 <= index < len(self._tiles):
            return
        tile = replace(self._tiles[index], **values)
        if tile != self._tiles[index]:
            self._tiles[index] = tile
            self.changed.emit()


def numbered_apart(names: Iterable[str]) -> tuple[str, ...]:
    """The same names, those that occur several times with a number: cpu 1, cpu 2."""
    names = list(names)
    counts, seen = Counter(names), Counter[str]()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} {seen[name]}" if counts[name] > 1 else name)
    return tuple(found)
