"""The window's actions and menus."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from app.views.commands.commands import make_command
from app.views.widgets.theme import ThemeChoice


class Actions(QObject):
    """All actions of the window.

    Space is not among the shortcuts: fields type it and buttons are pressed by it, so the window
    handles it only where no widget takes it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        make = partial(make_command, self)
        self.generate = make("sound.generate", self.tr("&Generate"), "Ctrl+Return", "Ctrl+Enter")
        self.endless = make("sound.generate_endless", self.tr("&Endless"), "Ctrl+Shift+Return")
        self.endless.setToolTip(
            self.tr("Play without end: each stretch goes on from the one before, until you stop it")
        )
        self.variations = make("sound.variations", self.tr("&Variations…"), "Ctrl+Shift+G")
        self.variations.setToolTip(
            self.tr("Queue several prompts, seeds and settings at once, to compare their takes")
        )
        self.make_in_full = make("sound.make_in_full", self.tr("&Make in full"), "Shift+M")
        self.make_in_full.setToolTip(
            self.tr("Make the draft on show with all of its steps, from the same seed")
        )
        self.start_from = make("sound.start_from", self.tr("Start &from this sound"))
        self.start_from.setToolTip(
            self.tr("Let the next sound start from the recording on show, instead of noise alone")
        )
        self.cancel = make("sound.cancel", self.tr("&Cancel"), "Esc")
        self.record = make("sound.record", self.tr("&Record…"), "R")
        self.record.setToolTip(
            self.tr("Record a sound from a microphone or a line; it becomes a take")
        )
        self._make_file_actions()
        self.edit_prompt = make("prompt.edit", self.tr("Edit &prompt"), "Ctrl+L")
        self.another_prompt = make(
            "prompt.add", self.tr("&Another prompt from the play head on"), "Ctrl+Shift+L"
        )
        self.play = make("play.toggle", self.tr("&Play or pause\tSpace"))
        self.to_start = make("play.to_start", self.tr("Go to the &start"), "Home")
        self.to_end = make("play.to_end", self.tr("Go to the &end"), "End")
        self.back = make("play.back", self.tr("A second &back"), "Alt+Left")
        self.forward = make("play.forward", self.tr("A second &forward"), "Alt+Right")
        self.play_on_arrival = make(
            "play.on_arrival", self.tr("Play as it &arrives"), checkable=True
        )
        self.grid = make("view.tile_grid", self.tr("&Tile grid"), "G", checkable=True)
        self.zoom_in = make("view.zoom_in", self.tr("Zoom &in"), "Ctrl++", "Ctrl+=")
        self.zoom_out = make("view.zoom_out", self.tr("Zoom &out"), "Ctrl+-")
        self.fit = make("view.whole_sound", self.tr("&Whole sound"), "Ctrl+0")
        self.models = make("models.manage", self.tr("&Models…"), "Ctrl+Shift+M")
        self._make_help_actions()
        self.themes = self._make_themes()

    def _make_help_actions(self) -> None:
        make = partial(make_command, self)
        self.open_log = make("help.open_log", self.tr("Open &log folder"))
        self.diagnose = make("help.diagnose", self.tr("&Diagnose…"))
        self.licences = make("help.licences", self.tr("Third-party &licences"))
        self.about = make("help.about", self.tr("&About Tessera"))

    def _make_file_actions(self) -> None:
        make = partial(make_command, self)
        self.export = make("file.export", self.tr("&Export…"), "Ctrl+Shift+E")
        self.export_picture = make("file.export_picture", self.tr("Export the pi&cture…"))
        self.copy_sound = make(
            "file.copy_sound", self.tr("Cop&y the sound"), "Ctrl+C", "Ctrl+Shift+C"
        )
        self.copy_sound.setToolTip(
            self.tr("What is selected, or all of it, as files for another program")
        )
        self.paste = make("file.paste", self.tr("Open from the clip&board"), "Ctrl+V")
        self.quit = make("app.quit", self.tr("&Quit"), "Ctrl+Q")

    def _make_themes(self) -> QActionGroup:
        group = QActionGroup(self)
        names = {
            ThemeChoice.SYSTEM: self.tr("As the &system"),
            ThemeChoice.LIGHT: self.tr("&Light"),
            ThemeChoice.DARK: self.tr("&Dark"),
        }
        for choice, name in names.items():
            action = group.addAction(
                make_command(self, f"view.theme.{choice}", name, checkable=True)
            )
            action.setData(choice)
        return group

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Add all actions to the menus."""
        menu = bar.addMenu(self.tr("&Sound"))
        menu.addActions([self.generate, self.variations, self.make_in_full, self.start_from])
        menu.addActions([self.endless, self.cancel, self.record])
        menu.addActions([self.edit_prompt, self.another_prompt, self.models])
        menu.addSeparator()
        menu.addActions([self.export, self.export_picture])
        self.after_export = menu.addSeparator()
        menu.addActions([self.quit])
        self.sound_menu = menu
        self.edit_menu = bar.addMenu(self.tr("&Edit"))
        self.edit_menu.addActions([self.copy_sound, self.paste])
        menu = self.play_menu = bar.addMenu(self.tr("&Play"))
        menu.addActions([self.play, self.to_start, self.to_end, self.back, self.forward])
        menu.addSeparator()
        menu.addActions([self.play_on_arrival])
        self.select_menu = bar.addMenu(self.tr("Sele&ct"))
        self.library_menu = bar.addMenu(self.tr("&Library"))
        menu = self.view_menu = bar.addMenu(self.tr("&View"))
        menu.addActions([self.grid, self.zoom_in, self.zoom_out, self.fit])
        menu.addSeparator()
        menu.addMenu(self.tr("&Appearance")).addActions(self.themes.actions())
        self.help_menu = bar.addMenu(self.tr("&Help"))
        self.help_menu.addActions([self.diagnose, self.open_log, self.licences, self.about])


class ApplicationActions(QObject):
    """Actions of the menus Edit and Help that concern the whole application."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        make = partial(make_command, self)
        self.open = make("file.open", self.tr("&Open…"), "Ctrl+O")
        self.undo = make("edit.undo", self.tr("&Undo the last change"), "Ctrl+Z")
        self.redo = make("edit.redo", self.tr("&Redo the change"), "Ctrl+Shift+Z", "Ctrl+Y")
        self.preferences = make("app.preferences", self.tr("Prefere&nces…"), "Ctrl+,")
        self.preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.palette = make("help.find_command", self.tr("&Find a command…"), "Ctrl+Shift+P")
        self.guide = make("help.guide", self.tr("&Guide"), "F1")
        self.guide.setToolTip(self.tr("Read about what has the focus"))
        self.cheat_sheet = make("help.shortcuts", self.tr("&Keyboard shortcuts"), "?")
        self.tour = make("help.tour", self.tr("Take the &tour"))
        self.edit_keys = make("help.edit_shortcuts", self.tr("&Change keyboard shortcuts…"))

    def fill_edit_menu(self, menu: QMenu) -> None:
        """Undo and redo before what the menu has, as everywhere."""
        first = menu.actions()[0]
        menu.insertActions(first, [self.undo, self.redo])
        menu.insertSeparator(first)
        menu.addSeparator()
        menu.addAction(self.preferences)

    def fill_help_menu(self, menu: QMenu) -> None:
        """Put the ways to find one's way before what the menu has."""
        first = menu.actions()[0]
        menu.insertActions(first, [self.guide, self.tour])
        menu.insertActions(first, [self.palette, self.cheat_sheet, self.edit_keys])
        menu.insertSeparator(first)
