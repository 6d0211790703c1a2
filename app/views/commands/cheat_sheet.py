"""The cheat sheet: every command that has a key, by menu, on one page."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.views.commands.commands import Command, by_menu
from app.views.widgets.labels import PlainLabel

_COLUMNS = 3
_WIDTH_PX, _HEIGHT_PX = 1120, 720


class CheatSheet(QDialog):
    """Read only; one button leads to the editor.

    Signals:
        edit_requested: The keys should be changed.
    """

    edit_requested = Signal()

    def __init__(self, parent: QWidget, commands: Sequence[Command]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._groups = list(by_menu(one for one in commands if one.keys).items())
        self._page = QScrollArea(widgetResizable=True)
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        self._page.setAccessibleName(self.tr("Keyboard shortcuts by menu"))
        self._page.setAccessibleDescription(self.text)
        self._page.setWidget(self._columns())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        change = buttons.addButton(self.tr("Change…"), QDialogButtonBox.ButtonRole.ActionRole)
        change.clicked.connect(self.edit_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._page)
        column.addWidget(buttons)
        self.resize(min(_WIDTH_PX, parent.width()), min(_HEIGHT_PX, parent.height()))

    @property
    def text(self) -> str:
        """The whole page in words, for those who cannot see it."""
        return "\n".join(
            f"{menu}. " + "; ".join(f"{one.name}: {', '.join(one.keys)}" for one in commands)
            for menu, commands in self._groups
        )

    def _columns(self) -> QWidget:
        """The groups in columns of about the same height, in their order."""
        page = QWidget()
        page.setObjectName("sheet")
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 16, 0)
        row.setSpacing(40)
        lines_left = lines = sum(len(commands) + 2 for _, commands in self._groups)
        columns = [QVBoxLayout() for _ in range(_COLUMNS)]
        for menu, commands in self._groups:
            place = min(_COLUMNS - 1, (lines - lines_left) * _COLUMNS // max(lines, 1))
            columns[place].addLayout(_group(menu, commands))
            lines_left -= len(commands) + 2
        for column in columns:
            column.setSpacing(24)
            column.addStretch()
            row.addLayout(column, stretch=1)
        return page


def _group(menu: str, commands: Sequence[Command]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(0, 1)
    title = PlainLabel(menu)
    title.setProperty("role", "title")
    grid.addWidget(title, 0, 0, 1, 2)
    for line, command in enumerate(commands, start=1):
        grid.addWidget(PlainLabel(command.name), line, 0)
        grid.addLayout(_key_caps(command.keys), line, 1, Qt.AlignmentFlag.AlignRight)
    return grid


def _key_caps(keys: Sequence[str]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for key in keys:
        cap = PlainLabel(key)
        cap.setProperty("role", "key")
        row.addWidget(cap)
    return row
