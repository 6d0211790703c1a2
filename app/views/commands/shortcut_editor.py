"""The shortcut editor: one field for each command, which listens for its keys."""

from itertools import groupby

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.views.commands.commands import Command
from app.views.commands.fuzzy_match import fuzzy_score
from app.views.commands.shortcuts import Shortcuts
from app.views.widgets.labels import PlainLabel
from app.views.widgets.screen_fit import fit_to_screen

_WIDTH_PX, _HEIGHT_PX, _FIELD_PX = 640, 620, 180


class ShortcutEditor(QDialog):
    """Changes apply at once; a key that another command has moves, and the dialog says so."""

    def __init__(self, parent: QWidget, shortcuts: Shortcuts) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Change keyboard shortcuts"))
        self._shortcuts = shortcuts
        self._search = QLineEdit(placeholderText=self.tr("Search"), clearButtonEnabled=True)
        self._search.setAccessibleName(self.tr("Search the commands"))
        self._search.textChanged.connect(self._on_searched)
        self.message = PlainLabel(
            self.tr(
                "Click a field, or go there with Tab, and press the keys. Changes apply at once."
            ),
            word_wrap=True,
        )
        self.message.setProperty("role", "caption")
        self.rows = {command: _Row(command, shortcuts) for command in shortcuts.commands}
        self._titles: list[tuple[PlainLabel, list[_Row]]] = []
        self._assemble()
        for row in self.rows.values():
            row.said.connect(self.message.setText)

    def _assemble(self) -> None:
        page = QScrollArea(widgetResizable=True)
        page.setFrameShape(QFrame.Shape.NoFrame)
        page.setAccessibleName(self.tr("Commands and their keys"))
        page.setWidget(self._table())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        reset = buttons.addButton(self.tr("Reset all"), QDialogButtonBox.ButtonRole.ResetRole)
        reset.clicked.connect(self._on_reset_all)
        for button in buttons.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter is a key like any other here
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        for widget in (self._search, page, self.message, buttons):
            column.addWidget(widget)
        fit_to_screen(self, QSize(_WIDTH_PX, _HEIGHT_PX))

    def _table(self) -> QWidget:
        table = QWidget()
        table.setObjectName("sheet")
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 16, 0)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(0, 1)
        for menu, commands in groupby(self._shortcuts.commands, key=lambda command: command.menu):
            rows = [self.rows[command] for command in commands]
            title = PlainLabel(menu)
            title.setProperty("role", "title")
            title.setContentsMargins(0, 12, 0, 0)
            grid.addWidget(title, grid.rowCount(), 0, 1, 3)
            for row in rows:
                row.place(grid, grid.rowCount())
            self._titles.append((title, rows))
        grid.setRowStretch(grid.rowCount(), 1)
        return table

    @Slot(str)
    def _on_searched(self, query: str) -> None:
        for title, rows in self._titles:
            shown = [row.show_if_meant(query, title.text()) for row in rows]
            title.setVisible(any(shown))

    @Slot()
    def _on_reset_all(self) -> None:
        self._shortcuts.reset_all()
        self.message.setText(self.tr("All commands have their own keys again."))


class _Row(QWidget):
    """A command's name, the field that listens, and the button that resets."""

    said = Signal(str)

    def __init__(self, command: Command, shortcuts: Shortcuts) -> None:
        super().__init__()
        self._command, self._shortcuts = command, shortcuts
        self._name = PlainLabel(" · ".join(filter(None, (command.name, command.fixed_key))))
        self.field = QKeySequenceEdit(clearButtonEnabled=True)
        self.field.setMaximumSequenceLength(1)
        self.field.setFixedWidth(_FIELD_PX)
        self.field.setAccessibleName(self.tr("Keys for {name}").format(name=command.name))
        self.field.editingFinished.connect(self._on_edited)
        self.reset = QToolButton()
        self.reset.setText(self.tr("Reset"))
        self.reset.setAccessibleName(self.tr("Reset {name}").format(name=command.name))
        self.reset.clicked.connect(lambda: shortcuts.reset(command))
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        shortcuts.changed.connect(self._show_key)
        self._show_key()

    def place(self, grid: QGridLayout, line: int) -> None:
        """Take a line of the table."""
        grid.addWidget(self._name, line, 0)
        grid.addWidget(self.field, line, 1)
        grid.addWidget(self.reset, line, 2, Qt.AlignmentFlag.AlignLeft)

    def show_if_meant(self, query: str, menu: str) -> bool:
        """Stay only if the query means this command."""
        meant = fuzzy_score(query, f"{menu} {self._command.name}") is not None
        for widget in (self._name, self.field):
            widget.setVisible(meant)
        self.reset.setVisible(meant and self._shortcuts.is_changed(self._command))
        return meant

    @Slot()
    def _show_key(self) -> None:
        self.field.setKeySequence(self._shortcuts.key(self._command))
        changed = self._shortcuts.is_changed(self._command)
        self.reset.setVisible(changed and not self._name.isHidden())

    @Slot()
    def _on_edited(self) -> None:
        key = self.field.keySequence()
        if key == self._shortcuts.key(self._command):
            return
        owner = self._shortcuts.owner_of(key, besides=self._command)
        self._shortcuts.give(self._command, key)
        self.said.emit(self._told(key, owner))

    def _told(self, key: QKeySequence, owner: Command | None) -> str:
        text = key.toString(QKeySequence.SequenceFormat.NativeText)
        if not text:
            return self.tr("{name} has no key now.").format(name=self._command.name)
        if owner is None:
            return self.tr("{key} does: {name}.").format(key=text, name=self._command.name)
        return self.tr("{key} does: {name}. It was taken from: {other}.").format(
            key=text, name=self._command.name, other=owner.name
        )
