"""The arrangement at work, and which of its layers are chosen."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer

SHORTEST_MARK_S = 0.02


@dataclass(frozen=True, slots=True)
class KeptArrangement:
    """An arrangement of the library.

    Attributes:
        arrangement_id: Names it there.
        name: What a person calls it; empty where it has no name.
        labels: What its layers are called, each once.
        changed_at: When it was written last, UTC.
    """

    arrangement_id: str
    name: str
    labels: tuple[str, ...]
    changed_at: datetime


class ArrangementModel(QObject):
    """Holds an arrangement. Edits go through it, and so does their undoing.

    Signals:
        changed: The arrangement is another one: edited, undone, opened, or under a drag.
        chosen_changed: Other layers, or another track, are chosen.
        range_changed: Another stretch of time is marked.
        edited: The arrangement before an edit and after it, and the name of the edit. Edits of
            one name that follow each other closely are one step of undo; "" = never.

    Attributes:
        arrangement_id: Names it in the library.
        chosen: The layers that are chosen, by number, the last one of them last.
        track_id: The track that is chosen, where new layers go; 0 without tracks.
        range_s: The stretch of time that is marked, from and to in seconds: what is repeated,
            played alone and exported. None = no mark.
        snaps: Whether drags are attracted by edges and by the play head.
    """

    changed = Signal()
    chosen_changed = Signal()
    range_changed = Signal()
    edited = Signal(object, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrangement = Arrangement()
        self._before_drag: Arrangement | None = None
        self.arrangement_id = ""
        self.chosen: tuple[int, ...] = ()
        self.track_id = 0
        self.range_s: tuple[float, float] | None = None
        self.snaps = True

    @property
    def arrangement(self) -> Arrangement:
        """The arrangement as it is seen and heard; a drag changes it before it ends."""
        return self._arrangement

    @property
    def settled(self) -> Arrangement:
        """The arrangement without a drag that goes on."""
        return self._before_drag or self._arrangement

    @property
    def is_dragged(self) -> bool:
        """Whether a drag goes on."""
        return self._before_drag is not None

    @property
    def current(self) -> Layer | None:
        """The layer that was chosen last."""
        layers = {one.layer_id: one for one in self._arrangement.layers}
        return layers.get(self.chosen[-1]) if self.chosen else None

    @property
    def chosen_layers(self) -> tuple[Layer, ...]:
        """All layers that are chosen."""
        return tuple(one for one in self._arrangement.layers if one.layer_id in self.chosen)

    def edit(self, after: Arrangement, name: str = "") -> None:
        """Change the arrangement; a drag that goes on becomes part of this edit."""
        before, self._before_drag = self.settled, None
        self._show(after)
        if after != before:
            self.edited.emit(before, after, name)

    def drag(self, arrangement: Arrangement) -> None:
        """Show what a drag would lead to; `edit` or `end_drag` follows."""
        if self._before_drag is None:
            self._before_drag = self._arrangement
        self._show(arrangement)

    def end_drag(self) -> None:
        """End a drag without an edit."""
        if self._before_drag is not None:
            before, self._before_drag = self._before_drag, None
            self._show(before)

    def restore(self, arrangement: Arrangement) -> None:
        """Take an arrangement that is no edit: one that was undone, or opened."""
        self._before_drag = None
        self._show(arrangement)

    def choose(self, layer_ids: Iterable[int]) -> None:
        """Choose layers that are there, and the track of the last one."""
        there = {one.layer_id for one in self._arrangement.layers}
        chosen = tuple(one for one in dict.fromkeys(layer_ids) if one in there)
        track_id = self._arrangement.layer(chosen[-1]).track_id if chosen else self.track_id
        if (chosen, track_id) != (self.chosen, self.track_id):
            self.chosen, self.track_id = chosen, track_id
            self.chosen_changed.emit()

    def toggle(self, layer_id: int) -> None:
        """Choose one more layer, or one less."""
        rest = [one for one in self.chosen if one != layer_id]
        self.choose(rest if len(rest) < len(self.chosen) else [*rest, layer_id])

    def choose_track(self, track_id: int) -> None:
        """Choose a track; what is chosen of its layers stays chosen."""
        if track_id != self.track_id:
            self.track_id = track_id
            self.chosen_changed.emit()

    def rename(self, name: str) -> None:
        """Call the arrangement something."""
        self.edit(replace(self.settled, name=name))

    def mark(self, range_s: tuple[float, float] | None) -> None:
        """Mark a stretch of time, or None; one that is too short is none."""
        if range_s is not None and range_s[1] - range_s[0] < SHORTEST_MARK_S:
            range_s = None
        if range_s != self.range_s:
            self.range_s = range_s
            self.range_changed.emit()

    def mark_chosen(self) -> None:
        """Mark the time of the chosen layers; where that is marked, take the mark away."""
        layers, rate = self.chosen_layers, self._arrangement.sample_rate
        if layers:
            start, stop = min(one.start for one in layers), max(one.stop for one in layers)
            range_s = (start / rate, stop / rate)
            self.mark(None if range_s == self.range_s else range_s)

    def set_snaps(self, wanted: bool) -> None:
        """Let drags be attracted, or not."""
        self.snaps = wanted

    def _show(self, arrangement: Arrangement) -> None:
        """Show another arrangement; what is chosen stays so, where it is still there."""
        if arrangement == self._arrangement:
            return
        self._arrangement = arrangement
        layers = {one.layer_id for one in arrangement.layers}
        tracks = [one.track_id for one in arrangement.tracks]
        chosen = tuple(one for one in self.chosen if one in layers)
        track_id = self.track_id if self.track_id in tracks else next(iter(tracks[-1:]), 0)
        is_other = (chosen, track_id) != (self.chosen, self.track_id)
        self.chosen, self.track_id = chosen, track_id
        self.changed.emit()
        if is_other:
            self.chosen_changed.emit()
