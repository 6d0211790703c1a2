"""The tile grid over the spectrogram: one item for all tiles, since one for each is slow."""

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import GridTile, TileGridModel
from app.views.clip.clip_item import ClipItem
from app.views.spectrogram.device_bands import BandPainter, device_stretches
from app.views.widgets.theme import Theme, faded
from core.api.events import TileState
from core.api.region import Region
from core.mel_scale import edge_to_hz

_PATTERNS = {
    TileState.WAITING: Qt.BrushStyle.Dense7Pattern,  # sparse dots
    TileState.RUNNING: Qt.BrushStyle.BDiagPattern,  # falling lines
    TileState.PARKED: Qt.BrushStyle.HorPattern,  # lying lines
}
_MARK_ALPHA = {TileState.WAITING: 200, TileState.RUNNING: 230, TileState.PARKED: 190}
_CASING_ALPHA = 200
_CASING_OFFSET = {
    TileState.WAITING: QPoint(1, 0),
    TileState.RUNNING: QPoint(1, 0),
    TileState.PARKED: QPoint(0, 1),
}
_OUTLINE_ALPHA = {
    TileState.WAITING: 200,
    TileState.RUNNING: 255,
    TileState.PARKED: 190,
    TileState.DONE: 60,
}
_NARROWEST_OUTLINE_PX = 5
_PROGRESS_PX = 3.0


class TileOverlay(ClipItem):
    """Draws a TileGridModel over the clip; x in seconds, y on the axis of frequencies."""

    def __init__(self, tiles: TileGridModel, spectrogram: SpectrogramModel, theme: Theme) -> None:
        super().__init__(spectrogram)
        self._tiles = tiles
        self._theme = theme
        self._bands = BandPainter()
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        tiles.changed.connect(self._on_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, *_: object) -> None:
        """Draw the tiles on screen, in pixels, so that patterns and lines keep their size."""
        to_pixels = painter.worldTransform()
        exposed = option.exposedRect  # moving the play head exposes a strip, which few tiles meet
        rate = self._spectrogram.params.frames_per_second
        first, last = exposed.left() * rate, exposed.right() * rate
        painter.setWorldTransform(QTransform())
        # Without the clip, tiles would reach over the axes.
        clip = to_pixels.mapRect(self._bounds)
        painter.setClipRect(clip, Qt.ClipOperation.IntersectClip)
        for tile in self._tiles.tiles:
            if tile.padded.time.start <= last and tile.padded.time.stop >= first:
                rect = to_pixels.mapRect(self._rect(tile.region))
                paint_tile(painter, rect, tile.state, self._theme, tile.fraction)
                self._paint_surroundings(painter, to_pixels, tile)
        if self._tiles.devices:
            self._paint_devices(painter, to_pixels)
        painter.setWorldTransform(to_pixels)

    def _paint_surroundings(self, painter: QPainter, to_pixels: QTransform, tile: GridTile) -> None:
        """Outline the context that the running tile reads around itself."""
        if tile.state is not TileState.RUNNING or tile.padded == tile.region:
            return
        painter.setPen(QPen(state_colour(tile.state, self._theme), 1.0, Qt.PenStyle.DashLine))
        painter.drawRect(to_pixels.mapRect(self._rect(tile.padded)).adjusted(0.5, 4, -0.5, -4))

    def _paint_devices(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Say which of several devices has which tiles."""
        area = to_pixels.mapRect(QRectF(self.viewRect())).intersected(
            to_pixels.mapRect(self._bounds)
        )
        rate = self._spectrogram.params.frames_per_second
        for stretch in device_stretches(self._tiles.tiles):
            left, right = (
                to_pixels.map(QPointF(frame / rate, 0)).x()
                for frame in (stretch.time.start, stretch.time.stop)
            )
            if right >= area.left() and left <= area.right():
                name, theme = self._tiles.devices[stretch.rank], self._theme
                self._bands.paint(
                    painter, area, stretch, left=left, right=right, name=name, theme=theme
                )

    def _rect(self, region: Region) -> QRectF:
        rate = self._spectrogram.params.frames_per_second
        params, scale, time = self._spectrogram.params, self._spectrogram.scale, region.time
        low, high = (
            scale.place_of(edge_to_hz(edge, params))
            for edge in (region.bins.start, region.bins.stop)
        )
        return QRectF(time.start / rate, low, time.length / rate, high - low)

    @Slot()
    def _on_changed(self) -> None:
        self.update()


def state_colour(state: TileState, theme: Theme) -> QColor:
    """The colour of a state."""
    return QColor(getattr(theme, state.value))


def paint_tile(
    painter: QPainter, rect: QRectF, state: TileState, theme: Theme, fraction: float = 0.0
) -> None:
    """Draw a tile into `rect`, in pixels; `fraction` of its work is done."""
    colour, is_narrow = state_colour(state, theme), rect.width() < _NARROWEST_OUTLINE_PX
    if is_narrow and state is TileState.RUNNING:  # too narrow for a line of its pattern
        painter.fillRect(rect, faded(colour, _MARK_ALPHA[state]))
    elif state is not TileState.DONE:
        _paint_pattern(painter, rect, state, theme)
    if is_narrow:  # outlines alone would hide the picture
        return
    _paint_outline(painter, rect, state, colour)
    if state is TileState.RUNNING:
        _paint_progress(painter, rect, colour, fraction)


def _paint_pattern(painter: QPainter, rect: QRectF, state: TileState, theme: Theme) -> None:
    """Draw the marks of a state, each with a casing in the colour of the empty canvas.

    The casing tells them from whatever picture is behind them; on the canvas it is not seen.
    """
    origin, pattern = painter.brushOrigin(), _PATTERNS[state]
    painter.setBrushOrigin(origin + _CASING_OFFSET[state])
    painter.fillRect(rect, QBrush(faded(theme.canvas, _CASING_ALPHA), pattern))
    painter.setBrushOrigin(origin)
    painter.fillRect(rect, QBrush(faded(state_colour(state, theme), _MARK_ALPHA[state]), pattern))


def _paint_outline(painter: QPainter, rect: QRectF, state: TileState, colour: QColor) -> None:
    pen = QPen(faded(colour, _OUTLINE_ALPHA[state]), 1.0)
    if state is TileState.WAITING:
        pen.setStyle(Qt.PenStyle.DotLine)
    elif state is TileState.RUNNING:
        pen.setWidthF(1.5)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_progress(painter: QPainter, rect: QRectF, colour: QColor, fraction: float) -> None:
    """Draw a progress bar along the foot of the tile."""
    foot = QRectF(rect.left(), rect.bottom() - _PROGRESS_PX, rect.width() * fraction, _PROGRESS_PX)
    painter.fillRect(foot, colour)
