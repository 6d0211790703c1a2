"""Where layers are on the screen, and what of them is at a point. Pure geometry in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from app.view_models.arrangement.layer_drag import Handle
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer

ROW_PX = 88
TITLE_PX = 18
_MARGIN_PX = 3  # above and below a layer
_EDGE_PX = 6.0  # an edge is grabbed from so far
HANDLE_PX = 9.0  # the edge of the square that drags a fade
_NARROWEST_PX = 24.0  # a layer that is narrower has no squares: they would hide its edges


@dataclass(frozen=True, slots=True)
class LaneGeometry:
    """Samples to pixels and back.

    Attributes:
        start_s: The moment at the left border.
        px_per_s: The zoom.
        sample_rate: Samples a second of the arrangement.
        arrangement: Whose layers they are.
    """

    start_s: float
    px_per_s: float
    sample_rate: int
    arrangement: Arrangement

    def x_of(self, place: float) -> float:
        """The pixel of a sample."""
        return (place / self.sample_rate - self.start_s) * self.px_per_s

    def place_at(self, x: float) -> int:
        """The sample at a pixel, not before the first one."""
        return max(0, round((x / self.px_per_s + self.start_s) * self.sample_rate))

    def samples_of(self, width_px: float) -> int:
        """How many samples a distance stands for."""
        return max(1, round(width_px / self.px_per_s * self.sample_rate))

    def row_at(self, y: float) -> int:
        """The row of tracks at a pixel; one more than there are, below the last one."""
        return max(0, min(int(y // ROW_PX), len(self.arrangement.tracks)))

    def row_of(self, layer: Layer) -> int:
        """The row of a layer."""
        ids = [one.track_id for one in self.arrangement.tracks]
        return ids.index(layer.track_id)

    def rect_of(self, layer: Layer) -> QRectF:
        """The rectangle of a layer."""
        left, right = self.x_of(layer.start), self.x_of(layer.stop)
        top = self.row_of(layer) * ROW_PX + _MARGIN_PX
        return QRectF(left, top, max(2.0, right - left), ROW_PX - 2 * _MARGIN_PX)

    def wave_rect_of(self, layer: Layer) -> QRectF:
        """The part of it below its title."""
        return self.rect_of(layer).adjusted(0, TITLE_PX, 0, 0)

    def fade_squares(self, layer: Layer) -> dict[Handle, QRectF]:
        """The squares that drag the fades; none on a narrow layer."""
        wave = self.wave_rect_of(layer)
        if wave.width() < _NARROWEST_PX:
            return {}
        last = wave.right() - HANDLE_PX
        left = min(self.x_of(layer.start + layer.fade_in), last - HANDLE_PX)
        right = max(self.x_of(layer.stop - layer.fade_out) - HANDLE_PX, wave.left() + HANDLE_PX)
        return {
            Handle.FADE_IN: QRectF(left, wave.top(), HANDLE_PX, HANDLE_PX),
            Handle.FADE_OUT: QRectF(right, wave.top(), HANDLE_PX, HANDLE_PX),
        }

    def touched_by(self, rect: QRectF) -> list[int]:
        """The layers, by number, that a rectangle touches, from left to right."""
        touched = [one for one in self.arrangement.layers if self.rect_of(one).intersects(rect)]
        return [one.layer_id for one in sorted(touched, key=lambda one: one.start)]

    def layer_at(self, point: QPointF, first: Iterable[int] = ()) -> Layer | None:
        """The layer at a point: of several, one that is named first, else the last one added."""
        reach = QRectF(point.x() - _EDGE_PX, point.y(), 2 * _EDGE_PX, 1)
        inside = [one for one in self.arrangement.layers if self.rect_of(one).contains(point)]
        near = [one for one in self.arrangement.layers if self.rect_of(one).intersects(reach)]
        found = inside or near
        wanted = [one for one in found if one.layer_id in set(first)] or found
        return wanted[-1] if wanted else None

    def handle_at(self, layer: Layer, point: QPointF) -> Handle:
        """The part of a layer at a point that is on it, or beside it."""
        for handle, square in self.fade_squares(layer).items():
            if square.adjusted(-1, -1, 1, 2).contains(point):
                return handle
        rect = self.rect_of(layer)
        reach = min(_EDGE_PX, rect.width() / 3)
        if point.x() <= rect.left() + reach:
            return Handle.START
        return Handle.STOP if point.x() >= rect.right() - reach else Handle.BODY
