"""How a tile's state looks: by colour and by pattern, on the grid and in its legend alike."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from app.views.faded import faded
from app.views.theme import Theme
from core.events import TileState

_PATTERNS = {
    TileState.WAITING: Qt.BrushStyle.Dense7Pattern,  # sparse dots
    TileState.RUNNING: Qt.BrushStyle.BDiagPattern,  # falling lines
    TileState.PARKED: Qt.BrushStyle.HorPattern,  # lying lines
    TileState.DONE: Qt.BrushStyle.NoBrush,  # nothing between the person and the picture
}
_PATTERN_ALPHA = {TileState.WAITING: 70, TileState.RUNNING: 120, TileState.PARKED: 45}
_OUTLINE_ALPHA = {
    TileState.WAITING: 110,
    TileState.RUNNING: 255,
    TileState.PARKED: 120,
    TileState.DONE: 60,
}
_NARROWEST_PATTERN_PX = 5
_PROGRESS_PX = 3.0


def state_colour(state: TileState, theme: Theme) -> QColor:
    """The colour of a state."""
    return QColor(getattr(theme, state.value))


def paint_tile(
    painter: QPainter, rect: QRectF, state: TileState, theme: Theme, fraction: float = 0.0
) -> None:
    """Draw a tile into `rect`, in pixels; `fraction` of its work is done."""
    colour, alpha = state_colour(state, theme), _PATTERN_ALPHA.get(state, 0)
    if rect.width() < _NARROWEST_PATTERN_PX:  # outlines alone would hide the picture
        painter.fillRect(rect, faded(colour, alpha))
        return
    painter.fillRect(rect, QBrush(faded(colour, alpha), _PATTERNS[state]))
    _paint_outline(painter, rect, state, colour)
    if state is TileState.RUNNING:
        _paint_progress(painter, rect, colour, fraction)


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
    """A line along the foot of the tile."""
    foot = QRectF(rect.left(), rect.bottom() - _PROGRESS_PX, rect.width() * fraction, _PROGRESS_PX)
    painter.fillRect(foot, colour)
