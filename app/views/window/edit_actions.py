"""The actions that edit the take on show."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.views.commands.commands import make_command


class EditActions(QObject):
    """Actions of the editor; each uses the prompt and the seed of the panel."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.regenerate = self._make(
            "edit.regenerate",
            self.tr("&Regenerate the selection"),
            "Ctrl+R",
            self.tr("Generate the selection again from the prompt; all around it stays as it is"),
        )
        self.continue_right = self._make(
            "edit.continue_right",
            self.tr("Continue to the righ&t"),
            "Ctrl+PgDown",
            self.tr("Generate five more seconds at the end, from the prompt"),
        )
        self.continue_left = self._make(
            "edit.continue_left",
            self.tr("Continue to the &left"),
            "Ctrl+PgUp",
            self.tr("Generate five more seconds before the beginning, from the prompt"),
        )
        self.make_loop = self._make(
            "edit.make_loop",
            self.tr("Make l&oopable"),
            "Ctrl+Shift+O",
            self.tr("Generate the end and the beginning again, so that they join"),
        )
        self.offer(False, False)

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        menu.addSeparator()
        menu.addAction(self.regenerate)
        menu.addActions([self.continue_right, self.continue_left, self.make_loop])
        menu.setToolTipsVisible(True)

    @Slot(bool, bool)
    def offer(self, can_edit: bool, can_regenerate: bool) -> None:
        """Enable what can be done now."""
        self.regenerate.setEnabled(can_regenerate)
        for action in (self.continue_right, self.continue_left, self.make_loop):
            action.setEnabled(can_edit)

    def _make(self, command_id: str, text: str, key: str, tip: str) -> QAction:
        action = make_command(self, command_id, text, key)
        action.setToolTip(tip)
        return action
