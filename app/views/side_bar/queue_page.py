"""The queue page: a list of requests that run, wait, or have failed."""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QMenu, QPushButton

from app.view_models.takes.list_item import ITEM_ROLE
from app.view_models.takes.queue import QueueModel
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from app.view_models.takes.run_status import RunStatusModel
from app.views.side_bar.list_page import ListPage
from app.views.side_bar.queue_delegate import QueueDelegate
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.buttons import IconButton
from app.views.widgets.empty_state import EmptyState
from app.views.widgets.labels import PlainLabel
from app.views.widgets.theme import Theme
from core.api.request import GenerationRequest


class QueuePage(ListPage):
    """Shows a QueueModel and changes its order.

    Signals:
        cancel_requested: What runs should stop.
        watch_requested: The running request should be shown.
        settings_chosen: A request whose settings should be filled in.
    """

    cancel_requested = Signal()
    watch_requested = Signal()
    settings_chosen = Signal(GenerationRequest)

    def __init__(
        self, queue: QueueModel, status: RunStatusModel, texts: TakeTexts, theme: Theme
    ) -> None:
        nothing = self.tr(
            "Nothing waits. Press Generate while a sound is made, and the next one queues."
        )
        delegate = QueueDelegate(queue, status, texts, theme)
        super().__init__(self.tr("Queue"), queue, delegate, EmptyState("queue", nothing, theme))
        self._queue = queue
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self._caption = PlainLabel()
        self._caption.setProperty("role", "caption")
        self._pause = IconButton("pause", self.tr("Pause the queue"), theme)
        self._clear = QPushButton(self.tr("Clear what ended"))
        self._clear.setProperty("role", "quiet")
        self._assemble()
        self._connect(status)
        self._on_changed()

    def _assemble(self) -> None:
        self._add_head([self._caption, self._pause])
        self._add_list()
        self.column.addWidget(self._clear, alignment=Qt.AlignmentFlag.AlignHCenter)

    def _connect(self, status: RunStatusModel) -> None:
        self._queue.changed.connect(self._on_changed)
        status.changed.connect(self._on_progress)
        self._pause.clicked.connect(lambda: self._queue.set_paused(not self._queue.is_paused))
        self._clear.clicked.connect(self._queue.clear_settled)
        self._delegate.button_pressed.connect(self._on_button)
        self.list.delete_pressed.connect(self._on_delete)
        self.list.activated.connect(self._on_activated)
        self.list.customContextMenuRequested.connect(self._on_menu_requested)
        for key, steps in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(key), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda steps=steps: self._move_chosen(steps))

    @Slot()
    def _on_changed(self) -> None:
        queue = self._queue
        self._show_list(has_any=bool(queue.entries))
        self._clear.setVisible(any(entry.is_settled for entry in queue.entries))
        if queue.is_paused:
            self._pause.show_icon("play", self.tr("Go on with the queue"))
        else:
            self._pause.show_icon("pause", self.tr("Pause the queue"))
        waiting = self.tr("{n} waiting").format(n=queue.num_waiting) if queue.num_waiting else ""
        paused = self.tr("paused") if queue.is_paused else ""
        self._caption.setText(" · ".join(filter(None, (waiting, paused))))

    @Slot()
    def _on_progress(self) -> None:
        if self._queue.running is not None and self.isVisible():
            self.list.update(self._queue.index(0))

    @Slot(QModelIndex)
    def _on_button(self, index: QModelIndex) -> None:
        entry = index.data(ITEM_ROLE)
        match entry.state:
            case EntryState.RUNNING:
                self.cancel_requested.emit()
            case EntryState.WAITING:
                self._queue.remove(entry.entry_id)
            case _:
                self._queue.retry(entry.entry_id)

    @Slot()
    def _on_delete(self) -> None:
        if self.chosen is not None:
            self._queue.remove(self.chosen.entry_id)

    def _move_chosen(self, steps: int) -> None:
        if self.chosen is not None:
            self._queue.move(self.chosen.entry_id, steps)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        if index.data(ITEM_ROLE).state is EntryState.RUNNING:
            self.watch_requested.emit()

    def item_menu(self, entry: QueueEntry) -> QMenu:
        """Return the context menu of an entry."""
        menu, queue, name = super().item_menu(entry), self._queue, entry.entry_id
        if entry.state is EntryState.RUNNING:
            menu.addAction(self.tr("Show it"), self.watch_requested.emit)
            menu.addAction(self.tr("Cancel"), self.cancel_requested.emit)
        elif entry.state is EntryState.WAITING:
            up = menu.addAction(self.tr("Move up"), lambda: queue.move(name, -1))
            up.setShortcut(QKeySequence("Alt+Up"))
            down = menu.addAction(self.tr("Move down"), lambda: queue.move(name, 1))
            down.setShortcut(QKeySequence("Alt+Down"))
            menu.addAction(
                self.tr("Move to the front"), lambda: queue.move(name, -len(queue.entries))
            )
        else:
            menu.addAction(self.tr("Try again"), lambda: queue.retry(name))
        menu.addAction(
            self.tr("Use these settings"), lambda: self.settings_chosen.emit(entry.request)
        )
        if entry.state is not EntryState.RUNNING:
            menu.addSeparator()
            remove = menu.addAction(self.tr("Remove"), lambda: queue.remove(name))
            remove.setShortcut(QKeySequence("Del"))
            num_waiting = len(queue.waiting_of_group(name))
            if num_waiting > 1:
                text = self.tr("Remove all {n} variations that wait").format(n=num_waiting)
                menu.addAction(text, lambda: queue.remove_group(name))
        return menu
