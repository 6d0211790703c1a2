"""The actions of queue and history."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.view_models.document import Document
from app.view_models.takes.take_record import TakePlace
from app.views.commands.commands import make_command
from app.views.side_bar.side_bar import SideBar, SideBarPage


class LibraryActions(QObject):
    """Actions of the side bar.

    Args:
        document: Whose queue and history it is.
        side_bar: Where they are shown.
        parent: The window.
    """

    def __init__(self, document: Document, side_bar: SideBar, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._side_bar = document, side_bar
        self._page = side_bar.history_page
        make = self._make
        self.side_bar = make(
            "library.side_bar", self.tr("&Side bar"), side_bar.toggle_last, "Ctrl+B"
        )
        self.queue = make("library.queue", self.tr("Show the &queue"), self._on_queue, "Ctrl+J")
        self.history = make(
            "library.history", self.tr("Show the &history"), self._on_history, "Ctrl+H"
        )
        self.search = make(
            "library.search", self.tr("S&earch the history"), self._on_search, "Ctrl+F"
        )
        self.pause = make_command(
            self,
            "library.pause_queue",
            self.tr("&Pause the queue"),
            "Ctrl+Shift+J",
            checkable=True,
        )
        self.pause.toggled.connect(document.queue.set_paused)
        self.compare = make_command(
            self, "library.compare", self.tr("&Compare the last two takes"), "X"
        )
        self.watch = make_command(
            self, "library.show_run", self.tr("Show what is being &made"), "W"
        )
        self.star = make("library.star", self.tr("Give or take the s&tar"), self._on_star, "S")
        self.use = make(
            "library.use_settings", self.tr("&Use the settings of this take"), self._on_use, "U"
        )
        self.labels = make("library.labels", self.tr("Ta&gs and project…"), self._on_labels, "T")
        self.labels.setToolTip(
            self.tr("Order the selected takes, or the one on show, by tags and a project")
        )
        self.undo_delete = make(
            "library.undo_delete",
            self.tr("&Bring back what was deleted"),
            document.history.undo_delete,
        )
        self._make_auditions()
        document.queue.changed.connect(self._refresh)
        document.history.changed.connect(self._refresh)
        document.shown.changed.connect(self._refresh)
        self._page.list.selectionModel().currentChanged.connect(self._refresh)
        self._refresh()

    def _make_auditions(self) -> None:
        """Actions that go from take to take, and to the folder of one."""
        self.show_in_folder = self._make(
            "library.show_in_folder", self.tr("Show in &folder"), self._on_show_in_folder
        )
        self.show_in_folder.setToolTip(
            self.tr("Open the folder in which this take is kept: its sound, picture and settings")
        )
        self.next_take = self._make(
            "library.next_take", self.tr("Play the &next take"), lambda: self._page.step(1), "N"
        )
        self.next_take.setToolTip(self.tr("Play the take below, as the history lists them"))
        self.previous_take = self._make(
            "library.previous_take",
            self.tr("Play the pre&vious take"),
            lambda: self._page.step(-1),
            "P",
        )
        self.previous_take.setToolTip(self.tr("Play the take above, as the history lists them"))
        self.next_variation = self._make(
            "library.next_variation",
            self.tr("Next variat&ion"),
            lambda: self._page.variation_wanted.emit(1),
            "V",
        )
        self.next_variation.setToolTip(
            self.tr("Go on at the same place with the next take of the same group of variations")
        )
        self.previous_variation = self._make(
            "library.previous_variation",
            self.tr("P&revious variation"),
            lambda: self._page.variation_wanted.emit(-1),
            "Shift+V",
        )
        self.previous_variation.setToolTip(
            self.tr("Go on at the same place with the take before it in the group of variations")
        )
        self.auditions = make_command(
            self, "library.audition", self.tr("&Arrow keys play takes"), checkable=True
        )
        self.auditions.setToolTip(
            self.tr("An arrow key in the history shows and plays the take that it chooses")
        )
        self.auditions.setChecked(self._page.auditions)
        self.auditions.toggled.connect(self._on_auditions)

    def fill_menu(self, menu: QMenu) -> None:
        """Append the actions to the menu."""
        menu.addActions([self.side_bar, self.queue, self.history, self.search])
        menu.addSeparator()
        menu.addActions([self.pause, self.watch])
        menu.addSeparator()
        menu.addActions([self.next_take, self.previous_take, self.auditions])
        menu.addSeparator()
        menu.addActions([self.compare, self.next_variation, self.previous_variation])
        menu.addSeparator()
        menu.addActions([self.star, self.labels, self.use, self.show_in_folder])
        menu.addActions([self.undo_delete])

    def _make(self, command_id: str, text: str, slot: Callable[[], object], *keys: str) -> QAction:
        action = make_command(self, command_id, text, *keys)
        action.triggered.connect(slot)
        return action

    @property
    def _take_id(self) -> str:
        """The take to act on: the selected one if the list has the focus, else the one shown."""
        chosen = self._page.chosen if self._page.list.hasFocus() else None
        return chosen.take_id if chosen else self._document.shown.take_id

    @Slot()
    def _refresh(self) -> None:
        document = self._document
        record = document.history.record(self._take_id)
        has_record = record is not None
        self.show_in_folder.setEnabled(record is not None and record.place is TakePlace.LIBRARY)
        has_takes = document.history.rowCount() > 0
        self.next_take.setEnabled(has_takes)
        self.previous_take.setEnabled(has_takes)
        self.pause.setChecked(document.queue.is_paused)
        shown = document.shown
        self.compare.setEnabled(shown.can_compare)
        has_others = len(document.history.group(shown.take_id)) > 1
        self.next_variation.setEnabled(has_others)
        self.previous_variation.setEnabled(has_others)
        self.watch.setEnabled(document.queue.running is not None and not document.shown.shows_run)
        self.star.setEnabled(has_record or self._page.chosen is not None)
        self.labels.setEnabled(has_record or self._page.chosen is not None)
        self.use.setEnabled(has_record or self._page.chosen is not None)
        self.undo_delete.setEnabled(bool(document.history.last_deleted))

    @Slot()
    def _on_queue(self) -> None:
        self._side_bar.open(SideBarPage.QUEUE)
        self._side_bar.queue_page.list.setFocus()

    @Slot()
    def _on_history(self) -> None:
        self._side_bar.open(SideBarPage.HISTORY)
        self._page.list.setFocus()

    @Slot()
    def _on_search(self) -> None:
        self._side_bar.open(SideBarPage.HISTORY)
        self._page.search.setFocus()
        self._page.search.selectAll()

    @Slot()
    def _on_star(self) -> None:
        self._page.toggle_star(self._take_id)

    @Slot(bool)
    def _on_auditions(self, wanted: bool) -> None:
        self._page.auditions = wanted

    @Slot()
    def _on_labels(self) -> None:
        chosen = self._page.chosen_ids if self._page.list.hasFocus() else []
        self._page.labels_wanted.emit(chosen or [self._take_id])

    @Slot()
    def _on_show_in_folder(self) -> None:
        if self._take_id:
            self._page.folder_chosen.emit(self._take_id)

    @Slot()
    def _on_use(self) -> None:
        record = self._document.history.record(self._take_id)
        if record is not None:
            self._page.settings_chosen.emit(record.request)
