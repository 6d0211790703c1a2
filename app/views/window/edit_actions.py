"""The actions that edit the take on show."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.session.take_editor import TakeEditor
from app.views.commands.commands import make_command
from core.api.edit import EditKind


class EditActions(QObject):
    """Actions of a TakeEditor; each uses the prompt and the seed of the panel."""

    def __init__(self, editor: TakeEditor, parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self.regenerate = self._make(
            "edit.regenerate",
            self.tr("&Regenerate the selection"),
            "Ctrl+R",
            self.tr("Generate the selection again from the prompt; all around it stays as it is"),
            editor.regenerate,
        )
        self.continue_right = self._make(
            "edit.continue_right",
            self.tr("Continue to the righ&t"),
            "Ctrl+Alt+Right",
            self.tr("Generate five more seconds at the end, from the prompt"),
            editor.continue_right,
        )
        self.continue_left = self._make(
            "edit.continue_left",
            self.tr("Continue to the &left"),
            "Ctrl+Alt+Left",
            self.tr("Generate five more seconds before the beginning, from the prompt"),
            editor.continue_left,
        )
        self.make_loop = self._make(
            "edit.make_loop",
            self.tr("Make l&oopable"),
            "Ctrl+Alt+L",
            self.tr("Generate the end and the beginning again, so that they join"),
            editor.make_loop,
        )
        editor.changed.connect(self.refresh)
        self.refresh()

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        menu.addSeparator()
        menu.addAction(self.regenerate)
        menu.addActions([self.continue_right, self.continue_left, self.make_loop])
        menu.setToolTipsVisible(True)

    def name_of(self, kind: EditKind) -> str:
        """Return the name of an edit for the undo command."""
        names = {
            EditKind.REGENERATE: self.tr("regenerate the selection"),
            EditKind.CONTINUE_RIGHT: self.tr("continue to the right"),
            EditKind.CONTINUE_LEFT: self.tr("continue to the left"),
            EditKind.LOOP: self.tr("make loopable"),
        }
        return names[kind]

    @Slot()
    def refresh(self) -> None:
        """Offer what can be done now."""
        self.regenerate.setEnabled(self._editor.can_regenerate)
        for action in (self.continue_right, self.continue_left, self.make_loop):
            action.setEnabled(self._editor.can_edit)

    def _make(
        self, command_id: str, text: str, key: str, tip: str, slot: Callable[[], object]
    ) -> QAction:
        action = make_command(self, command_id, text, key)
        action.setToolTip(tip)
        action.triggered.connect(slot)
        return action
