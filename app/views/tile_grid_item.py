"""The tile grid over the spectrogram: one item for all tiles, since many small ones are slow."""

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from app.models.spectrogram import SpectrogramModel
from app.models.tile_grid import Tile, TileGridModel
from app.views.clip_item import ClipItem
from app.views.theme import Theme
from app.views.tile_paint import paint_tile, state_colour
from core.events import TileState
from core.region import Region


class TileGridItem(ClipItem):
    """Draws a TileGridModel over the clip; x in seconds, y in mel bins."""

    def __init__(self, tiles: TileGridModel, spectrogram: SpectrogramModel, theme: Theme) -> None:
        super().__init__(spectrogram)
        self._tiles = tiles
        self._theme = theme
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        tiles.changed.connect(self._on_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, *_: object) -> None:
        """Draw the tiles on screen, in pixels, so that patterns and lines keep their size."""
        to_pixels = painter.worldTransform()
        exposed = option.exposedRect  # the play head uncovers a strip, which few tiles meet
        rate = self._spectrogram.params.frames_per_second
        first, last = exposed.left() * rate, exposed.right() * rate
        painter.setWorldTransform(QTransform())
        within = Qt.ClipOperation.IntersectClip  # or tiles would reach over the axes
        painter.setClipRect(to_pixels.mapRect(self._bounds), within)
        for tile in self._tiles.tiles:
            if tile.padded.time.start <= last and tile.padded.time.stop >= first:
                rect = to_pixels.mapRect(self._rect(tile.region))
                paint_tile(painter, rect, tile.state, self._theme, tile.fraction)
                self._paint_surroundings(painter, to_pixels, tile)
        painter.setWorldTransform(to_pixels)

    def _paint_surroundings(self, painter: QPainter, to_pixels: QTransform, tile: Tile) -> None:
        """Outline what the running tile reads around itself."""
        if tile.state is not TileState.RUNNING or tile.padded == tile.region:
            return
        painter.setPen(QPen(state_colour(tile.state, self._theme), 1.0, Qt.PenStyle.DashLine))
        painter.drawRect(to_pixels.mapRect(self._rect(tile.padded)).adjusted(0.5, 4, -0.5, -4))

    def _rect(self, region: Region) -> QRectF:
        rate = self._spectrogram.params.frames_per_second
        time, bins = region.time, region.bins
        return QRectF(time.start / rate, bins.start, time.length / rate, bins.length)

    @Slot()
    def _on_changed(self) -> None:
        self.update()
