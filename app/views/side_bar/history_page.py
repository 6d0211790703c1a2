"""The history page: a searchable list of all finished takes."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton

from app.view_models.takes.history import HistoryModel
from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.takes.take_record import TakePlace, TakeRecord
from app.view_models.takes.thumbnails import Thumbnails
from app.view_models.viewer.shown_take import ShownTakeModel
from app.views.side_bar.filter_row import FilterRow
from app.views.side_bar.history_delegate import HistoryDelegate
from app.views.side_bar.list_page import ListPage
from app.views.side_bar.take_details import TakeDetails
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.buttons import IconButton
from app.views.widgets.empty_state import EmptyState
from app.views.widgets.labels import ElidedLabel
from app.views.widgets.theme import Theme
from core.api.request import GenerationRequest

_REFRESH_AGES_MS = 30_000
_PASSED_MS = 150  # a take that an arrow key leaves sooner is not read


class HistoryPage(ListPage):
    """Shows a HistoryModel, searches it, and changes stars and notes.

    Signals:
        take_chosen: A take, named, should come on show.
        audition_chosen: A take, named, should come on show and play.
        comparison_chosen: A take, named, should be compared with the one on show.
        folder_chosen: The folder of a take, named, should be shown.
        layers_wanted: These takes should become layers of the arrangement.
        settings_chosen: A request whose settings should be filled in.
        variation_wanted: The take so many further in the group of the one on show is wanted.
        labels_wanted: Tags and project of these takes should be changed.

    Attributes:
        auditions: Whether a take plays once an arrow key has chosen it.
    """

    take_chosen = Signal(str)
    audition_chosen = Signal(str)
    comparison_chosen = Signal(str)
    folder_chosen = Signal(str)
    layers_wanted = Signal(list)
    settings_chosen = Signal(GenerationRequest)
    variation_wanted = Signal(int)
    labels_wanted = Signal(list)

    def __init__(
        self,
        history: HistoryModel,
        thumbnails: Thumbnails,
        shown: ShownTakeModel,
        texts: TakeTexts,
        theme: Theme,
    ) -> None:
        delegate = HistoryDelegate(thumbnails, shown, texts, theme)
        empty = EmptyState("history", "", theme)
        super().__init__(self.tr("History"), history, delegate, empty)
        self._history, self._shown = history, shown
        self._current_id = ""
        self.auditions = True
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Search prompts, notes and tags"))
        self.search.setAccessibleName(self.tr("Search the history"))
        self._stars = IconButton("star", self.tr("Show only takes with a star"), theme)
        self._stars.setCheckable(True)
        self._filters = FilterRow(history, self)
        self._details = TakeDetails(texts)
        self._undo = UndoBar(texts)
        self._assemble()
        self._connect(thumbnails, shown)
        self._on_changed()

    def _assemble(self) -> None:
        self._add_head([self._stars])
        self._add_inset(self.search)
        self._add_inset(self._filters)
        self._add_list()
        self._add_inset(self._undo)
        self.column.addWidget(self._details)

    def _connect(self, thumbnails: Thumbnails, shown: ShownTakeModel) -> None:
        self._history.modelAboutToBeReset.connect(self._on_about_to_reset)
        self._history.modelReset.connect(self._on_reset)
        self._history.changed.connect(self._on_changed)
        self.search.textChanged.connect(self._history.set_search)
        self._stars.toggled.connect(self._history.set_only_starred)
        thumbnails.arrived.connect(self._on_thumbnail)
        shown.changed.connect(self.list.viewport().update)
        self._delegate.button_pressed.connect(self._on_star)
        self.list.activated.connect(self._on_activated)
        self.list.delete_pressed.connect(self.delete_chosen)
        self.list.selectionModel().currentChanged.connect(self._show_details)
        self.list.customContextMenuRequested.connect(self._on_menu_requested)
        self._details.notes_changed.connect(self._history.set_notes)
        self._undo.undo_requested.connect(self._history.undo_delete)
        self._arrived = QTimer(self, interval=_PASSED_MS, singleShot=True)
        self._arrived.timeout.connect(self._audition)
        self.list.walked.connect(self._on_walked)
        self._ages = QTimer(self, interval=_REFRESH_AGES_MS)
        self._ages.timeout.connect(self.list.viewport().update)
        self._ages.start()

    @property
    def chosen_ids(self) -> list[str]:
        """Names of all selected takes."""
        return [index.data(ITEM_ROLE).take_id for index in self.list.selectedIndexes()]

    @Slot(QModelIndex)
    def _on_star(self, index: QModelIndex) -> None:
        self.toggle_star(index.data(ITEM_ROLE).take_id)

    @Slot(str)
    def toggle_star(self, take_id: str) -> None:
        """Give a take a star, or take it away."""
        record = self._history.record(take_id)
        if record is not None:
            self._history.set_starred(take_id, not record.is_starred)

    def step(self, rows: int) -> None:
        """Play the take so many rows below the current one, or below the one on show."""
        current = self.list.currentIndex()
        if not current.isValid():
            current = self._history.index_of(self._shown.take_id)
        row = current.row() + rows if current.isValid() else 0
        if 0 <= row < self._history.rowCount():
            self.list.setCurrentIndex(self._history.index(row))
            self._arrived.start()

    @Slot()
    def _on_walked(self) -> None:
        if self.auditions:
            self._arrived.start()

    @Slot()
    def _audition(self) -> None:
        if self.chosen is not None and self.chosen.place is not TakePlace.MISSING:
            self.audition_chosen.emit(self.chosen.take_id)

    @Slot()
    def delete_chosen(self) -> None:
        """Delete the selected takes, and keep the current row."""
        row = self.list.currentIndex().row()
        self._history.trash(self.chosen_ids)
        last = self._history.rowCount() - 1
        self.list.setCurrentIndex(self._history.index(min(row, last)))

    @Slot()
    def _on_about_to_reset(self) -> None:
        chosen = self.chosen
        self._current_id = chosen.take_id if chosen else ""

    @Slot()
    def _on_reset(self) -> None:
        """Select the same take again, if it is still shown."""
        index = self._history.index_of(self._current_id)
        if index.isValid():
            self.list.setCurrentIndex(index)

    @Slot()
    def _on_changed(self) -> None:
        self._show_list(has_any=self._history.rowCount() > 0)
        self._empty.say(self._why_empty())
        self._undo.show_deleted(self._history.last_deleted)
        self._show_details()

    def _why_empty(self) -> str:
        shown = self._history.filter
        if shown.search.strip():
            return self.tr("Nothing is called that. Try fewer letters, or another word.")
        if shown.tag or shown.project:
            return self.tr("No take has this tag in this project. Choose another one above.")
        if shown.only_starred and self._history.num_takes:
            return self.tr("No take has a star yet. Give one to those that you want to find again.")
        return self.tr("Every sound you make is kept here, with its settings.")

    @Slot()
    def _show_details(self) -> None:
        self._details.show_record(self.chosen)

    @Slot(str)
    def _on_thumbnail(self, take_id: str) -> None:
        index = self._history.index_of(take_id)
        if index.isValid():
            self.list.update(index)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        record = index.data(ITEM_ROLE)
        if record.place is not TakePlace.MISSING:
            self.take_chosen.emit(record.take_id)

    def item_menu(self, record: TakeRecord) -> QMenu:
        """Return the context menu of a take."""
        menu, name = super().item_menu(record), record.take_id
        if record.place is not TakePlace.MISSING:
            menu.addAction(self.tr("Open"), lambda: self.take_chosen.emit(name))
            menu.addAction(
                self.tr("Compare with what is shown"), lambda: self.comparison_chosen.emit(name)
            )
            menu.addAction(
                self.tr("Add to the arrangement"), lambda: self.layers_wanted.emit(self.chosen_ids)
            )
        menu.addAction(
            self.tr("Use these settings"), lambda: self.settings_chosen.emit(record.request)
        )
        if record.place is TakePlace.LIBRARY:
            menu.addAction(self.tr("Show in folder"), lambda: self.folder_chosen.emit(name))
        menu.addSeparator()
        text = self.tr("Take the star away") if record.is_starred else self.tr("Give it a star")
        menu.addAction(text, lambda: self.toggle_star(name))
        menu.addAction(self.tr("Write a note"), self._details.focus_notes)
        menu.addAction(
            self.tr("Tags and project…"), lambda: self.labels_wanted.emit(self.chosen_ids)
        )
        menu.addSeparator()
        num_chosen = len(self.chosen_ids)
        delete = self.tr("Delete {n} takes").format(n=num_chosen)
        if num_chosen < 2:
            delete = self.tr("Delete")
        menu.addAction(delete, QKeySequence("Del"), self.delete_chosen)
        return menu


class UndoBar(QFrame):
    """Says what was deleted last, with a button to restore it; hidden otherwise.

    Signals:
        undo_requested: It should be restored.
    """

    undo_requested = Signal()

    def __init__(self, texts: TakeTexts) -> None:
        super().__init__()
        self.setObjectName("undoBar")
        self._texts = texts
        self._sentence = ElidedLabel()
        self._sentence.setProperty("role", "caption")
        self._button = QPushButton(self.tr("Undo"))
        self._button.setProperty("role", "quiet")
        self._button.setToolTip(self.tr("Bring back what was deleted last"))
        self._button.clicked.connect(self.undo_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.addWidget(self._sentence, stretch=1)
        row.addWidget(self._button)
        self.hide()

    def show_deleted(self, records: Sequence[TakeRecord]) -> None:
        """Say what was deleted; hide if nothing was."""
        self.setVisible(bool(records))
        if len(records) == 1:
            title = self._texts.title(records[0].request)
            self._sentence.show_text(self.tr("Deleted “{title}”").format(title=title))
        elif records:
            self._sentence.show_text(self.tr("Deleted {n} takes").format(n=len(records)))
