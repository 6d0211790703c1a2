"""The command palette, shortcuts, undo, recent files, the tour and the preferences."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.library.library_worker import LibraryWorker
from app.session.session import Session
from app.session.undo_stack import UndoStack
from app.studio.guide import Guide
from app.studio.preferences_controller import PreferencesController
from app.studio.theme_controller import ThemeController
from app.view_models.recent_files import RecentFiles
from app.view_models.settings_store import SettingsStore
from app.views.commands.cheat_sheet import CheatSheet
from app.views.commands.command_palette import CommandPalette, PaletteEntry
from app.views.commands.commands import commands_of
from app.views.commands.shortcut_editor import ShortcutEditor
from app.views.commands.shortcuts import Shortcuts
from app.views.dialogs.tour import Tour
from app.views.menus.actions import ApplicationActions
from app.views.menus.recent_menu import RecentMenu
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow
from app.views.window.studio_tour import studio_tour
from app.views.window.window_title import WindowTitle

_TOUR_SEEN = "tour/seen"
_MOST_PROMPTS = 50


class WindowCommands(QObject):
    """Connects the window's actions with the dialogs about them.

    Built when all menus are filled: only what is in them can be found and given other keys.

    Attributes:
        actions: Its own entries of the menus.
        guide: Opens its pages.
        shortcuts: The keys of all commands.
        preferences: Opens the dialog, and carries out what is chosen.
        recent: The files that were opened or written last.
    """

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        *,
        library_worker: LibraryWorker,
        theme: ThemeController,
        memory: SettingsStore,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__(window)
        self._window, self._memory, self._dialogs = window, memory, dialogs
        self._theme = theme
        self.recent = RecentFiles(memory, self)
        self.actions = ApplicationActions(self)
        self.actions.fill_edit_menu(window.actions_.edit_menu)
        self.actions.fill_help_menu(window.actions_.help_menu)
        self.actions.palette.triggered.connect(self._on_palette)
        self.actions.cheat_sheet.triggered.connect(self._on_cheat_sheet)
        self.actions.tour.triggered.connect(self._on_tour)
        self.actions.edit_keys.triggered.connect(self._on_edit_keys)
        self.preferences = PreferencesController(
            window,
            session,
            library_worker=library_worker,
            theme=theme,
            memory=memory,
            dialogs=dialogs,
        )
        self.actions.preferences.triggered.connect(self.preferences.open)
        self._connect_undo(session.undo)
        self.guide = Guide(window, memory, self.actions.guide)
        self._add_recent_menu()
        self._title = WindowTitle(window, window.document.status)
        self.shortcuts = Shortcuts(commands_of(window.menuBar()), memory, self)

    def _connect_undo(self, undo: UndoStack) -> None:
        stack = undo.stack
        self.actions.undo.triggered.connect(undo.undo)
        self.actions.redo.triggered.connect(undo.redo)
        for action, can, changed in (
            (self.actions.undo, stack.canUndo, stack.canUndoChanged),
            (self.actions.redo, stack.canRedo, stack.canRedoChanged),
        ):
            action.setEnabled(can())
            changed.connect(action.setEnabled)

    def _add_recent_menu(self) -> None:
        sound_menu = self._window.actions_.sound_menu
        menu = RecentMenu(self.recent, sound_menu)
        after = self._window.actions_.after_export
        sound_menu.insertSeparator(after)
        sound_menu.insertAction(after, self.actions.open)
        sound_menu.insertMenu(after, menu)
        self.actions.open.triggered.connect(self._on_open)
        menu.chosen.connect(self._on_recent_chosen)
        self._window.document.draft.changed.connect(self._on_draft_changed)

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        path = self._window.document.draft.value("init_audio") if field == "init_audio" else None
        if path:
            self.recent.add(Path(path))

    @Slot()
    def _on_open(self) -> None:
        """Ask for a file, and treat it as if it were dropped."""
        title = self.tr("Open a sound, its settings, or a model")
        kinds = self.tr(
            "Sounds, settings and models (*.wav *.flac *.ogg *.opus *.mp3 *.aiff *.aif *.json "
            "*.ckpt *.pth *.pt *.bin);;All files (*)"
        )
        folder = str(self.recent.paths[0].parent) if self.recent.paths else ""
        chosen = self._dialogs.ask_file(self._window, title, folder, kinds)
        if chosen:
            self._window.file_offered.emit(Path(chosen))

    @Slot(Path)
    def _on_recent_chosen(self, path: Path) -> None:
        self._window.file_offered.emit(path)

    def welcome(self) -> None:
        """Start the tour at the first start."""
        if not self._memory.flag(_TOUR_SEEN, default=False):
            self._on_tour()

    @Slot()
    def _on_tour(self) -> None:
        tour = Tour(self._window, self._theme.theme, studio_tour(self._window))
        tour.ended.connect(lambda: self._memory.keep(_TOUR_SEEN, True))
        tour.begin()

    def palette_entries(self) -> list[PaletteEntry]:
        """Everything that the palette offers now."""
        return [*self._command_entries(), *self._prompt_entries()]

    def _command_entries(self) -> Iterator[PaletteEntry]:
        for command in commands_of(self._window.menuBar()):
            if command.action is not self.actions.palette:
                yield PaletteEntry(
                    command.name,
                    command.menu,
                    "   ".join(command.keys),
                    command.action.isEnabled(),
                    command.action.trigger,
                )

    def _prompt_entries(self) -> Iterator[PaletteEntry]:
        """The latest prompts, to be filled in again."""
        draft = self._window.document.draft
        for prompt in self._window.document.history.recent_prompts(_MOST_PROMPTS):
            write = partial(draft.set_value, "prompt", prompt)
            yield PaletteEntry(prompt, self.tr("Prompt of late"), "", True, write)

    @Slot()
    def _on_palette(self) -> None:
        CommandPalette(self._window, self._theme.theme, self.palette_entries()).popup()

    @Slot()
    def _on_cheat_sheet(self) -> None:
        sheet = CheatSheet(self._window, self.shortcuts.commands)
        sheet.edit_requested.connect(sheet.accept)
        sheet.edit_requested.connect(self._on_edit_keys)
        sheet.open()

    @Slot()
    def _on_edit_keys(self) -> None:
        ShortcutEditor(self._window, self.shortcuts).open()
