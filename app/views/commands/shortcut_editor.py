"""The shortcut editor: one field for each command, which listens for its keys."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.views.commands.commands import Command, by_menu
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
        self._groups: list[_Group] = []
        self._nothing = PlainLabel(self.tr("Nothing is called like that."))
        self._nothing.setProperty("role", "caption")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._nothing.hide()
        self._assemble()
        for row in self.rows.values():
            row.said.connect(self.message.setText)

    def _assemble(self) -> None:
        page = self._page = QScrollArea(widgetResizable=True)
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
        column = QVBoxLayout(table)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(0)
        column.addWidget(self._nothing)
        for menu, commands in by_menu(self._shortcuts.commands).items():
            group = _Group(menu, [self.rows[command] for command in commands])
            self._groups.append(group)
            column.addWidget(group)
        column.addStretch()
        return table

    @Slot(str)
    def _on_searched(self, query: str) -> None:
        """Show what is meant, from the top."""
        shown = [group.show_if_meant(query) for group in self._groups]
        self._nothing.setVisible(not any(shown))
        self._page.verticalScrollBar().setValue(0)

    @Slot()
    def _on_reset_all(self) -> None:
        self._shortcuts.reset_all()
        self.message.setText(self.tr("All commands have their own keys again."))


class _Group(QWidget):
    """The commands of a menu under its name; what a search leaves out takes no room."""

    def __init__(self, menu: str, rows: list["_Row"]) -> None:
        super().__init__()
        self._menu, self._rows = menu, rows
        title = PlainLabel(menu)
        title.setProperty("role", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(6)
        for widget in (title, *rows):
            column.addWidget(widget)

    def show_if_meant(self, query: str) -> bool:
        """Stay only with the commands that the query means."""
        shown = [row.show_if_meant(query, self._menu) for row in self._rows]
        self.setVisible(any(shown))
        return any(shown)


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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._name, stretch=1)
        row.addWidget(self.field)
        row.addWidget(self.reset)
        shortcuts.changed.connect(self._show_key)
        self._show_key()

    def show_if_meant(self, query: str, menu: str) -> bool:
        """Stay only if the query means this command."""
        meant = fuzzy_score(query, f"{menu} {self._command.name}") is not None
        self.setVisible(meant)
        return meant

    @Slot()
    def _show_key(self) -> None:
        self.field.setKeySequence(self._shortcuts.key(self._command))
        self.reset.setVisible(self._shortcuts.is_changed(self._command))

    @Slot()
    def _on_edited(self) -> None:
        key = self.field.keySequence()
        if key == self._shortcuts.key(self._command):
            return
        owner = self._shortcuts.owner_of(key, besides=self._command)
        self._shortcuts.give(self._command, key)
        self.said.emit(self._sentence(key, owner))

    def _sentence(self, key: QKeySequence, owner: Command | None) -> str:
        text = key.toString(QKeySequence.SequenceFormat.NativeText)
        if not text:
            return self.tr("{name} has no key now.").format(name=self._command.name)
        if owner is None:
            return self.tr("{key} does: {name}.").format(key=text, name=self._command.name)
        return self.tr("{key} does: {name}. It was taken from: {other}.").format(
            key=text, name=self._command.name, other=owner.name
        )
