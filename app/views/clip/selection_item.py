"""Draws the selection over a picture of the clip, and makes or changes it by dragging."""

from dataclasses import replace

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen

from app.view_models.viewer.drags import SelectionDrag, edge_at
from app.view_models.viewer.selection import Edge, Selection, SelectionModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.clip.clip_item import ClipItem
from app.views.widgets.theme import Theme, faded

_REACH_PX = 6.0
_FILL_ALPHA = 26
_SHADOW = QColor(0, 0, 0, 110)  # around the edges, which would be invisible on bright levels
_CURSORS = {
    Edge.START: Qt.CursorShape.SizeHorCursor,
    Edge.STOP: Qt.CursorShape.SizeHorCursor,
    Edge.LOW: Qt.CursorShape.SizeVerCursor,
    Edge.HIGH: Qt.CursorShape.SizeVerCursor,
}


class SelectionItem(ClipItem):
    """Draws a SelectionModel over the clip, and reports what a drag with the left button selects.

    With Ctrl, or while `takes_frequencies`, a drag selects a rectangle of time and frequency, else
    a range of time with all frequencies. Over a picture without frequencies it always selects time.

    Args:
        selection: What is drawn.
        spectrogram: The clip.
        theme: Its colours.
        height: The height of a picture without an axis of frequencies; None = it has one.

    Attributes:
        takes_frequencies: Whether drags select frequencies as well.

    Signals:
        select_requested: The selection by now, while the drag goes on.
        dragged: A drag began, or ended.
    """

    select_requested = Signal(object)
    dragged = Signal()

    def __init__(
        self,
        selection: SelectionModel,
        spectrogram: SpectrogramModel,
        theme: Theme,
        height: float | None = None,
    ) -> None:
        super().__init__(spectrogram, height)
        self.takes_frequencies = False
        self._selection = selection
        self._drag: SelectionDrag | None = None
        self.set_theme(theme)
        selection.changed.connect(self._on_changed)

    @property
    def is_dragged(self) -> bool:
        """Whether a drag goes on."""
        return self._drag is not None

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._colour = QColor(theme.done)
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw all that is selected."""
        for one in self._selection.regions:
            self._paint_region(painter, self._rect_of(one))

    def _paint_region(self, painter: QPainter, rect: QRectF) -> None:
        """Draw a region: a translucent fill with edges of one pixel at any zoom."""
        painter.fillRect(rect, faded(self._colour, _FILL_ALPHA))
        for colour, width_px in ((_SHADOW, 3.0), (self._colour, 1.0)):
            pen = QPen(colour, width_px)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(rect)

    @property
    def rect(self) -> QRectF:
        """The selection in seconds and places; empty without one."""
        chosen = self._selection.current
        return QRectF() if chosen is None else self._rect_of(chosen)

    def _rect_of(self, chosen: Selection) -> QRectF:
        low, high = 0.0, self._bounds.height()
        if chosen.band_hz is not None and self._height is None:
            low, high = map(self._spectrogram.scale.place_of, chosen.band_hz)
        return QRectF(chosen.start_s, low, chosen.length_s, high - low)

    def hoverEvent(self, event: HoverEvent) -> None:
        """Show by the pointer which edge can be dragged."""
        edge = None
        if not event.isExit() and event.acceptDrags(Qt.MouseButton.LeftButton):
            edge = self._edge_at(event.pos())
        self.setCursor(_CURSORS[edge] if edge else Qt.CursorShape.CrossCursor)

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        """Select, or move an edge; other buttons belong to the view."""
        if event.button() is not Qt.MouseButton.LeftButton or self._bounds.isEmpty():
            event.ignore()
            return
        event.accept()
        if event.isStart():
            self._drag = self._begin_drag(event)
            self.dragged.emit()
        if self._drag is not None:
            at = event.pos()
            self.select_requested.emit(self._drag.to(at.x(), at.y()))
        if event.isFinish():
            self._drag = None
            self.dragged.emit()

    def _begin_drag(self, event: MouseDragEvent) -> SelectionDrag:
        at = event.buttonDownPos()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        edge = self._edge_at(at)
        held = self._selection.current if edge else None
        with_band = self._height is None and (self.takes_frequencies or ctrl)
        scale = self._spectrogram.scale
        return SelectionDrag(at.x(), at.y(), scale, with_band, edge, held)

    def _edge_at(self, at: pg.Point | QPointF) -> Edge | None:
        pixel_s, pixel_places = self.pixelWidth(), self.pixelHeight()
        if not pixel_s or not pixel_places:
            return None
        current = self._selection.current
        if current is not None and self._height is not None:
            current = replace(current, band_hz=None)
        reach = _REACH_PX * pixel_s, _REACH_PX * pixel_places
        return edge_at(current, at.x(), at.y(), reach=reach, scale=self._spectrogram.scale)

    @Slot()
    def _on_changed(self) -> None:
        self.update()
