"""A titled part of the preferences: names at the left, controls at the right."""

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

_NAME_PX = 140


class PreferenceSection(QWidget):
    """Rows of a name and a control; a note below says what a change means.

    Args:
        title: What the part is about.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, _NAME_PX)
        self._grid.setColumnStretch(1, 1)
        head = QLabel(title)
        head.setProperty("role", "title")
        self._grid.addWidget(head, 0, 0, 1, 2)
        self._note = QLabel(wordWrap=True)
        self._note.setProperty("role", "caption")

    def add_row(self, name: str, control: QWidget, hint: str = "") -> None:
        """Put a control under the others."""
        label = QLabel(name)
        label.setBuddy(control)
        control.setAccessibleName(name)
        control.setToolTip(hint)
        line = self._grid.rowCount()
        self._grid.addWidget(label, line, 0)
        self._grid.addWidget(control, line, 1)
        self._grid.addWidget(self._note, line + 1, 1)
        self._note.setVisible(bool(self._note.text()))

    def note(self, sentence: str) -> None:
        """Say something about all rows; nothing takes it back."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))
