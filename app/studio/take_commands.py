"""What is done with takes of the history outside the window: their folders are shown."""

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from app.library.library_worker import LibraryWorker
from app.views.window.main_window import MainWindow


class TakeCommands(QObject):
    """Carries out what the history asks for.

    Args:
        window: Whose history it is.
        library_worker: Where takes are kept.
    """

    def __init__(self, window: MainWindow, library_worker: LibraryWorker) -> None:
        super().__init__(window)
        self._window, self._library = window, library_worker
        window.side_bar.history_page.folder_chosen.connect(self._on_folder_chosen)

    @Slot(str)
    def _on_folder_chosen(self, take_id: str) -> None:
        """Let the system show the folder of a take; each has its own."""
        folder = self._library.take_folder(take_id)
        if not folder.is_dir() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            sentence = self.tr("This folder cannot be shown: {folder}")
            self._window.status_line.say(sentence.format(folder=folder))
