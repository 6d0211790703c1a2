"""Texts about tiles: number, range of time, state, device, and time taken."""

from PySide6.QtCore import QObject

from app.clock_time import clock_text
from app.view_models.viewer.tile_grid import GridTile
from core.api.events import TileState
from core.mel_scale import MelParams


class TileTexts(QObject):
    """Makes the texts of the tool tip, the legend and the list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.states = {
            TileState.WAITING: self.tr("waiting"),
            TileState.RUNNING: self.tr("running"),
            TileState.PARKED: self.tr("parked"),
            TileState.DONE: self.tr("done"),
        }

    def span(self, tile: GridTile, params: MelParams) -> tuple[str, str]:
        """Where it begins and ends, as `0:03.00`."""
        rate, time = params.frames_per_second, tile.region.time
        return clock_text(time.start / rate, 2), clock_text(time.stop / rate, 2)

    def took(self, tile: GridTile) -> str:
        """How long it was worked on; empty before it ran."""
        return f"{tile.took_s:.2f} s" if tile.took_s else ""

    def all(self, index: int, count: int, tile: GridTile, params: MelParams) -> str:
        """All of it, in three lines."""
        start, stop = self.span(tile, params)
        lines = [
            self.tr("Tile {n} of {count}").format(n=index + 1, count=count),
            self.tr("{start} to {stop}").format(start=start, stop=stop),
            " · ".join(filter(None, (self.states[tile.state], tile.device, self.took(tile)))),
        ]
        return "\n".join(lines)
