"""Commands on takes of the history: tags and project are asked for, folders are shown."""

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from app.library.library_worker import LibraryWorker
from app.view_models.takes.take_labels import LabelEdit
from app.views.dialogs.labels_dialog import LabelsDialog
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow


class TakeCommands(QObject):
    """Carries out what the history asks for.

    Args:
        window: Whose history it is.
        library_worker: Where takes are kept.
        dialogs: Runs the dialogs.
    """

    def __init__(
        self, window: MainWindow, library_worker: LibraryWorker, dialogs: MessageBoxes
    ) -> None:
        super().__init__(window)
        self._window, self._library, self._dialogs = window, library_worker, dialogs
        self._history = window.document.history
        page = window.side_bar.history_page
        page.folder_chosen.connect(self._on_folder_chosen)
        page.labels_wanted.connect(self._on_labels_wanted)

    @Slot(list)
    def _on_labels_wanted(self, take_ids: list[str]) -> None:
        records = filter(None, map(self._history.record, take_ids))
        labels = {record.take_id: record.labels for record in records}
        if not labels:
            return
        dialog = LabelsDialog(
            self._window, LabelEdit(labels), self._history.tags, self._history.projects
        )
        if self._dialogs.fill_in(dialog):
            self._history.label(dialog.labels)
        dialog.deleteLater()

    @Slot(str)
    def _on_folder_chosen(self, take_id: str) -> None:
        """Let the system show the folder of a take; each has its own."""
        folder = self._library.take_folder(take_id)
        if not folder.is_dir() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            sentence = self.tr("This folder cannot be shown: {folder}")
            self._window.status_line.say(sentence.format(folder=folder))
