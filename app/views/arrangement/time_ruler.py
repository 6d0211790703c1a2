"""The ruler above the lanes: times, the play head's place, and where to go by a click or drag."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.clock_time import clock_text
from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.time_window import TimeWindow
from app.view_models.transport.transport import TransportModel
from app.views.clip.time_axis import time_step_s
from app.views.widgets.theme import Theme, faded

HEIGHT_PX = 26
_FONT_PX = 12
_TICK_PX = 5
_MARK_PX = 5.0
_RANGE_ALPHA = 90


class TimeRuler(QWidget):
    """Draws the times in sight of a TimeWindow; a drag with Shift marks a stretch of them.

    Signals:
        scrub_requested, scrub_ended: The play head is dragged to a moment, and released.
    """

    scrub_requested = Signal(float)
    scrub_ended = Signal()
    accessible_role = QAccessible.Role.Graphic

    def __init__(
        self,
        model: ArrangementModel,
        window: TimeWindow,
        transport: TransportModel,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._model, self._time = model, window
        self._transport, self._theme = transport, theme
        self._is_pressed = False
        self._marked_from_s: float | None = None
        self.setFixedHeight(HEIGHT_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Time"))
        self.setToolTip(
            self.tr(
                "Click to go to a moment; drag to listen along. A drag with Shift marks what is "
                "repeated and played alone; a double click takes the mark away."
            )
        )
        model.range_changed.connect(self.update)
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
        if self._model.range_s is not None:
            left, right = map(self._x_of, self._model.range_s)
            place = QRectF(left, 0, right - left, HEIGHT_PX)
            painter.fillRect(place, faded(theme.accent, _RANGE_ALPHA))
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
            if place.x() + painter.fontMetrics().horizontalAdvance(text) <= self.width():
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
        """Go to the moment, or begin to mark."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._marked_from_s = self._moment_s(event.position())
        else:
            self._is_pressed = True
            self._scrub(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the mark, or the play head, follow the pointer."""
        if self._marked_from_s is not None:
            start_s, stop_s = sorted((self._marked_from_s, self._moment_s(event.position())))
            self._model.mark((start_s, stop_s))
        elif self._is_pressed:
            self._scrub(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave the mark, or the play head, there."""
        self._marked_from_s = None
        if self._is_pressed:
            self._is_pressed = False
            self.scrub_ended.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the mark away."""
        self._model.mark(None)

    def _moment_s(self, point: QPointF) -> float:
        share = point.x() / max(self.width(), 1)
        return max(0.0, self._time.start_s + share * self._time.length_s)

    def _scrub(self, point: QPointF) -> None:
        self.scrub_requested.emit(self._moment_s(point))

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
