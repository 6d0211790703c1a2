"""Paints layers: block, name, waveform, fades, and how they are chosen."""

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from app.view_models.arrangement.layer_drag import Handle
from app.view_models.arrangement.sound_overviews import SoundOverviews
from app.view_models.transport.peak_pyramid import Peaks
from app.views.arrangement.arrangement_texts import ArrangementTexts
from app.views.arrangement.lane_geometry import ROW_PX, TITLE_PX, LaneGeometry
from app.views.widgets.theme import Theme, faded
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer

_RADIUS_PX = 4.0
_NAME_PX = 12
_TEXT_MARGIN_PX = 6.0
_GROUND_ALPHA, _CHOSEN_ALPHA, _FADE_ALPHA, _SEAM_ALPHA = 215, 70, 120, 90
_CHOSEN_ROW_ALPHA, _SILENT_ALPHA = 26, 90


class LayerPainter:
    """Draws the layers of an arrangement, and the rows that they lie on.

    Args:
        overviews: What their sounds look like.
        texts: What they are called.
        theme: Their colours.
    """

    def __init__(self, overviews: SoundOverviews, texts: ArrangementTexts, theme: Theme) -> None:
        self._overviews, self._texts, self.theme = overviews, texts, theme

    def paint_rows(
        self, painter: QPainter, arrangement: Arrangement, chosen_id: int, width_px: int
    ) -> None:
        """Draw the rows of the tracks: the chosen one, those that are not heard, and lines."""
        theme, heard = self.theme, {one.track_id for one in arrangement.heard_tracks}
        for number, track in enumerate(arrangement.tracks):
            row = QRect(0, number * ROW_PX, width_px, ROW_PX)
            if track.track_id == chosen_id:
                painter.fillRect(row, faded(theme.accent, _CHOSEN_ROW_ALPHA))
            if track.track_id not in heard:
                painter.fillRect(row, faded(theme.window, _SILENT_ALPHA))
            painter.fillRect(QRect(0, row.bottom(), width_px, 1), QColor(theme.line))

    def paint(
        self,
        painter: QPainter,
        geometry: LaneGeometry,
        layer: Layer,
        exposed: QRectF,
        *,
        is_chosen: bool,
        is_heard: bool,
    ) -> None:
        """Draw what of a layer is in the exposed part."""
        rect = geometry.rect_of(layer)
        if not rect.adjusted(-1, -1, 1, 1).intersects(exposed):
            return
        theme = self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        # Clipped to rectangles: to clip an image to a rounded one takes ten times as long.
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.setBrush(faded(theme.raised, _GROUND_ALPHA))
        painter.drawRoundedRect(rect, _RADIUS_PX, _RADIUS_PX)
        painter.save()
        title = QRectF(rect.left(), rect.top(), rect.width(), TITLE_PX)
        painter.setClipRect(title, Qt.ClipOperation.IntersectClip)
        painter.setBrush(faded(theme.accent, _CHOSEN_ALPHA) if is_chosen else QColor(theme.hover))
        painter.drawRoundedRect(rect, _RADIUS_PX, _RADIUS_PX)
        painter.restore()
        self._paint_wave(painter, geometry, layer, exposed, is_heard=is_heard)
        self._paint_seams(painter, geometry, layer)
        self._paint_fades(painter, geometry, layer)
        self._paint_name(painter, rect, layer, is_heard=is_heard)
        painter.restore()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.accent if is_chosen else theme.faint), 2 if is_chosen else 1)
        painter.setPen(pen)
        painter.drawRoundedRect(rect, _RADIUS_PX, _RADIUS_PX)
        if is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            for square in geometry.fade_squares(layer).values():
                painter.drawRect(square.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_wave(
        self,
        painter: QPainter,
        geometry: LaneGeometry,
        layer: Layer,
        exposed: QRectF,
        *,
        is_heard: bool,
    ) -> None:
        """Draw the columns that are exposed: one a pixel."""
        wave = geometry.wave_rect_of(layer)
        left = max(int(wave.left()), int(exposed.left()))
        right = min(int(wave.right()) + 1, int(exposed.right()) + 2)
        if right <= left:
            return
        pixels = np.arange(left, right + 1, dtype=np.float64)
        places = (pixels / geometry.px_per_s + geometry.start_s) * geometry.sample_rate
        edges = np.clip(places, layer.start, layer.stop)
        peaks = self._overviews.columns(layer, edges)
        if peaks is not None:
            colour = self.theme.parked if is_heard else self.theme.faint
            image = wave_image(peaks, round(wave.height()), colour)
            painter.drawImage(QPointF(left, wave.top()), image)

    def _paint_seams(self, painter: QPainter, geometry: LaneGeometry, layer: Layer) -> None:
        """Mark where a layer that repeats begins again."""
        if not layer.is_looped:
            return
        wave = geometry.wave_rect_of(layer)
        painter.setPen(QPen(faded(self.theme.text, _SEAM_ALPHA), 1, Qt.PenStyle.DotLine))
        period = layer.span.length
        if period / geometry.sample_rate * geometry.px_per_s < TITLE_PX / 2:
            return
        for place in range(layer.start + period - layer.loop_phase, layer.stop, period):
            x = geometry.x_of(place)
            painter.drawLine(QPointF(x, wave.top()), QPointF(x, wave.bottom()))

    def _paint_fades(self, painter: QPainter, geometry: LaneGeometry, layer: Layer) -> None:
        """Shade what the fades take away."""
        wave = geometry.wave_rect_of(layer)
        painter.setPen(QPen(QColor(self.theme.text), 1))
        painter.setBrush(faded(self.theme.window, _FADE_ALPHA))
        for length, handle in ((layer.fade_in, Handle.FADE_IN), (layer.fade_out, Handle.FADE_OUT)):
            width = length / geometry.sample_rate * geometry.px_per_s
            if width < 1:
                continue
            is_in = handle is Handle.FADE_IN
            outer = wave.left() if is_in else wave.right()
            inner = outer + (width if is_in else -width)
            path = QPainterPath(QPointF(outer, wave.bottom()))
            path.cubicTo(
                QPointF((outer + inner) / 2, wave.bottom()),
                QPointF((outer + inner) / 2, wave.top()),
                QPointF(inner, wave.top()),
            )
            path.lineTo(QPointF(outer, wave.top()))
            path.closeSubpath()
            painter.drawPath(path)

    def _paint_name(self, painter: QPainter, rect: QRectF, layer: Layer, *, is_heard: bool) -> None:
        """Write the name, and the gain where there is one."""
        font = QFont(painter.font())
        font.setPixelSize(_NAME_PX)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text if is_heard else self.theme.muted))
        place = QRectF(max(rect.left(), 0.0), rect.top(), 0, TITLE_PX)
        place.setRight(rect.right())
        place.adjust(_TEXT_MARGIN_PX, 0, -_TEXT_MARGIN_PX, 0)
        text = self._texts.layer_name(layer)
        if layer.gain_db:
            text += f"  {self._texts.gain(layer.gain_db)}"
        metrics = QFontMetricsF(font)
        elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)


def wave_image(peaks: Peaks, height_px: int, colour: str) -> QImage:
    """Columns (n,) as a transparent image, full scale from edge to edge; silence is a line."""
    middle = (height_px - 1) / 2
    top = np.floor(middle - np.clip(peaks.high, -1, 1) * middle)
    bottom = np.ceil(middle - np.clip(peaks.low, -1, 1) * middle)
    rows = np.arange(height_px)[:, None]
    is_drawn = (rows >= top) & (rows <= bottom) & (peaks.low <= peaks.high)
    pixels = np.where(is_drawn, np.uint32(QColor(colour).rgba()), np.uint32(0)).astype(np.uint32)
    width_px = len(peaks.low)
    format_ = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.tobytes(), width_px, height_px, width_px * 4, format_).copy()
