"""The overview: the whole waveform, with the visible range as a frame to drag and resize."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.clock_time import clock_text
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.drags import Grip, RangeDrag, centred, grip_at
from app.view_models.viewer.markers import MarkersModel
from app.view_models.viewer.selection import SelectionModel
from app.views.clip.clip_view_box import SHORTEST_VIEW_S
from app.views.waveform.peaks_image import lanes_image
from app.views.widgets.theme import Theme, faded

_HEIGHT_PX = 44
_REACH_PX = 6.0
_OUTSIDE_ALPHA = 150
_SELECTION_ALPHA = 70
_STEP = 0.1  # of the visible range, for a key
_NOTCH = 120
_FLAG_PX = 5
_CURSORS = {
    Grip.START: Qt.CursorShape.SizeHorCursor,
    Grip.STOP: Qt.CursorShape.SizeHorCursor,
    Grip.WHOLE: Qt.CursorShape.OpenHandCursor,
    None: Qt.CursorShape.PointingHandCursor,
}


class Overview(QWidget):
    """Draws the peaks of a TransportModel's clip, in a lane for each channel.

    Signals:
        range_requested: Another stretch should be on screen, from and to in seconds.
        zoom_requested: Show 1 / factor as much time, about a moment in seconds.
        fit_requested: Show everything.
    """

    range_requested = Signal(float, float)
    zoom_requested = Signal(float, float)
    fit_requested = Signal()
    accessible_role = QAccessible.Role.Graphic

    def __init__(
        self,
        transport: TransportModel,
        selection: SelectionModel,
        markers: MarkersModel,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._transport, self._selection, self._theme = transport, selection, theme
        self._markers = markers
        self._visible_s = (0.0, 0.0)
        self._head_px = 0
        self._drag: RangeDrag | None = None
        self._image: QImage | None = None
        self._drawn: tuple[object, ...] = ()
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Overview"))
        self.setToolTip(
            self.tr(
                "The whole sound. Drag the window to move along, its ends to zoom; double-click "
                "to see everything. Arrow keys move, + and - zoom."
            )
        )
        transport.changed.connect(self._on_changed)
        transport.moved.connect(self._on_moved)
        selection.changed.connect(self.update)
        markers.changed.connect(self.update)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as may be."""
        return QSize(600, _HEIGHT_PX)

    @Slot(float, float)
    def show_range(self, start_s: float, stop_s: float) -> None:
        """Mark another stretch as visible."""
        if self._visible_s != (start_s, stop_s):
            self._visible_s = (start_s, stop_s)
            self._describe()
            self.update()

    def _describe(self) -> None:
        """Say for screen readers which part of the sound the frame is around."""
        start_s, stop_s = self._visible_s
        sentence = self.tr("{start} to {stop} of {length} is in sight.").format(
            start=clock_text(start_s, 1),
            stop=clock_text(stop_s, 1),
            length=clock_text(self._transport.duration_s, 1),
        )
        self.setAccessibleDescription(f"{sentence} {self.toolTip()}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the waveform, selection, visible range, markers and play head."""
        painter, theme = QPainter(self), self._theme
        painter.fillRect(self.rect(), theme.canvas)
        painter.drawImage(QRectF(self.rect()), self._waveform())
        for chosen in self._selection.regions:
            painter.fillRect(
                self._rect(chosen.start_s, chosen.stop_s), faded(theme.accent, _SELECTION_ALPHA)
            )
        self._paint_visible_range(painter)
        self._paint_markers(painter)
        self._head_px = round(self._x_of(self._transport.position_s))  # at this size and length
        painter.fillRect(QRectF(self._head_px, 0, 1, self.height()), QColor(theme.text))
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_visible_range(self, painter: QPainter) -> None:
        window = self._rect(*self._visible_s)
        if window.width() >= self.width() - 1:
            return
        shade = faded(self._theme.window, _OUTSIDE_ALPHA)
        height = self.height()
        painter.fillRect(QRectF(0, 0, window.left(), height), shade)
        painter.fillRect(QRectF(window.right(), 0, self.width() - window.right(), height), shade)
        painter.setPen(QColor(self._theme.muted))
        painter.drawRect(window.adjusted(0, 0.5, 0, -0.5))

    def _paint_markers(self, painter: QPainter) -> None:
        """Draw a line for each marker, with a small flag; the chosen one is wider."""
        colour = QColor(self._theme.accent)
        for marker in self._markers.drawn:
            x = round(self._x_of(marker.time_s))
            is_chosen = marker == self._markers.drawn_choice
            painter.fillRect(QRectF(x, 0, 2 if is_chosen else 1, self.height()), colour)
            painter.fillRect(QRectF(x, 0, _FLAG_PX, _FLAG_PX), colour)

    def _waveform(self) -> QImage:
        """The picture of the samples, redrawn only when they, the size or the theme changed."""
        peaks, ratio = self._transport.peaks, self.devicePixelRatioF()
        width_px, height_px = round(self.width() * ratio), round(self.height() * ratio)
        wanted = (peaks, peaks.version, width_px, height_px, self._theme.name)
        if self._image is None or self._drawn != wanted:
            self._drawn = wanted
            channels = [lane.columns(width_px) for lane in self._transport.channel_peaks]
            self._image = lanes_image(channels, height_px, self._theme.parked)
        return self._image

    def _rect(self, start_s: float, stop_s: float) -> QRectF:
        left, right = self._x_of(start_s), self._x_of(stop_s)
        return QRectF(left, 0, max(2.0, right - left), self.height())

    def _x_of(self, time_s: float) -> float:
        return time_s / (self._transport.duration_s or 1.0) * self.width()

    def _time_at(self, place: QPointF) -> float:
        return place.x() / max(self.width(), 1) * self._transport.duration_s

    def _grip_at(self, place: QPointF) -> Grip | None:
        reach_s = _REACH_PX * self._transport.duration_s / max(self.width(), 1)
        return grip_at(self._time_at(place), self._visible_s, reach_s)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the visible range; outside of it, centre it here first."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        duration_s, time_s = self._transport.duration_s, self._time_at(event.position())
        grip, held_s = self._grip_at(event.position()), self._visible_s
        if grip is None:
            grip, held_s = Grip.WHOLE, centred(time_s, held_s, duration_s)
            self.range_requested.emit(*held_s)
        shortest_s = min(SHORTEST_VIEW_S, duration_s)
        self._drag = RangeDrag(held_s, time_s, grip, duration_s, shortest_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show by the pointer what can be dragged."""
        if self._drag is not None:
            self.range_requested.emit(*self._drag.to(self._time_at(event.position())))
        else:
            self.setCursor(_CURSORS[self._grip_at(event.position())])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything."""
        self.fit_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        steps = event.angleDelta().y() / _NOTCH
        self.zoom_requested.emit(1.25**steps, self._time_at(event.position()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and zoom by keys."""
        start_s, stop_s = self._visible_s
        steps: dict[int, float] = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}
        zooms: dict[int, float] = {
            Qt.Key.Key_Plus: 1.5,
            Qt.Key.Key_Equal: 1.5,
            Qt.Key.Key_Minus: 1 / 1.5,
        }
        key = event.key()
        if key in steps:
            middle_s = (start_s + stop_s) / 2 + steps[key] * (stop_s - start_s)
            duration_s = self._transport.duration_s
            self.range_requested.emit(*centred(middle_s, self._visible_s, duration_s))
        elif key in zooms:
            self.zoom_requested.emit(zooms[key], (start_s + stop_s) / 2)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Restore the pointer."""
        self.unsetCursor()

    @Slot()
    def _on_changed(self) -> None:
        self._describe()
        if self._drawn[1:2] != (self._transport.peaks.version,):
            self.update()

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        """Repaint only the two columns where the play head was and is."""
        head_px = round(self._x_of(position_s))
        if head_px != self._head_px:
            self.update(self._head_px - 1, 0, 3, self.height())
            self._head_px = head_px
            self.update(self._head_px - 1, 0, 3, self.height())
