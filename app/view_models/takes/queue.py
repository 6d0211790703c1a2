"""The queue: what runs, what waits for its turn, and what ended without a take."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, Qt, Signal

from app.view_models.takes.list_item import Index, item_data
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from app.view_models.takes.take_record import group_of, new_group_ids, new_take_id
from core.api.request import GenerationRequest
from core.api.take import Take

_MIME = "application/x-tessera-queue-entry"


class QueueModel(QAbstractListModel):
    """The list model of entries: the running one first, then those that wait in their order.

    Signals:
        changed: Order, state or pause have changed; LibrarySync stores the queue.

    Attributes:
        is_paused: Whether waiting entries are held back.
        accessible_text: Describes an entry for screen readers; the view sets it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[QueueEntry] = []
        self.is_paused = False
        self.accessible_text: Callable[[QueueEntry], str] = lambda entry: entry.request.prompt

    @property
    def entries(self) -> tuple[QueueEntry, ...]:
        """All entries in their order."""
        return tuple(self._entries)

    @property
    def running(self) -> QueueEntry | None:
        """The running entry; None if none runs."""
        return self._first(EntryState.RUNNING)

    @property
    def next_to_start(self) -> QueueEntry | None:
        """The entry whose turn it is; None while another runs, or the pause holds all."""
        if self.running is not None:
            return None
        waiting = (entry for entry in self._entries if entry.state is EntryState.WAITING)
        return next((one for one in waiting if one.skips_pause or not self.is_paused), None)

    @property
    def num_waiting(self) -> int:
        """How many wait."""
        return sum(entry.state is EntryState.WAITING for entry in self._entries)

    def add(
        self,
        requests: Iterable[GenerationRequest],
        base: Take | None = None,
        *,
        is_endless: bool = False,
        skips_pause: bool = False,
        is_group: bool = False,
    ) -> list[QueueEntry]:
        """Let requests wait behind those that wait already; the rest as in QueueEntry.

        Only the first of several skips the pause. The takes of a group are compared one after
        another; their names say that they belong together.
        """
        wanted = list(requests)
        ids = new_group_ids(len(wanted)) if is_group else [new_take_id() for _ in wanted]
        added = [
            QueueEntry(
                entry_id=ids[index],
                request=request,
                base=base,
                is_endless=is_endless,
                skips_pause=skips_pause and index == 0,
            )
            for index, request in enumerate(wanted)
        ]
        if added:
            self._insert(self._end_of_waiting(), added)
            self.changed.emit()
        return added

    def restore(self, entries: Sequence[QueueEntry]) -> None:
        """Restore the entries of the last start; none of them starts by itself."""
        kept = [entry for entry in entries if entry.state is not EntryState.CANCELLED]
        if not kept:
            return
        self._insert(0 if self.running is None else 1, kept)
        self.is_paused = self.is_paused or any(not entry.is_settled for entry in kept)
        self.changed.emit()

    def set_paused(self, paused: bool) -> None:
        """Hold back the waiting entries, or let them go on; the running one is not affected."""
        if self.is_paused != paused:
            self.is_paused = paused
            self.changed.emit()

    def start(self, entry_id: str) -> QueueEntry:
        """Note that an entry runs, and show it first."""
        self._move(self.place(entry_id), 0)
        entry = self._entries[0]
        self._replace(
            0,
            replace(
                entry,
                state=EntryState.RUNNING,
                was_interrupted=False,
                skips_pause=False,
                sentence="",
            ),
        )
        self.changed.emit()
        return self._entries[0]

    def settle(self, entry_id: str, state: EntryState, sentence: str = "") -> None:
        """Note that an entry ended without a take, behind all that wait."""
        place = self.place(entry_id)
        self._replace(place, replace(self._entries[place], state=state, sentence=sentence))
        self._move(place, len(self._entries) - 1)
        self.changed.emit()

    def interrupt(self) -> None:
        """Note that the running entry is interrupted; it waits for the next start."""
        entry = self.running
        if entry is not None:
            waiting = replace(entry, state=EntryState.WAITING, was_interrupted=True)
            self._replace(self.place(entry.entry_id), waiting)
            self.changed.emit()

    def retry(self, entry_id: str) -> None:
        """Let an entry that ended wait once more."""
        place = self.place(entry_id)
        entry = self._entries[place]
        if entry.is_settled:
            self._replace(place, replace(entry, state=EntryState.WAITING, sentence=""))
            self._move(place, self._last())
            self.changed.emit()

    def agree(self, entry_id: str) -> None:
        """Let an entry that failed wait once more, first of all, now that a person allowed it.

        It does not wait for the end of a pause: a person just asked for it.
        """
        place = self.place(entry_id)
        entry = self._entries[place]
        if entry.is_settled:
            waiting = replace(
                entry, state=EntryState.WAITING, is_agreed=True, skips_pause=True, sentence=""
            )
            self._replace(place, waiting)
            self._move(place, self._start_of_waiting())
            self.changed.emit()

    def move(self, entry_id: str, steps: int) -> None:
        """Move a waiting entry so many places down, or up where `steps` is negative."""
        place = self.place(entry_id)
        if self._entries[place].state is EntryState.WAITING:
            self._move(place, max(self._start_of_waiting(), min(place + steps, self._last())))
            self.changed.emit()

    def remove(self, entry_id: str) -> None:
        """Remove an entry that does not run."""
        if self._has(entry_id) and self.entry(entry_id).state is not EntryState.RUNNING:
            self._remove(entry_id)
            self.changed.emit()

    def waiting_of_group(self, entry_id: str) -> list[str]:
        """The names of the entries that wait and were added in one group with an entry."""
        group = group_of(entry_id)
        return [
            entry.entry_id
            for entry in self._entries
            if group and group_of(entry.entry_id) == group and entry.state is EntryState.WAITING
        ]

    def remove_group(self, entry_id: str) -> None:
        """Remove all entries that wait and were added in one group with an entry."""
        for waiting in self.waiting_of_group(entry_id):
            self._remove(waiting)
        self.changed.emit()

    def finish(self, entry_id: str) -> None:
        """Remove an entry that became a take."""
        self._remove(entry_id)
        self.changed.emit()

    def clear_settled(self) -> None:
        """Remove all entries that ended without a take."""
        for entry in self.entries:
            if entry.is_settled:
                self._remove(entry.entry_id)
        self.changed.emit()

    def entry(self, entry_id: str) -> QueueEntry:
        """The entry of a name."""
        return self._entries[self.place(entry_id)]

    def place(self, entry_id: str) -> int:
        """The position of an entry in the list."""
        return next(i for i, entry in enumerate(self._entries) if entry.entry_id == entry_id)

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of entries."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The entry, or its text for screen readers."""
        if not index.isValid():
            return None
        return item_data(self._entries[index.row()], self.accessible_text, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Waiting entries can be dragged, and dropped between two entries."""
        flags = super().flags(index)
        if not index.isValid():
            return flags | Qt.ItemFlag.ItemIsDropEnabled
        is_waiting = self._entries[index.row()].state is EntryState.WAITING
        return flags | Qt.ItemFlag.ItemIsDragEnabled if is_waiting else flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Entries move; they are not copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Only entries of this list."""
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The name of the dragged entry."""
        mime = QMimeData()
        mime.setData(_MIME, self._entries[indexes[0].row()].entry_id.encode())
        return mime

    def dropMimeData(
        self, mime: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Move the dragged entry; return False, so that the view removes nothing itself."""
        entry_id = bytes(mime.data(_MIME).data()).decode()
        if action is Qt.DropAction.MoveAction and self._has(entry_id):
            place = self.place(entry_id)
            target = row if row >= 0 else len(self._entries)
            self.move(entry_id, target - place - (target > place))
        return False

    def _first(self, state: EntryState) -> QueueEntry | None:
        return next((entry for entry in self._entries if entry.state is state), None)

    def _has(self, entry_id: str) -> bool:
        return any(entry.entry_id == entry_id for entry in self._entries)

    def _start_of_waiting(self) -> int:
        return 0 if self.running is None else 1

    def _end_of_waiting(self) -> int:
        return self._start_of_waiting() + self.num_waiting

    def _last(self) -> int:
        return self._end_of_waiting() - 1

    def _insert(self, place: int, entries: Sequence[QueueEntry]) -> None:
        self.beginInsertRows(QModelIndex(), place, place + len(entries) - 1)
        self._entries[place:place] = entries
        self.endInsertRows()

    def _replace(self, place: int, entry: QueueEntry) -> None:
        self._entries[place] = entry
        self.dataChanged.emit(self.index(place), self.index(place))

    def _move(self, start: int, end: int) -> None:
        if start == end:
            return
        below = end + (end > start)  # Qt counts the gap before which it lands
        self.beginMoveRows(QModelIndex(), start, start, QModelIndex(), below)
        self._entries.insert(end, self._entries.pop(start))
        self.endMoveRows()

    def _remove(self, entry_id: str) -> None:
        place = self.place(entry_id)
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._entries[place]
        self.endRemoveRows()
