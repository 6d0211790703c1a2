"""A labelled field with a reset button, a note and an error message."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.views.widgets.labels import PlainLabel, set_tool_tip


class FieldBox(QWidget):
    """Wraps one control.

    Args:
        name: What the person fills in; also the control's accessible name.
        control: The control itself.
        hint: What it does, shown when the pointer rests on it.

    Signals:
        reset_requested: The default value should come back.
    """

    reset_requested = Signal()

    def __init__(self, name: str, control: QWidget, hint: str = "") -> None:
        super().__init__()
        self._control = control
        self._hint = self._tip = hint
        self._label = PlainLabel(name)
        self._label.setProperty("role", "field")
        self._label.setBuddy(control)
        self._reset = self._make_reset(name)
        self._note = self._make_label("caption")
        self._error = self._make_label("error")
        control.setAccessibleName(name)
        self._show_tip()
        self._assemble()

    def _make_reset(self, name: str) -> QPushButton:
        button = QPushButton(self.tr("Reset"))
        button.setProperty("role", "link")
        button.setAutoDefault(False)  # Enter in a dialog is for the dialog's own button
        button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes on to the next field
        button.setAccessibleName(self.tr("Reset {field}").format(field=name))
        button.clicked.connect(self.reset_requested)
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing jumps
        button.setSizePolicy(policy)
        button.hide()
        return button

    def _make_label(self, role: str) -> PlainLabel:
        label = PlainLabel(word_wrap=True)
        policy = label.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)  # no word makes the field wider
        label.setSizePolicy(policy)
        label.setProperty("role", role)
        label.hide()
        return label

    def _assemble(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._label, stretch=1)
        head.addWidget(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        for widget in (self._control, self._note, self._error):
            column.addWidget(widget)

    @property
    def error(self) -> str:
        """The error shown; empty when there is none."""
        return "" if self._error.isHidden() else self._error.text()

    @property
    def note(self) -> str:
        """The note shown; empty when there is none."""
        return "" if self._note.isHidden() else self._note.text()

    @property
    def note_label(self) -> PlainLabel:
        """The note's label, to which a tool tip can be given."""
        return self._note

    def offer_reset(self, usual: str | None) -> None:
        """Offer to go back to the default value, named; None where the field has it."""
        self._reset.setVisible(usual is not None)
        tip = self.tr("Back to {usual}").format(usual=usual) if usual else ""
        set_tool_tip(self._reset, tip)

    def show_note(self, sentence: str) -> None:
        """Show a note about the value; an empty one hides it."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def disable_because(self, reason: str = "") -> None:
        """Disable the control for a reason, shown as its tool tip; an empty one enables it."""
        self._control.setEnabled(not reason)
        self._tip = reason or self._hint
        self._show_tip()

    def _show_tip(self) -> None:
        """Show what there is to know of the control; what is wrong with it is heard first."""
        for widget in (self._label, self._control):
            set_tool_tip(widget, self._tip)
        if self.error:
            self._control.setAccessibleDescription(self.error)

    def show_error(self, sentence: str) -> None:
        """Show why the value cannot be used, and mark the control; an empty text clears both."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._show_tip()
        self._control.setProperty("invalid", bool(sentence))
        self._control.style().unpolish(self._control)
        self._control.style().polish(self._control)
        if sentence:
            self._control.setFocus()
