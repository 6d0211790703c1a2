"""Commands on takes: variations to make and compare, tags and projects, folders."""

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from app.library.library_worker import LibraryWorker
from app.session.session import Session
from app.view_models.takes.take_labels import LabelEdit
from app.views.dialogs.labels_dialog import LabelsDialog
from app.views.dialogs.variations_dialog import VariationsDialog
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow
from core.api.errors import InvalidRequestError


class TakeCommands(QObject):
    """Carries out what the history asks for.

    Args:
        window: Whose history it is.
        session: Makes variations.
        library_worker: Where takes are kept.
        dialogs: Runs the dialogs.
    """

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        library_worker: LibraryWorker,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._library, self._dialogs = library_worker, dialogs
        self._texts = TakeTexts(self)
        self._awaited_id = ""  # the variation that is being read
        self._history = window.document.history
        page = window.side_bar.history_page
        page.folder_chosen.connect(self._on_folder_chosen)
        page.labels_wanted.connect(self._on_labels_wanted)
        page.variation_wanted.connect(self._on_variation_wanted)
        window.actions_.variations.triggered.connect(self._on_variations)
        window.document.shown.changed.connect(self._on_shown_changed)

    @Slot()
    def _on_variations(self) -> None:
        """Ask for a grid of settings around the draft, and queue what it makes."""
        document = self._window.document
        self._window.prompt_panel.clear_errors()
        try:
            request = document.draft.to_request()
        except InvalidRequestError as error:
            self._session.reject(error)
            return
        dialog = VariationsDialog(self._window, request, document.estimate.expected_s_of)
        if self._dialogs.fill_in(dialog):
            self._session.generate_group(dialog.requests)
        dialog.deleteLater()

    @Slot(int)
    def _on_variation_wanted(self, steps: int) -> None:
        """Show the take so many further in the group, at the same place of the sound."""
        shown_id = self._awaited_id or self._window.document.shown.take_id
        group = self._history.group(shown_id)
        names = [record.take_id for record in group]
        if len(names) < 2:
            return
        place = names.index(shown_id) + steps if shown_id in names else min(steps, 0)
        place %= len(names)
        self._awaited_id = names[place]
        self._window.comparison_requested.emit(names[place])
        self._window.status_line.say(
            self._texts.variation(place + 1, len(names), group[place].request)
        )

    @Slot()
    def _on_shown_changed(self) -> None:
        self._awaited_id = ""

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
