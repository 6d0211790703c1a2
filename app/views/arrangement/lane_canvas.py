"""The lanes of the arrangement: draws tracks and layers, and turns the mouse into edits."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.layer_drag import Handle, LayerDrag
from app.view_models.arrangement.snapping import Magnets, magnets_of
from app.view_models.arrangement.sound_overviews import SoundOverviews
from app.view_models.arrangement.time_window import ZOOM_STEP, TimeWindow
from app.view_models.takes.list_item import dragged_takes
from app.view_models.transport.transport import TransportModel
from app.views.arrangement.arrangement_texts import ArrangementTexts
from app.views.arrangement.lane_geometry import ROW_PX, LaneGeometry
from app.views.arrangement.layer_painter import LayerPainter
from app.views.widgets.labels import tool_tip
from app.views.widgets.theme import Theme, faded

_NOTCH = 120
_PAN_PER_NOTCH, _PAN_PER_MOVE = 0.1, 0.02
_REACH_PX = 8  # from how far edges are attracted
_DRAG_PX = 4  # a pointer that moves less has clicked
_ROW_ALPHA, _DROP_ALPHA, _RANGE_ALPHA = 26, 120, 30
_CURSORS = {
    Handle.BODY: Qt.CursorShape.OpenHandCursor,
    Handle.START: Qt.CursorShape.SizeHorCursor,
    Handle.STOP: Qt.CursorShape.SizeHorCursor,
    Handle.FADE_IN: Qt.CursorShape.PointingHandCursor,
    Handle.FADE_OUT: Qt.CursorShape.PointingHandCursor,
}


class LaneCanvas(QWidget):
    """Shows an ArrangementModel: a row for each track, and an empty one below them.

    A drag moves a layer by its body, trims it by its edges, and fades it by the squares at its
    corners; with Shift nothing attracts it, and Esc gives it up. One beside layers chooses them.

    Signals:
        seek_requested: A moment that was clicked, in seconds.
        layer_opened: A layer, by number, was double-clicked.
        gain_requested: The chosen layers should be so many decibels louder.
        takes_dropped: Takes of the history, by name, a place in samples, and a row.
        menu_requested: A menu should open, at a place on the screen.
    """

    seek_requested = Signal(float)
    layer_opened = Signal(int)
    gain_requested = Signal(float)
    takes_dropped = Signal(list, int, int)
    menu_requested = Signal(QPoint)
    accessible_role = QAccessible.Role.Graphic

    def __init__(
        self,
        model: ArrangementModel,
        *,
        window: TimeWindow,
        overviews: SoundOverviews,
        transport: TransportModel,
        texts: ArrangementTexts,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._model, self._time, self._transport = model, window, transport
        self._texts = texts
        self._painter = LayerPainter(overviews, texts, theme)
        self._pressed: tuple[LayerDrag, QPointF] | None = None
        self._drop: QPointF | None = None
        self._band: QRectF | None = None  # from where an empty place was pressed to the pointer
        self._head_px = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setMinimumWidth(120)
        self.setAccessibleName(self.tr("Layers"))
        model.changed.connect(self._on_changed)
        model.chosen_changed.connect(self.update)
        model.range_changed.connect(self.update)
        window.changed.connect(self.update)
        overviews.arrived.connect(self.update)
        transport.moved.connect(self._on_moved)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._painter.theme = theme
        self.update()

    @property
    def geometry_of_lanes(self) -> LaneGeometry:
        """Where everything is now."""
        arrangement = self._model.arrangement
        px_per_s = max(self.width(), 1) / self._time.length_s
        return LaneGeometry(self._time.start_s, px_per_s, arrangement.sample_rate, arrangement)

    def sizeHint(self) -> QSize:
        """As high as all rows, and an empty one, where a new track begins."""
        return QSize(600, (len(self._model.arrangement.tracks) + 1) * ROW_PX)

    def minimumSizeHint(self) -> QSize:
        """All rows; the view scrolls."""
        return QSize(120, self.sizeHint().height())

    @Slot()
    def _on_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is exposed of rows, layers, drop mark and play head."""
        painter, theme, geometry = QPainter(self), self._painter.theme, self.geometry_of_lanes
        exposed = QRectF(event.rect())
        painter.fillRect(event.rect(), QColor(theme.canvas))
        self._painter.paint_rows(
            painter, self._model.arrangement, self._model.track_id, self.width()
        )
        arrangement, chosen = self._model.arrangement, set(self._model.chosen)
        heard = {one.layer_id for one in arrangement.heard_layers}
        for layer in sorted(arrangement.layers, key=lambda one: one.layer_id in chosen):
            self._painter.paint(
                painter,
                geometry,
                layer,
                exposed,
                is_chosen=layer.layer_id in chosen,
                is_heard=layer.layer_id in heard,
            )
        if self._model.range_s is not None:
            left, right = (geometry.x_of(one * geometry.sample_rate) for one in self._model.range_s)
            place = QRectF(left, 0, right - left, self.height())
            painter.fillRect(place, faded(theme.accent, _RANGE_ALPHA))
        if self._drop is not None:
            self._paint_drop(painter, self._drop)
        if self._band is not None and not self._band.isNull():
            painter.setPen(QColor(theme.accent))
            painter.setBrush(faded(theme.accent, _RANGE_ALPHA))
            painter.drawRect(self._band.normalized())
        self._head_px = self._head_x()
        painter.fillRect(QRect(self._head_px, 0, 1, self.height()), QColor(theme.text))
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_drop(self, painter: QPainter, point: QPointF) -> None:
        """Mark where what is held over the lanes would begin."""
        row = self.geometry_of_lanes.row_at(point.y())
        accent = faded(self._painter.theme.accent, _DROP_ALPHA)
        painter.fillRect(QRectF(point.x(), row * ROW_PX, 3, ROW_PX), accent)
        painter.fillRect(QRectF(0, row * ROW_PX, self.width(), ROW_PX), faded(accent, _ROW_ALPHA))

    def _head_x(self) -> int:
        seconds = self._transport.position_s - self._time.start_s
        return round(seconds * self.width() / self._time.length_s)

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        """Repaint only the columns where the play head was and is."""
        head_px = self._head_x()
        if head_px != self._head_px and self.isVisible():
            for x in (self._head_px, head_px):
                self.update(x - 1, 0, 3, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer; a drag of it may follow."""
        point, geometry = event.position(), self.geometry_of_lanes
        layer = geometry.layer_at(point, self._model.chosen)
        if event.button() is Qt.MouseButton.RightButton and layer is not None:
            if layer.layer_id not in self._model.chosen:
                self._model.choose([layer.layer_id])
            return
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if layer is None:
            self._on_empty_pressed(geometry, point)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._model.toggle(layer.layer_id)
        else:
            if layer.layer_id not in self._model.chosen:
                self._model.choose([layer.layer_id])
            drag = LayerDrag(
                arrangement=self._model.settled,
                layer_ids=frozenset(self._model.chosen),
                layer_id=layer.layer_id,
                handle=geometry.handle_at(layer, point),
                from_place=geometry.place_at(point.x()),
                from_row=geometry.row_at(point.y()),
                magnets=self._magnets(geometry),
            )
            self._pressed = drag, point

    def _on_empty_pressed(self, geometry: LaneGeometry, point: QPointF) -> None:
        """Choose nothing but the track; a drag chooses what it touches, a click goes there."""
        tracks, row = self._model.arrangement.tracks, geometry.row_at(point.y())
        self._model.choose([])
        if row < len(tracks):
            self._model.choose_track(tracks[row].track_id)
        self._band = QRectF(point, point)

    def _magnets(self, geometry: LaneGeometry) -> Magnets:
        if not self._model.snaps:
            return Magnets()
        head = round(self._transport.position_s * geometry.sample_rate)
        reach = geometry.samples_of(_REACH_PX)
        return magnets_of(self._model.settled, self._model.chosen, head, reach)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show by the pointer what can be dragged."""
        point, geometry = event.position(), self.geometry_of_lanes
        if self._band is not None:
            self._band.setBottomRight(point)
            if (point - self._band.topLeft()).manhattanLength() >= _DRAG_PX:
                self._model.choose(geometry.touched_by(self._band.normalized()))
                self.update()
            return
        if self._pressed is None:
            layer = geometry.layer_at(point, self._model.chosen)
            handle = geometry.handle_at(layer, point) if layer is not None else None
            self.setCursor(_CURSORS[handle] if handle else Qt.CursorShape.ArrowCursor)
            return
        drag, pressed_at = self._pressed
        has_moved = (point - pressed_at).manhattanLength() >= _DRAG_PX
        if has_moved or self._model.is_dragged:
            if not 0 <= point.x() <= self.width():  # what is dragged out of sight is followed
                self._time.pan(_PAN_PER_MOVE if point.x() > 0 else -_PAN_PER_MOVE)
                geometry = self.geometry_of_lanes
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                drag = drag.without_magnets()
            self._model.drag(drag.to(geometry.place_at(point.x()), geometry.row_at(point.y())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Make an edit of the drag; without one, choose what was clicked alone, or go there."""
        band, self._band = self._band, None
        if band is not None:
            self.update()
            if (band.bottomRight() - band.topLeft()).manhattanLength() < _DRAG_PX:
                geometry = self.geometry_of_lanes
                self.seek_requested.emit(geometry.place_at(band.left()) / geometry.sample_rate)
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        (drag, _), self._pressed = self._pressed, None
        if self._model.is_dragged:
            self._model.edit(self._model.arrangement)
            self._model.choose(self._model.chosen)  # and so the track that they are on now
        else:
            self._model.choose([drag.layer_id])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the layer."""
        layer = self.geometry_of_lanes.layer_at(event.position(), self._model.chosen)
        if layer is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pressed = None
            self.layer_opened.emit(layer.layer_id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; with Shift move along, with Ctrl change the gain of a layer."""
        geometry, delta = self.geometry_of_lanes, event.angleDelta()
        notches, modifiers = (delta.y() or delta.x()) / _NOTCH, event.modifiers()
        layer = geometry.layer_at(event.position(), self._model.chosen)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            if layer is not None and layer.layer_id not in self._model.chosen:
                self._model.choose([layer.layer_id])
            if layer is not None:
                self.gain_requested.emit(notches)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            self._time.pan(-_PAN_PER_NOTCH * notches)
        else:
            moment_s = geometry.place_at(event.position().x()) / geometry.sample_rate
            self._time.zoom(ZOOM_STEP**notches, moment_s)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu, by the right button or by its key."""
        self.menu_requested.emit(event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Describe the layer under the pointer; keep Esc from the window while it is of use."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            layer = self.geometry_of_lanes.layer_at(QPointF(event.pos()), self._model.chosen)
            tip = self._texts.layer(self._model.arrangement, layer) if layer else ""
            QToolTip.showText(event.globalPos(), tool_tip(tip) if tip else "", self)
            return True
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._takes_esc(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up a drag, or choose nothing, with Esc."""
        if not self._takes_esc(event):
            super().keyPressEvent(event)
        elif self._pressed is not None:
            self._pressed = None
            self._model.end_drag()
        else:
            self._model.choose([])

    def _takes_esc(self, event: QKeyEvent) -> bool:
        is_of_use = self._pressed is not None or bool(self._model.chosen)
        return event.key() == Qt.Key.Key_Escape and is_of_use

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept takes of the history."""
        if dragged_takes(event.mimeData()):
            event.acceptProposedAction()
            self._mark_drop(event.position())

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Mark where they would begin."""
        self._mark_drop(event.position())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Remove the mark."""
        self._mark_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for layers of these takes."""
        self._mark_drop(None)
        geometry, point = self.geometry_of_lanes, event.position()
        place = self._magnets(geometry).attracted(geometry.place_at(point.x()))
        event.acceptProposedAction()
        row = geometry.row_at(point.y())
        self.takes_dropped.emit(list(dragged_takes(event.mimeData())), place, row)

    def _mark_drop(self, point: QPointF | None) -> None:
        self._drop = point
        self.update()
