"""The tour: bubbles over the window, each of which explains one widget."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.views.widgets.labels import PlainLabel
from app.views.widgets.theme import Theme

_BUBBLE_PX, _GAP_PX, _MARGIN_PX, _RADIUS_PX, _SHADE_ALPHA = 320, 16, 4, 8, 160
_KEYS = {Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Right}


@dataclass(frozen=True, slots=True)
class TourStep:
    """One bubble.

    Attributes:
        place: The widget that it explains.
        title: What that is.
        text: What to do there.
    """

    place: QWidget
    title: str
    text: str


class Tour(QWidget):
    """An overlay that darkens the window except for the explained widget.

    Enter, Space and the right arrow go on, the left arrow goes back, Esc ends the tour.

    Signals:
        ended: The last step was passed, or the tour was skipped.
    """

    ended = Signal()

    def __init__(self, window: QWidget, theme: Theme, steps: Sequence[TourStep]) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._steps, self._number = steps, 0
        self._title, self._count = PlainLabel(), PlainLabel()
        self._text = PlainLabel(word_wrap=True)
        self._title.setProperty("role", "title")
        self._count.setProperty("role", "caption")
        self.skip_button = QPushButton(self.tr("Skip"))
        self.next_button = QPushButton()
        for button in (self.skip_button, self.next_button):
            button.setAutoDefault(True)
        self.skip_button.clicked.connect(self.end)
        self.next_button.clicked.connect(self.show_next)
        self._bubble = QFrame(self)
        self._bubble.setObjectName("bubble")
        self._bubble.setFixedWidth(_BUBBLE_PX)
        self._assemble()
        for watched in (window, self.skip_button, self.next_button):
            watched.installEventFilter(self)

    def _assemble(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._count, stretch=1)
        row.addWidget(self.skip_button)
        row.addWidget(self.next_button)
        column = self._column = QVBoxLayout(self._bubble)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(8)
        column.addLayout(row)

    def begin(self) -> None:
        """Show the first bubble."""
        self.show()
        self.raise_()
        self._show_step(0)

    @property
    def number(self) -> int:
        """The step on show, from 0."""
        return self._number

    @Slot()
    def show_next(self) -> None:
        """Show the next bubble, or end after the last."""
        if self._number + 1 < len(self._steps):
            self._show_step(self._number + 1)
        else:
            self.end()

    @Slot()
    def end(self) -> None:
        """End the tour and delete the overlay."""
        if not self.isHidden():
            self.hide()
            self.ended.emit()
            self.deleteLater()

    def _show_step(self, number: int) -> None:
        self._number, step = number, self._steps[number]
        self._title.setText(step.title)
        self._text.setText(step.text)
        self._count.setText(
            self.tr("{number} of {all}").format(number=number + 1, all=len(self._steps))
        )
        is_last = number + 1 == len(self._steps)
        self.skip_button.setVisible(not is_last)
        self.next_button.setText(self.tr("Begin") if is_last else self.tr("Next"))
        self.next_button.setAccessibleDescription(
            f"{step.title}. {step.text}"
        )  # read when it gets focus
        self._lay_out()
        self.next_button.clearFocus()
        self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        self.setGeometry(self._window.rect())
        needed_px = self._column.totalHeightForWidth(_BUBBLE_PX)  # -1 while nothing wraps
        self._bubble.setFixedHeight(max(needed_px, self._column.totalSizeHint().height()))
        self._bubble.move(self._bubble_place(self._target_rect()))
        self.update()

    def _target_rect(self) -> QRect:
        """Return the rectangle of the explained widget in the window."""
        place = self._steps[self._number].place
        corner = place.mapTo(self._window, QPoint(0, 0))
        around = QRect(corner, place.size())
        return around.adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX) & self.rect()

    def _bubble_place(self, target: QRect) -> QPoint:
        """Return a position right of the widget, left of it, above it, or inside it."""
        size = self._bubble.size()
        for corner in (
            QPoint(target.right() + _GAP_PX, target.top()),
            QPoint(target.left() - _GAP_PX - size.width(), target.top()),
            QPoint(target.right() - size.width(), target.top() - _GAP_PX - size.height()),
        ):
            if self.rect().contains(QRect(corner, size)):
                return corner
        return QPoint(target.center().x() - size.width() // 2, target.top() + 3 * _GAP_PX)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab among the buttons of the bubble."""
        other = (
            self.skip_button
            if self.next_button.hasFocus() and self.skip_button.isVisible()
            else self.next_button
        )
        other.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def event(self, event: QEvent) -> bool:
        """Take its keys before the window's shortcuts do."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, go back, or end."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.end()
            case Qt.Key.Key_Right:
                self.show_next()
            case Qt.Key.Key_Left if self._number:
                self._show_step(self._number - 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, and take arrow keys before the buttons do."""
        is_press = event.type() is QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            self.keyPressEvent(event)
            return True
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._lay_out()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Darken everything but the explained widget."""
        shade, hole = QPainterPath(), QPainterPath()
        shade.addRect(self.rect())
        hole.addRoundedRect(self._target_rect(), _RADIUS_PX, _RADIUS_PX)
        colour = QColor(self._theme.canvas)
        colour.setAlpha(_SHADE_ALPHA)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shade - hole, colour)
        painter.strokePath(hole, QPen(QColor(self._theme.accent), 2))
