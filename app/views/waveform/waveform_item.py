"""Draws the channels of a waveform: peaks when zoomed out, lines from sample to sample when not."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from app.view_models.picture.waveform_model import Lane, WaveformModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.clip.clip_item import ClipItem
from app.views.waveform.level_axis import LANE_SHARE
from app.views.waveform.peaks_image import FULL_SCALE, clipped_columns, peaks_image
from app.views.widgets.theme import Theme, faded

_CLIP_MARK_PX = 3
_DOT_PX = 2.0
_DOTS_FROM_PX = 8.0  # between two samples
_SCALE_LINE_ALPHA = 110
_HEIGHT = 1.0


class WaveformItem(ClipItem):
    """Draws a WaveformModel: x in seconds, lanes from the top of the picture to its foot."""

    def __init__(
        self, waveform: WaveformModel, spectrogram: SpectrogramModel, theme: Theme
    ) -> None:
        super().__init__(spectrogram, _HEIGHT)
        self._waveform = waveform
        self._image: QImage | None = None
        self._wanted: tuple[object, ...] = ()
        self.set_theme(theme)
        waveform.written.connect(self._on_written)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._image = None
        self.update()

    def viewRangeChanged(self) -> None:
        """Repaint when another part of the clip is on screen; pyqtgraph calls this."""
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the part on screen, in pixels."""
        visible = QRectF(self.viewRect()).intersected(self._bounds)
        if visible.isEmpty():
            return
        to_pixels = painter.worldTransform()
        target = to_pixels.mapRect(visible)
        ratio = painter.device().devicePixelRatioF()
        wanted = (visible.left(), visible.right(), target.width(), target.height(), ratio)
        if self._image is None or self._wanted != wanted:
            self._wanted = wanted
            self._image = self._picture(visible, target, ratio)
        painter.setWorldTransform(QTransform())
        painter.drawImage(target.topLeft(), self._image)
        painter.setWorldTransform(to_pixels)

    def _picture(self, visible: QRectF, target: QRectF, ratio: float) -> QImage:
        width_px, height_px = (max(1, round(edge)) for edge in (target.width(), target.height()))
        size = round(width_px * ratio), round(height_px * ratio)
        image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        lanes = self._waveform.lanes(visible.left(), visible.right(), size[0])
        painter = QPainter(image)
        for number, lane in enumerate(lanes):
            height = height_px / len(lanes)
            area = QRectF(0, number * height, width_px, height)
            self._paint_scale(painter, area, is_first=number == 0)
            if lane.peaks is not None:
                self._paint_peaks(painter, area, lane, ratio)
            else:
                self._paint_samples(painter, area, lane, visible)
        painter.end()
        return image

    def _paint_scale(self, painter: QPainter, area: QRectF, *, is_first: bool) -> None:
        """Lines at silence and at full scale, and one between two lanes."""
        middle, reach = area.center().y(), area.height() / 2 * LANE_SHARE
        lines = [(y, faded(self._theme.line, _SCALE_LINE_ALPHA)) for y in (-reach, 0.0, reach)]
        if not is_first:
            lines.append((area.top() - middle, QColor(self._theme.line)))
        for y, colour in lines:
            painter.fillRect(QRectF(area.left(), round(middle + y), area.width(), 1), colour)

    def _paint_peaks(self, painter: QPainter, area: QRectF, lane: Lane, ratio: float) -> None:
        assert lane.peaks is not None
        inner_px = area.height() * LANE_SHARE
        image = peaks_image(lane.peaks, max(2, round(inner_px * ratio)), self._theme.parked)
        image.setDevicePixelRatio(ratio)
        top = area.center().y() - inner_px / 2
        painter.drawImage(QPointF(area.left(), top), image)
        above, below = clipped_columns(lane.peaks)
        for columns, is_above in ((above, True), (below, False)):
            for column in columns:
                self._paint_clip_mark(painter, area, column / ratio, is_above=is_above)

    def _paint_samples(self, painter: QPainter, area: QRectF, lane: Lane, visible: QRectF) -> None:
        """A line through the samples, with dots where they are far apart."""
        rate = self._waveform.sample_rate
        pixels_per_s = area.width() / visible.width()
        times_s = (lane.first_sample + np.arange(len(lane.samples))) / rate
        x = (times_s - visible.left()) * pixels_per_s
        reach = area.height() / 2 * LANE_SHARE
        y = area.center().y() - np.clip(lane.samples, -1, 1) * reach
        points = [QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]
        colour = QColor(self._theme.parked)
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.5))
        painter.drawPolyline(QPolygonF(points))
        if pixels_per_s / rate >= _DOTS_FROM_PX:
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            for point in points:
                painter.drawEllipse(point, _DOT_PX, _DOT_PX)
        painter.restore()
        for index in np.flatnonzero(np.abs(lane.samples) >= FULL_SCALE).tolist():
            is_above = bool(lane.samples[index] > 0)
            self._paint_clip_mark(painter, area, float(x[index]), is_above=is_above)

    def _paint_clip_mark(
        self, painter: QPainter, area: QRectF, x: float, *, is_above: bool
    ) -> None:
        """A mark at the edge of the lane at which a sample has no room left."""
        top = area.top() if is_above else area.bottom() - _CLIP_MARK_PX
        painter.fillRect(QRectF(x - 0.5, top, 2, _CLIP_MARK_PX), QColor(self._theme.danger))

    @Slot()
    def _on_reset(self) -> None:
        self._image = None
        super()._on_reset()

    @Slot()
    def _on_written(self) -> None:
        self._image = None
        self.update()
