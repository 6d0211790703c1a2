"""Draws markers over a picture of the clip: lines with flags, which are clicked and dragged."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsSceneMouseEvent, QStyleOptionGraphicsItem

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
        self._metrics = QFontMetricsF(self._font)
        self._widths_px: dict[str, float] = {}
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # says what is exposed
        self.set_theme(theme)
        markers.changed.connect(self._on_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._colour, self._text_colour = QColor(theme.accent), QColor(theme.on_accent)
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, *_: object) -> None:
        """Draw the markers on screen, in pixels, so that lines and names keep their size."""
        to_pixels = painter.worldTransform()
        area = to_pixels.mapRect(QRectF(self.viewRect()))
        exposed = to_pixels.mapRect(QRectF(option.exposedRect))
        painter.setWorldTransform(QTransform())
        painter.setFont(self._font)
        for flag in self._flags():
            left = area.left() + flag.left_px
            if left - 2 <= exposed.right() and left + flag.width_px >= exposed.left():
                self._paint_flag(painter, flag, area)
        painter.setWorldTransform(to_pixels)

    def _paint_flag(self, painter: QPainter, flag: _Flag, area: QRectF) -> None:
        left, is_chosen = area.left() + flag.left_px, flag.marker == self._markers.drawn_choice
        colour = self._colour if is_chosen else faded(self._colour, _LINE_ALPHA)
        casing, width_px = faded(self._text_colour, _CASING_ALPHA), 2 if is_chosen else 1
        x, top, height_px = round(left), round(area.top()), round(area.height())
        painter.fillRect(x - 1, top, width_px + 2, height_px, casing)
        painter.fillRect(x, top, width_px, height_px, colour)
        rect = QRectF(x, top, round(flag.width_px), _FLAG_PX)
        painter.fillRect(rect.toRect(), self._colour)
        text = rect.adjusted(_BESIDE_TEXT_PX, 0, -_BESIDE_TEXT_PX, 0)
        if flag.width_px > _NARROWEST_PX:
            name = flag.marker.name
            if flag.width_px < self._wanted_px(name):
                right = Qt.TextElideMode.ElideRight
                name = self._metrics.elidedText(name, right, text.width())
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
        drawn = self._markers.drawn
        for number, marker in enumerate(drawn):
            left_px = (marker.time_s - view.left()) / pixel_s
            if left_px + _WIDEST_PX < 0 or marker.time_s > view.right():
                continue  # it is drawn often: only what is on screen is measured
            room_px = _WIDEST_PX
            if number + 1 < len(drawn):
                room_px = (drawn[number + 1].time_s - marker.time_s) / pixel_s - _GAP_PX
            width_px = _NARROWEST_PX
            if marker.name and room_px > _NARROWEST_PX:
                width_px = max(_NARROWEST_PX, min(self._wanted_px(marker.name), room_px))
            yield _Flag(marker, left_px, width_px)

    def _wanted_px(self, name: str) -> float:
        """How wide the flag of a name is; measured once, as it is drawn often."""
        if name not in self._widths_px:
            name_px = self._metrics.horizontalAdvance(name) + 2 * _BESIDE_TEXT_PX
            self._widths_px[name] = min(name_px + 1, _WIDEST_PX)
        return self._widths_px[name]

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
