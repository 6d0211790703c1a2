"""The text field over a block of the prompt lane, and the lane's context menu."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from app.views.commands.text_fields import KEEPS_ESCAPE
from app.views.texts.prompt_lane_texts import exact_clock
from core.api.request import MAX_PROMPT_CHARACTERS

_LEAST_WIDTH_PX = 200


class LaneEditor(QLineEdit):
    """Edits the prompt of one block; hidden otherwise.

    Signals:
        confirmed: The place of the block, and its text.
        dismissed: The text stays as it was.
    """

    confirmed = Signal(int, str)
    dismissed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lane, self._place = parent, 0
        self.setProperty("role", "lane")
        self.setProperty(KEEPS_ESCAPE, True)
        self.setMaxLength(MAX_PROMPT_CHARACTERS)
        self.setAccessibleName(self.tr("Prompt from here on"))
        self.setPlaceholderText(self.tr("What to hear from here on"))
        self.hide()

    def open_over(self, rect: QRectF, place: int, text: str) -> None:
        """Edit the prompt of a block, over the block and at least as wide."""
        lane = self._lane.rect()
        width = min(max(round(rect.width()), _LEAST_WIDTH_PX), lane.width())
        left = max(0, min(round(rect.left()), lane.width() - width))
        self._place = place
        self.setGeometry(left, 0, width, lane.height())
        self.setText(text)
        self.show()
        self.selectAll()
        self.setFocus()

    def _confirm(self) -> None:
        self._close_with(lambda: self.confirmed.emit(self._place, self.text()))

    def _dismiss(self) -> None:
        self._close_with(self.dismissed.emit)

    def _close_with(self, emit: Callable[[], None]) -> None:
        """Hide, then emit: hiding takes the focus, which would otherwise confirm a second time."""
        if self.isVisible():
            had_focus = self.hasFocus()
            self.hide()
            emit()
            if had_focus:
                self._lane.setFocus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Confirm when the focus moves on, except to the field's own context menu."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._confirm()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window, where it cancels the run."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Confirm with Enter, dismiss with Esc; no key reaches the lane below."""
        if event.key() == Qt.Key.Key_Escape:
            self._dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._confirm()
        else:
            super().keyPressEvent(event)
        event.accept()


class LaneMenu(QMenu):
    """The context menu of the lane.

    Args:
        parent: The lane.
        time_s: Where a new prompt would begin.
        can_remove: Whether there is more than one.

    Signals:
        edit_requested, remove_requested: The selected prompt should be edited, or removed.
        another_requested: Another one should begin at `time_s`.
    """

    edit_requested = Signal()
    remove_requested = Signal()
    another_requested = Signal(float)

    def __init__(self, parent: QWidget, time_s: float, *, can_remove: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        another = self.tr("Another prompt from {time} on").format(time=exact_clock(time_s))
        self.addAction(self.tr("Change the text"), self.edit_requested.emit)
        self.addAction(another, lambda: self.another_requested.emit(time_s))
        self.addSeparator()
        remove = self.addAction(self.tr("Take the prompt out"), self.remove_requested.emit)
        remove.setEnabled(can_remove)
