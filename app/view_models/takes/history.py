"""The history: all finished takes, newest first, filtered by a search."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, Qt, Signal

from app.view_models.takes.history_filter import HistoryFilter
from app.view_models.takes.list_item import TAKES_MIME, Index, item_data, takes_as_mime_data
from app.view_models.takes.take_labels import TakeLabels, sorted_names
from app.view_models.takes.take_record import TakePlace, TakeRecord, group_of
from core.api.take import Marker


class HistoryModel(QAbstractListModel):
    """The list model of takes; LibrarySync stores what a person changes here.

    Signals:
        changed: The takes, or those that are shown, have changed.
        remarked: Star, notes, labels or markers of a take, named, have changed.
        labelled: Labels by take as they were, and as they are now.
        marked: A take, named, had these markers, and has those.
        trashed: Takes, named, were deleted.
        restored: Takes, named, were restored; missing ones are not among them.

    Attributes:
        filter: Which takes are shown.
        accessible_text: Describes a take for screen readers; the view sets it.
    """

    changed = Signal()
    remarked = Signal(str)
    labelled = Signal(object, object)
    marked = Signal(str, object, object)
    trashed = Signal(list)
    restored = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: dict[str, TakeRecord] = {}
        self._shown: list[str] = []
        self._deleted: list[list[TakeRecord]] = []
        self.filter = HistoryFilter()
        self.accessible_text: Callable[[TakeRecord], str] = lambda record: record.request.prompt

    @property
    def num_takes(self) -> int:
        """How many takes are not in the trash, shown or not."""
        return len(self._kept)

    @property
    def num_in_memory(self) -> int:
        """How many takes are not on the disk, because they could not be written."""
        return sum(record.place is TakePlace.MEMORY for record in self._records.values())

    @property
    def last_deleted(self) -> tuple[TakeRecord, ...]:
        """The takes that `undo_delete` would restore; empty if there are none."""
        return tuple(self._deleted[-1]) if self._deleted else ()

    def fill(self, records: Iterable[TakeRecord]) -> None:
        """Take the library's records, and keep those of takes in memory."""
        in_memory = [r for r in self._records.values() if r.place is TakePlace.MEMORY]
        self._records = {record.take_id: record for record in (*records, *in_memory)}
        self._deleted.clear()
        self._show()

    def add(self, record: TakeRecord) -> None:
        """Add a take, or replace its record."""
        is_new = record.take_id not in self._records
        self._records[record.take_id] = record
        if is_new and self.filter.shows(record):
            self._insert_first(record.take_id)
        self._tell(record.take_id)

    def record(self, take_id: str) -> TakeRecord | None:
        """A take by its name."""
        return self._records.get(take_id)

    def group(self, take_id: str) -> list[TakeRecord]:
        """Return the finished takes that were made in one group with a take, in their order."""
        group = group_of(take_id)
        if not group:
            return []
        found = [one for one in self._kept if group_of(one.take_id) == group]
        there = (one for one in found if one.place is not TakePlace.MISSING)
        return sorted(there, key=lambda one: one.take_id)

    def recent_prompts(self, most: int) -> list[str]:
        """Return the prompts of the latest takes, newest first, without repeats and empty ones."""
        records = sorted(self._records.values(), key=lambda record: record.created_at, reverse=True)
        prompts = dict.fromkeys(record.request.prompt.strip() for record in records)
        return [prompt for prompt in prompts if prompt][:most]

    def index_of(self, take_id: str) -> QModelIndex:
        """Return the index of a take; an invalid one if it is not shown."""
        shown = take_id in self._shown
        return self.index(self._shown.index(take_id)) if shown else QModelIndex()

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of all takes that are not in the trash, in alphabetical order."""
        return sorted_names(tag for record in self._kept for tag in record.labels.tags)

    @property
    def projects(self) -> tuple[str, ...]:
        """The projects of all takes that are not in the trash, in alphabetical order."""
        return sorted_names(record.labels.project for record in self._kept)

    @property
    def _kept(self) -> list[TakeRecord]:
        return [one for one in self._records.values() if one.place is not TakePlace.TRASH]

    def set_search(self, search: str) -> None:
        """Show takes whose texts hold all these words."""
        self.set_filter(replace(self.filter, search=search))

    def set_only_starred(self, wanted: bool) -> None:
        """Show starred takes only, or all."""
        self.set_filter(replace(self.filter, only_starred=wanted))

    def set_filter(self, wanted: HistoryFilter) -> None:
        """Show other takes."""
        if self.filter != wanted:
            self.filter = wanted
            self._show()

    def set_starred(self, take_id: str, starred: bool) -> None:
        """Give a take a star, or take it away."""
        self._remark(replace(self._records[take_id], is_starred=starred))

    def set_notes(self, take_id: str, notes: str) -> None:
        """Set the notes of a take."""
        self._remark(replace(self._records[take_id], notes=notes))

    def mark(self, take_id: str, markers: tuple[Marker, ...]) -> None:
        """Set the markers of a take."""
        record = self._records.get(take_id)
        if record is not None and record.markers != markers:
            self._remark(replace(record, markers=markers))
            self.marked.emit(take_id, record.markers, markers)

    def label(self, labels: Mapping[str, TakeLabels]) -> None:
        """Set tags and projects by take; takes without files stay as they are."""
        changed = {
            take_id: replace(record, labels=labels[take_id])
            for take_id in labels
            if (record := self._records.get(take_id)) is not None
            and record.place in (TakePlace.LIBRARY, TakePlace.MEMORY)
            and record.labels != labels[take_id]
        }
        if changed:
            before = {take_id: self._records[take_id].labels for take_id in changed}
            self._put(changed.values())
            for take_id in changed:
                self.remarked.emit(take_id)
            self.labelled.emit(before, {name: one.labels for name, one in changed.items()})

    def trash(self, take_ids: Iterable[str]) -> None:
        """Delete takes, until `undo_delete`."""
        taken = [self._records[i] for i in take_ids if i in self._records]
        if taken:
            self._deleted.append(taken)
            self._put(replace(record, place=TakePlace.TRASH) for record in taken)
            self.trashed.emit([record.take_id for record in taken])

    def undo_delete(self) -> list[str]:
        """Restore the takes that were deleted last, and return their names."""
        taken = [record.take_id for record in self.last_deleted]
        self.restore(taken)
        return taken

    def restore(self, take_ids: Iterable[str]) -> None:
        """Restore deleted takes; others stay as they are."""
        wanted = set(take_ids)
        taken = [r for records in self._deleted for r in records if r.take_id in wanted]
        left = ([r for r in records if r.take_id not in wanted] for records in self._deleted)
        self._deleted = [records for records in left if records]
        if taken:
            self._put(taken)
            self.restored.emit([r.take_id for r in taken if r.place is not TakePlace.MISSING])

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of takes that are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The record, or its text for screen readers."""
        if not index.isValid():
            return None
        return item_data(self._records[self._shown[index.row()]], self.accessible_text, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Takes that are there can be dragged to the arrangement."""
        flags = super().flags(index)
        if not index.isValid():
            return flags
        is_there = self._records[self._shown[index.row()]].place is not TakePlace.MISSING
        return flags | Qt.ItemFlag.ItemIsDragEnabled if is_there else flags

    def mimeTypes(self) -> list[str]:
        """Takes by their names."""
        return [TAKES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The names of the dragged takes, from top to bottom."""
        rows = sorted(index.row() for index in indexes)
        return takes_as_mime_data(self._shown[row] for row in rows)

    def supportedDragActions(self) -> Qt.DropAction:
        """They stay in the history."""
        return Qt.DropAction.CopyAction

    def _remark(self, record: TakeRecord) -> None:
        if self._records[record.take_id] != record:
            self._records[record.take_id] = record
            self._tell(record.take_id)
            self.remarked.emit(record.take_id)

    def _put(self, records: Iterable[TakeRecord]) -> None:
        self._records |= {record.take_id: record for record in records}
        self._show()

    def _show(self) -> None:
        self.beginResetModel()
        self.filter = self.filter.among(self.tags, self.projects)
        records = sorted(self._records.values(), key=lambda record: record.created_at, reverse=True)
        self._shown = [record.take_id for record in records if self.filter.shows(record)]
        self.endResetModel()
        self.changed.emit()

    def _insert_first(self, take_id: str) -> None:
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._shown.insert(0, take_id)
        self.endInsertRows()

    def _tell(self, take_id: str) -> None:
        index = self.index_of(take_id)
        if index.isValid():
            self.dataChanged.emit(index, index)
        self.changed.emit()
