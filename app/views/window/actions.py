"""What can be done, by menu and by key; one action each, wherever it is offered."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.views.widgets.theme import ThemeChoice


class Actions(QObject):
    """All actions of the window.

    Space is not among the shortcuts: it has to type, and to press the button that has the focus,
    so the window handles what is left of it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        make = self._make
        self.generate = make(self.tr("&Generate"), "Ctrl+Return", "Ctrl+Enter")
        self.endless = make(self.tr("&Endless"), "Ctrl+Shift+Return")
        self.endless.setToolTip(
            self.tr("Play without end: each stretch goes on from the one before, until you stop it")
        )
        self.cancel = make(self.tr("&Cancel"), "Esc")
        self.export = make(self.tr("&Export…"), "Ctrl+Shift+E")
        self.export_picture = make(self.tr("Export the pi&cture…"))
        self.copy_sound = make(self.tr("Cop&y the sound"), "Ctrl+Shift+C")
        self.paste = make(self.tr("Open from the clip&board"), "Ctrl+V")
        self.quit = make(self.tr("&Quit"), "Ctrl+Q")
        self.edit_prompt = make(self.tr("Edit &prompt"), "Ctrl+L")
        self.another_prompt = make(self.tr("&Another prompt from the play head on"), "Ctrl+Shift+L")
        self.play = make(self.tr("&Play or pause\tSpace"))
        self.to_start = make(self.tr("Go to the &start"), "Home")
        self.to_end = make(self.tr("Go to the &end"), "End")
        self.back = make(self.tr("A second &back"), "Alt+Left")
        self.forward = make(self.tr("A second &forward"), "Alt+Right")
        self.play_on_arrival = make(self.tr("Play as it &arrives"), checkable=True)
        self.grid = make(self.tr("&Tile grid"), "G", checkable=True)
        self.zoom_in = make(self.tr("Zoom &in"), "Ctrl++", "Ctrl+=")
        self.zoom_out = make(self.tr("Zoom &out"), "Ctrl+-")
        self.fit = make(self.tr("&Whole sound"), "Ctrl+0")
        self.models = make(self.tr("&Models…"), "Ctrl+Shift+M")
        self.open_log = make(self.tr("Open &log folder"))
        self.licences = make(self.tr("Third-party &licences"))
        self.about = make(self.tr("&About Tessera"))
        self.themes = self._make_themes()

    def _make(self, text: str, *keys: str, checkable: bool = False) -> QAction:
        action = QAction(text, self, checkable=checkable)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        return action

    def _make_themes(self) -> QActionGroup:
        group = QActionGroup(self)
        names = {
            ThemeChoice.SYSTEM: self.tr("As the &system"),
            ThemeChoice.LIGHT: self.tr("&Light"),
            ThemeChoice.DARK: self.tr("&Dark"),
        }
        for choice, name in names.items():
            action = group.addAction(self._make(name, checkable=True))
            action.setData(choice)
        return group

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Lay all actions out in menus."""
        menu = bar.addMenu(self.tr("&Sound"))
        menu.addActions([self.generate, self.endless, self.cancel])
        menu.addActions([self.edit_prompt, self.another_prompt, self.models])
        menu.addSeparator()
        menu.addActions([self.export, self.export_picture, self.copy_sound, self.paste])
        self.after_export = menu.addSeparator()
        menu.addActions([self.quit])
        self.sound_menu = menu
        self.edit_menu = bar.addMenu(self.tr("&Edit"))
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
        self.help_menu.addActions([self.open_log, self.licences, self.about])


class ApplicationActions(QObject):
    """What the menus Edit and Help get besides the window's own actions."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.open = self._make(self.tr("&Open…"), "Ctrl+O")
        self.undo = self._make(self.tr("&Undo the last change"), "Ctrl+Z")
        self.redo = self._make(self.tr("&Redo the change"), "Ctrl+Shift+Z", "Ctrl+Y")
        self.preferences = self._make(self.tr("Prefere&nces…"), "Ctrl+,")
        self.preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.palette = self._make(self.tr("&Find a command…"), "Ctrl+Shift+P")
        self.cheat_sheet = self._make(self.tr("&Keyboard shortcuts"), "F1", "?")
        self.tour = self._make(self.tr("Take the &tour"))
        self.edit_keys = self._make(self.tr("&Change keyboard shortcuts…"))

    def _make(self, text: str, *keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        return action

    def fill_edit_menu(self, menu: QMenu) -> None:
        """Undo and redo first, as everywhere."""
        first = menu.actions()[0] if menu.actions() else None
        menu.insertActions(first, [self.undo, self.redo])
        menu.addSeparator()
        menu.addAction(self.preferences)

    def fill_help_menu(self, menu: QMenu) -> None:
        """Put the ways to find one's way first."""
        first = menu.actions()[0] if menu.actions() else None
        menu.insertActions(first, [self.palette, self.cheat_sheet, self.edit_keys, self.tour])
        menu.insertSeparator(first)
