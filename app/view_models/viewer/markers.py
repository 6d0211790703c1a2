"""The markers of the take on show: how they change, and the way from one to the next."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.takes.history import HistoryModel
from app.view_models.takes.take_record import TakePlace
from app.view_models.viewer.shown_take import ShownTakeModel
from core.api.take import MOST_MARKERS, Marker, sorted_markers

_SAME_PLACE_S = 0.001
_KEPT = (TakePlace.LIBRARY, TakePlace.MEMORY)


class MarkersModel(QObject):
    """Shows and changes the markers that the history has of the take on show.

    Args:
        history: Keeps the markers of all takes.
        shown: Which take is on show.

    Signals:
        changed: Other markers are there or can be, or another one is chosen.

    Attributes:
        chosen: The marker that was set, clicked or gone to last; None without one.
    """

    changed = Signal()

    def __init__(
        self, history: HistoryModel, shown: ShownTakeModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._history, self._shown = history, shown
        self.chosen: Marker | None = None
        self._dragged: Marker | None = None  # where the chosen one is held, until it is dropped
        self._last: tuple[str, tuple[Marker, ...], bool] = ("", (), False)
        shown.changed.connect(self._on_changed)
        history.changed.connect(self._on_changed)

    @property
    def current(self) -> tuple[Marker, ...]:
        """The markers of the take on show, in the order of time."""
        record = self._history.record(self._shown.take_id)
        if record is not None:
            return record.markers
        return () if self._shown.take is None else self._shown.take.markers

    @property
    def drawn(self) -> tuple[Marker, ...]:
        """The markers as they would be if the one that is dragged were dropped now."""
        if self._dragged is None:
            return self.current
        return tuple(sorted({*self.current, self._dragged} - {self.chosen}))

    @property
    def can_mark(self) -> bool:
        """Whether the take on show can have other markers: it is finished, and in the history."""
        record = self._history.record(self._shown.take_id)
        return self._shown.take is not None and record is not None and record.place in _KEPT

    @property
    def drawn_choice(self) -> Marker | None:
        """The chosen marker as it is drawn."""
        return self._dragged or self.chosen

    def add(self, time_s: float, name: str) -> None:
        """Set a marker and choose it; where there is one already, choose that."""
        found = self._at(time_s)
        if found is None and self.can_mark and len(self.current) < MOST_MARKERS:
            found = Marker(time_s, name)
            self._put((*self.current, found))
        self.choose(found)

    def rename(self, name: str) -> None:
        """Give the chosen marker another name."""
        if self.chosen is not None:
            self._replace(replace(self.chosen, name=name))

    def move(self, time_s: float) -> None:
        """Move the chosen marker."""
        if self.chosen is not None:
            self._replace(replace(self.chosen, time_s=self._inside(time_s)))

    def remove(self) -> None:
        """Remove the chosen marker."""
        if self.chosen is not None and self.can_mark:
            self._put(one for one in self.current if one != self.chosen)

    def choose(self, marker: Marker | None) -> None:
        """Choose a marker of the take, or none."""
        wanted = marker if marker in self.current else None
        if wanted != self.chosen:
            self.chosen, self._dragged = wanted, None
            self.changed.emit()

    def drag(self, time_s: float) -> None:
        """Show the chosen marker at a moment, to which `drop` moves it."""
        if self.chosen is not None and self.can_mark:
            self._dragged = replace(self.chosen, time_s=self._inside(time_s))
            self.changed.emit()

    def drop(self) -> None:
        """Move the chosen marker to where it was dragged."""
        dragged, self._dragged = self._dragged, None
        if dragged is not None:
            self.move(dragged.time_s)
            self.changed.emit()

    def after(self, time_s: float) -> Marker | None:
        """The first marker behind a moment."""
        later = (one for one in self.current if one.time_s > time_s + _SAME_PLACE_S)
        return next(later, None)

    def before(self, time_s: float) -> Marker | None:
        """The last marker before a moment."""
        earlier = (one for one in self.current if one.time_s < time_s - _SAME_PLACE_S)
        return next(iter(reversed([*earlier])), None)

    def around(self, time_s: float) -> tuple[float, float] | None:
        """Where the markers on either side of a moment are; the sound's ends count as such.

        None where the take has no marker at all.
        """
        if not self.current or self._shown.take is None:
            return None
        starts = [0.0, *(one.time_s for one in self.current if one.time_s <= time_s)]
        later = self.after(time_s)
        return starts[-1], later.time_s if later else self._shown.take.duration_s

    def unused_number(self) -> int:
        """The smallest number that no marker's name ends with, from 1."""
        used = {one.name.rpartition(" ")[2] for one in self.current}
        return next(number for number in range(1, len(used) + 2) if str(number) not in used)

    def _at(self, time_s: float) -> Marker | None:
        near = (one for one in self.current if abs(one.time_s - time_s) <= _SAME_PLACE_S)
        return next(near, None)

    def _inside(self, time_s: float) -> float:
        duration_s = 0.0 if self._shown.take is None else self._shown.take.duration_s
        return min(max(time_s, 0.0), duration_s)

    def _replace(self, marker: Marker) -> None:
        """Let another marker take the place of the chosen one, and be the chosen one."""
        if self.can_mark and marker != self.chosen:
            others = [one for one in self.current if one != self.chosen]
            self.chosen = marker  # first: what `_put` changes is looked up by it
            self._put((*others, marker))

    def _put(self, markers: Iterable[Marker]) -> None:
        take = self._shown.take
        if take is not None:
            kept = sorted_markers(markers, take.duration_s)
            self._history.mark(self._shown.take_id, kept)

    @Slot()
    def _on_changed(self) -> None:
        """Follow another take, and markers that were undone."""
        state = (self._shown.take_id, self.current, self.can_mark)
        if state == self._last:
            return
        if self._last[0] != self._shown.take_id or self.chosen not in self.current:
            self.chosen = None
        self._dragged, self._last = None, state
        self.changed.emit()
