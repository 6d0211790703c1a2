"""The ruler above the lanes: times, the play head's place, and where to go by a click or drag."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.clock_time import clock_text
from app.view_models.arrangement.time_window import TimeWindow
from app.view_models.transport.transport import TransportModel
from app.views.clip.time_axis import time_step_s
from app.views.widgets.theme import Theme

HEIGHT_PX = 26
_FONT_PX = 12
_TICK_PX = 5
_MARK_PX = 5.0


class TimeRuler(QWidget):
    """Draws the times in sight of a TimeWindow.

    Signals:
        scrub_requested, scrub_ended: The play head is dragged to a moment, and released.
    """

    scrub_requested = Signal(float)
    scrub_ended = Signal()
    accessible_role = QAccessible.Role.Graphic

    def __init__(self, window: TimeWindow, transport: TransportModel, theme: Theme) -> None:
        super().__init__()
        self._time, self._transport, self._theme = window, transport, theme
        self._is_pressed = False
        self.setFixedHeight(HEIGHT_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Time"))
        self.setToolTip(self.tr("Click to go to a moment; drag to listen along"))
        window.changed.connect(self._on_window_changed)
        transport.moved.connect(self._on_moved)
        self._on_window_changed()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ticks with their times, and the mark of the play head."""
        painter, theme, time = QPainter(self), self._theme, self._time
        painter.fillRect(self.rect(), QColor(theme.window))
        font = QFont(self.font())
        font.setPixelSize(_FONT_PX)
        painter.setFont(font)
        step_s = time_step_s(time.length_s, self.width())
        decimals = 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2
        for number in range(int(time.start_s / step_s), int(time.stop_s / step_s) + 1):
            x = self._x_of(number * step_s)
            painter.fillRect(QRectF(x, HEIGHT_PX - _TICK_PX, 1, _TICK_PX), QColor(theme.line))
            painter.setPen(QColor(theme.muted))
            text = clock_text(number * step_s, decimals)
            place = QRectF(x + 3, 0, 80, HEIGHT_PX - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.text))
        x, bottom = round(self._x_of(self._transport.position_s)) + 0.5, float(HEIGHT_PX)
        corners = [QPointF(x - _MARK_PX, bottom - 2 * _MARK_PX), QPointF(x, bottom)]
        painter.drawPolygon(QPolygonF([*corners, QPointF(x + _MARK_PX, bottom - 2 * _MARK_PX)]))

    def _x_of(self, moment_s: float) -> float:
        return (moment_s - self._time.start_s) * self.width() / self._time.length_s

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._is_pressed = True
            self._scrub(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the play head follow the pointer."""
        if self._is_pressed:
            self._scrub(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave the play head there."""
        if self._is_pressed:
            self._is_pressed = False
            self.scrub_ended.emit()

    def _scrub(self, point: QPointF) -> None:
        moment_s = self._time.start_s + point.x() * self._time.length_s / max(self.width(), 1)
        self.scrub_requested.emit(max(0.0, moment_s))

    @Slot()
    def _on_window_changed(self) -> None:
        self.setAccessibleDescription(
            self.tr("{start} to {stop} is in sight.").format(
                start=clock_text(self._time.start_s, 1), stop=clock_text(self._time.stop_s, 1)
            )
        )
        self.update()

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        if self.isVisible():
            self.update(QRect(0, 0, self.width(), HEIGHT_PX))
