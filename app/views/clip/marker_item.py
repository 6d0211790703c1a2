"""Draws markers over a picture of the clip: lines with flags, which are clicked and dragged."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsSceneMouseEvent

from app.view_models.viewer.markers import MarkersModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.clip.clip_item import ClipItem
from app.views.widgets.theme import Theme, faded
from core.api.take import Marker

_FLAG_PX, _NARROWEST_PX, _WIDEST_PX = 17.0, 9.0, 160.0
_BESIDE_TEXT_PX = 4.0
_GAP_PX = 2.0  # between a flag and the next marker
_FONT_PX = 11
_CASING_ALPHA = 150  # beside the line, which would be invisible on levels of its colour
_LINE_ALPHA = 190


@dataclass(frozen=True, slots=True)
class _Flag:
    """Where a marker is drawn, in pixels from the left of what is on screen."""

    marker: Marker
    left_px: float
    width_px: float


class MarkerItem(ClipItem):
    """Draws a MarkersModel over the clip.

    Args:
        markers: What is drawn, and changed by drags.
        spectrogram: The clip.
        theme: Its colours.
        height: The height of a picture without an axis of frequencies; None = it has one.

    Signals:
        clicked: A marker's flag was clicked; its time in seconds.
        name_requested: A flag was clicked twice: the marker, which is chosen, wants a name.
    """

    clicked = Signal(float)
    name_requested = Signal()

    def __init__(
        self,
        markers: MarkersModel,
        spectrogram: SpectrogramModel,
        theme: Theme,
        height: float | None = None,
    ) -> None:
        super().__init__(spectrogram, height)
        self._markers = markers
        self._held_s: float | None = None  # from the marker to where its flag is held
        self._font = QFont()
        self._font.setPixelSize(_FONT_PX)
        self.set_theme(theme)
        markers.changed.connect(self._on_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._colour, self._text_colour = QColor(theme.accent), QColor(theme.on_accent)
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw all markers on screen, in pixels, so that lines and names keep their size."""
        to_pixels, view = painter.worldTransform(), self.viewRect()
        area = to_pixels.mapRect(view)
        painter.setWorldTransform(QTransform())
        painter.setFont(self._font)
        for flag in self._flags():
            self._paint_flag(painter, flag, area)
        painter.setWorldTransform(to_pixels)

    def _paint_flag(self, painter: QPainter, flag: _Flag, area: QRectF) -> None:
        left, is_chosen = area.left() + flag.left_px, flag.marker == self._markers.drawn_choice
        colour = self._colour if is_chosen else faded(self._colour, _LINE_ALPHA)
        casing = faded(self._text_colour, _CASING_ALPHA)
        for line_colour, width_px in ((casing, 3.0), (colour, 2.0 if is_chosen else 1.0)):
            painter.setPen(QPen(line_colour, width_px))
            painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()))
        rect = QRectF(left, area.top(), flag.width_px, _FLAG_PX)
        painter.fillRect(rect, self._colour)
        text = rect.adjusted(_BESIDE_TEXT_PX, 0, -_BESIDE_TEXT_PX, 0)
        if text.width() > 0 and flag.marker.name:
            name = QFontMetricsF(self._font).elidedText(
                flag.marker.name, Qt.TextElideMode.ElideRight, text.width() + 1
            )
            painter.setPen(self._text_colour)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
        if is_chosen:
            painter.setPen(QPen(self._text_colour, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1.5, 1.5, -1.5, -1.5))

    def _flags(self) -> Iterator[_Flag]:
        """The markers on screen; a flag ends where the next one begins."""
        view, pixel_s = self.viewRect(), self.pixelWidth()
        if not pixel_s or view is None:
            return
        metrics, drawn = QFontMetricsF(self._font), self._markers.drawn
        for number, marker in enumerate(drawn):
            left_px = (marker.time_s - view.left()) / pixel_s
            if left_px + _WIDEST_PX < 0 or marker.time_s > view.right():
                continue  # it is drawn often: only what is on screen is measured
            room_px = _WIDEST_PX
            if number + 1 < len(drawn):
                room_px = (drawn[number + 1].time_s - marker.time_s) / pixel_s - _GAP_PX
            name_px = metrics.horizontalAdvance(marker.name) + 2 * _BESIDE_TEXT_PX
            wanted_px = min(name_px, _WIDEST_PX) if marker.name else _NARROWEST_PX
            width_px = max(_NARROWEST_PX, min(wanted_px, room_px))
            yield _Flag(marker, left_px, width_px)

    def _marker_at(self, at: QPointF) -> Marker | None:
        """The marker whose flag is at a place; the last one drawn where several are."""
        view, pixel_s, pixel = self.viewRect(), self.pixelWidth(), self.pixelHeight()
        if not pixel_s or not pixel or (view.bottom() - at.y()) / pixel > _FLAG_PX:
            return None
        at_px = (at.x() - view.left()) / pixel_s
        flags = (one for one in self._flags() if one.left_px <= at_px <= one.left_px + one.width_px)
        return next((one.marker for one in reversed([*flags])), None)

    def hoverEvent(self, event: HoverEvent) -> None:
        """Take clicks and drags of flags before the selection does."""
        marker = None if event.isExit() else self._marker_at(event.pos())
        if marker is None:
            self.unsetCursor()
            self.setToolTip("")
        elif event.acceptDrags(Qt.MouseButton.LeftButton):
            event.acceptClicks(Qt.MouseButton.LeftButton)
            self.setCursor(Qt.CursorShape.SizeHorCursor)
            self.setToolTip(marker.name)

    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        """Choose a marker and go to it; twice, name it."""
        marker = self._marker_at(event.pos())
        if event.button() is not Qt.MouseButton.LeftButton or marker is None:
            event.ignore()
            return
        event.accept()
        self._markers.choose(marker)
        if event.double():
            self.name_requested.emit()
        else:
            self.clicked.emit(marker.time_s)

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        """Move a marker by its flag; the history gets it when it is dropped."""
        if event.isStart():
            self._held_s = self._hold(event)
        if self._held_s is None:
            event.ignore()
            return
        event.accept()
        self._markers.drag(event.pos().x() - self._held_s)
        if event.isFinish():
            self._held_s = None
            self._markers.drop()

    def _hold(self, event: MouseDragEvent) -> float | None:
        """Choose the marker whose flag is dragged; None where there is none."""
        down = event.buttonDownPos()
        marker = self._marker_at(down)
        if event.button() is not Qt.MouseButton.LeftButton or marker is None:
            return None
        self._markers.choose(marker)
        return float(down.x()) - marker.time_s

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Leave double clicks to `mouseClickEvent`."""
        event.ignore()

    @Slot()
    def _on_changed(self) -> None:
        self.update()
