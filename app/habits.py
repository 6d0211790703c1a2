"""What makes the studio a place to work in: palette, shortcuts, undo, tour, preferences."""

from PySide6.QtCore import QObject, Slot

from app.models.window_memory import WindowMemory
from app.views.cheat_sheet import CheatSheet
from app.views.command_palette import CommandPalette, PaletteEntry
from app.views.commands import commands_of
from app.views.habit_actions import HabitActions
from app.views.main_window import MainWindow
from app.views.shortcut_editor import ShortcutEditor
from app.views.shortcuts import Shortcuts


class Habits(QObject):
    """Connects the window's actions with the dialogs about them.

    Built when all menus are filled: what is in them by then can be found and given other keys.

    Attributes:
        actions: Its own entries of the menus.
        shortcuts: The keys of all commands.
    """

    def __init__(self, window: MainWindow, memory: WindowMemory) -> None:
        super().__init__(window)
        self._window = window
        self.actions = HabitActions(self)
        self.actions.fill_help_menu(window.actions_.help_menu)
        self.actions.palette.triggered.connect(self._on_palette)
        self.actions.cheat_sheet.triggered.connect(self._on_cheat_sheet)
        self.actions.edit_keys.triggered.connect(self._on_edit_keys)
        self.shortcuts = Shortcuts(commands_of(window.menuBar()), memory, self)

    def palette_entries(self) -> list[PaletteEntry]:
        """All that the palette offers just now."""
        return [
            PaletteEntry(
                command.name,
                command.menu,
                "   ".join(command.keys),
                command.action.isEnabled(),
                command.action.trigger,
            )
            for command in commands_of(self._window.menuBar())
            if command.action is not self.actions.palette
        ]

    @Slot()
    def _on_palette(self) -> None:
        CommandPalette(self._window, self._window.theme, self.palette_entries()).popup()

    @Slot()
    def _on_cheat_sheet(self) -> None:
        sheet = CheatSheet(self._window, self.shortcuts.commands)
        sheet.edit_requested.connect(sheet.accept)
        sheet.edit_requested.connect(self._on_edit_keys)
        sheet.open()

    @Slot()
    def _on_edit_keys(self) -> None:
        ShortcutEditor(self._window, self.shortcuts).open()
