"""The tour: a few bubbles over the window, each pointing at one place of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.views.widgets.theme import Theme

_BUBBLE_PX, _GAP_PX, _AROUND_PX, _RADIUS_PX, _SHADE = 320, 16, 4, 8, 160
_KEYS = {Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Right}


@dataclass(frozen=True, slots=True)
class TourStep:
    """One bubble.

    Attributes:
        place: What it points at.
        title: What that is.
        text: What to do there.
    """

    place: QWidget
    title: str
    text: str


class Tour(QWidget):
    """Lies over its window, leaves one place bright, and goes by mouse or keyboard.

    Enter, Space and the right arrow lead on, the left arrow back, Esc ends it.

    Signals:
        ended: It was seen to its end, or skipped.
    """

    ended = Signal()

    def __init__(self, window: QWidget, theme: Theme, steps: Sequence[TourStep]) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._steps, self._number = steps, 0
        self._title, self._text, self._count = QLabel(), QLabel(wordWrap=True), QLabel()
        self._title.setProperty("role", "title")
        self._count.setProperty("role", "caption")
        self.skip = QPushButton(self.tr("Skip"))
        self.on = QPushButton()
        for button in (self.skip, self.on):
            button.setAutoDefault(True)
        self.skip.clicked.connect(self.end)
        self.on.clicked.connect(self.go_on)
        self._bubble = QFrame(self)
        self._bubble.setObjectName("bubble")
        self._bubble.setFixedWidth(_BUBBLE_PX)
        self._assemble()
        for watched in (window, self.skip, self.on):
            watched.installEventFilter(self)

    def _assemble(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._count, stretch=1)
        row.addWidget(self.skip)
        row.addWidget(self.on)
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
    def go_on(self) -> None:
        """Show the next bubble, or end after the last."""
        if self._number + 1 < len(self._steps):
            self._show_step(self._number + 1)
        else:
            self.end()

    @Slot()
    def end(self) -> None:
        """Go away for good."""
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
        self.skip.setVisible(not is_last)
        self.on.setText(self.tr("Begin") if is_last else self.tr("Next"))
        self.on.setAccessibleDescription(f"{step.title}. {step.text}")  # read when it gets focus
        self._lay_out()
        self.on.clearFocus()
        self.on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        self.setGeometry(self._window.rect())
        needed_px = self._column.totalHeightForWidth(_BUBBLE_PX)  # -1 while nothing wraps
        self._bubble.setFixedHeight(max(needed_px, self._column.totalSizeHint().height()))
        self._bubble.move(self._bubble_place(self._bright()))
        self.update()

    def _bright(self) -> QRect:
        """The place of the step within the window."""
        place = self._steps[self._number].place
        corner = place.mapTo(self._window, QPoint(0, 0))
        around = QRect(corner, place.size())
        return around.adjusted(-_AROUND_PX, -_AROUND_PX, _AROUND_PX, _AROUND_PX) & self.rect()

    def _bubble_place(self, bright: QRect) -> QPoint:
        """Right of the place, left of it, above it, or within it: where there is room."""
        size = self._bubble.size()
        for corner in (
            QPoint(bright.right() + _GAP_PX, bright.top()),
            QPoint(bright.left() - _GAP_PX - size.width(), bright.top()),
            QPoint(bright.right() - size.width(), bright.top() - _GAP_PX - size.height()),
        ):
            if self.rect().contains(QRect(corner, size)):
                return corner
        return QPoint(bright.center().x() - size.width() // 2, bright.top() + 3 * _GAP_PX)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab among the buttons of the bubble."""
        other = self.skip if self.on.hasFocus() and self.skip.isVisible() else self.on
        other.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def event(self, event: QEvent) -> bool:
        """Take its keys before they are shortcuts of the window."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, back, or away."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.end()
            case Qt.Key.Key_Right:
                self.go_on()
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
        """Shade everything but the place of the step."""
        shade, hole = QPainterPath(), QPainterPath()
        shade.addRect(self.rect())
        hole.addRoundedRect(self._bright(), _RADIUS_PX, _RADIUS_PX)
        colour = QColor(self._theme.canvas)
        colour.setAlpha(_SHADE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shade - hole, colour)
        painter.strokePath(hole, QPen(QColor(self._theme.accent), 2))
