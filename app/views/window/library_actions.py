"""What can be done with queue and history, by menu and by key."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.session.session import Session
from app.views.side_bar.side_bar import SideBar, SideBarPage


class LibraryActions(QObject):
    """Actions of the side bar.

    Args:
        session: Whose queue and history it is.
        side_bar: Where they are shown.
        parent: The window.
    """

    def __init__(self, session: Session, side_bar: SideBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._side_bar = session, side_bar
        self._page = side_bar.history_page
        make = self._make
        self.side_bar = make(self.tr("&Side bar"), "Ctrl+B", side_bar.toggle_last)
        self.queue = make(self.tr("Show the &queue"), "Ctrl+J", self._on_queue)
        self.history = make(self.tr("Show the &history"), "Ctrl+H", self._on_history)
        self.search = make(self.tr("S&earch the history"), "Ctrl+F", self._on_search)
        self.pause = make(self.tr("&Pause the queue"), "Ctrl+Shift+J")
        self.pause.setCheckable(True)
        self.pause.toggled.connect(session.queue.set_paused)
        self.compare = make(self.tr("&Compare the last two takes"), "X", session.on_stage.compare)
        self.watch = make(self.tr("Show what is being &made"), "W", session.on_stage.watch)
        self.star = make(self.tr("Give or take the s&tar"), "S", self._on_star)
        self.use = make(self.tr("&Use the settings of this take"), "U", self._on_use)
        self.undo_delete = make(
            self.tr("&Bring back what was deleted"), "", session.history.undo_delete
        )
        session.queue.changed.connect(self._refresh)
        session.history.changed.connect(self._refresh)
        session.on_stage.changed.connect(self._refresh)
        self._page.list.selectionModel().currentChanged.connect(self._refresh)
        self._refresh()

    def fill_menu(self, menu: QMenu) -> None:
        """Lay all actions out."""
        menu.addActions([self.side_bar, self.queue, self.history, self.search])
        menu.addSeparator()
        menu.addActions([self.pause, self.watch])
        menu.addSeparator()
        menu.addActions([self.compare, self.star, self.use, self.undo_delete])

    def _make(self, text: str, key: str, slot: object = None) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if slot is not None:
            action.triggered.connect(slot)
        return action

    @property
    def _take_id(self) -> str:
        """The take that is meant: the one chosen in the list, else the one on show."""
        chosen = self._page.chosen if self._page.list.hasFocus() else None
        return chosen.take_id if chosen else self._session.on_stage.take_id

    @Slot()
    def _refresh(self) -> None:
        session = self._session
        has_record = session.history.record(self._take_id) is not None
        self.pause.setChecked(session.queue.is_paused)
        self.compare.setEnabled(session.on_stage.compared is not None)
        self.watch.setEnabled(session.queue.running is not None and not session.on_stage.shows_run)
        self.star.setEnabled(has_record or self._page.chosen is not None)
        self.use.setEnabled(has_record or self._page.chosen is not None)
        self.undo_delete.setEnabled(bool(session.history.last_deleted))

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

    @Slot()
    def _on_use(self) -> None:
        record = self._session.history.record(self._take_id)
        if record is not None:
            self._page.settings_chosen.emit(record.request)
