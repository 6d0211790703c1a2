"""A field with its name above and, when its value cannot be used, the reason below."""

from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget


class FieldBox(QWidget):
    """Wraps one control.

    Args:
        name: What the person fills in; also the control's accessible name.
        control: The control itself.
        hint: What it does, shown when the pointer rests on it.
    """

    def __init__(self, name: str, control: QWidget, hint: str = "") -> None:
        super().__init__()
        self._control = control
        self._label = QLabel(name)
        self._label.setProperty("role", "field")
        self._label.setBuddy(control)
        self._error = QLabel()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        control.setAccessibleName(name)
        control.setToolTip(hint)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._label, control, self._error):
            column.addWidget(widget)

    @property
    def error(self) -> str:
        """The reason shown; empty when there is none."""
        return "" if self._error.isHidden() else self._error.text()

    def show_error(self, sentence: str) -> None:
        """Say why the value cannot be used, and mark the control; nothing takes it back."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._control.setAccessibleDescription(sentence)
        self._control.setProperty("invalid", bool(sentence))
        self._control.style().unpolish(self._control)
        self._control.style().polish(self._control)
        if sentence:
            self._control.setFocus()
