"""Opens the guide: from the menu, and by its key at the page about what has the focus."""

from PySide6.QtCore import QLocale, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog

from app.paths import GUIDE
from app.view_models.language import effective_language, remembered_language
from app.view_models.settings_store import SettingsStore
from app.views.commands.commands import commands_of
from app.views.dialogs.guide_window import GuideWindow
from app.views.texts.guide_page import GuidePage, guide_page_of
from app.views.window.main_window import MainWindow


class Guide(QObject):
    """Shows the pages in the language in use.

    Args:
        window: What the guide is about.
        memory: Knows the language.
        action: Asks for the guide.
    """

    def __init__(self, window: MainWindow, memory: SettingsStore, action: QAction) -> None:
        super().__init__(window)
        self._window, self._action = window, action
        language = effective_language(remembered_language(memory), QLocale.system())
        self._folder = GUIDE / language
        action.triggered.connect(self._on_triggered)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    @property
    def shown(self) -> GuideWindow | None:
        """The guide while it is open."""
        guides = self._window.findChildren(GuideWindow)
        return next((guide for guide in guides if guide.isVisible()), None)

    def open(self, page: GuidePage) -> GuideWindow:
        """Show a page; over a dialog that waits for an answer, since that blocks other windows."""
        parent = QApplication.activeModalWidget() or self._window
        guide = self.shown
        if guide is None or guide.parentWidget() is not parent:
            if guide is not None:
                guide.close()
            guide = GuideWindow(parent, self._folder, commands_of(self._window.menuBar()))
        guide.open_page(page)
        return guide

    @Slot()
    def _on_triggered(self) -> None:
        self.open(guide_page_of(QApplication.focusWidget() or QApplication.activeModalWidget()))

    @Slot()
    def _on_focus_changed(self) -> None:
        """Let a dialog have the guide's key: the window's own does not reach it."""
        dialog = QApplication.activeModalWidget() or QApplication.activeWindow()
        if isinstance(dialog, QDialog) and self._action not in dialog.actions():
            dialog.addAction(self._action)
