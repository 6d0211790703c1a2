"""Commands on the chosen layers: the same changes as by the mouse, in steps."""

from collections.abc import Callable
from dataclasses import replace

from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.layer_drag import moved_by_rows
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer


class LayerCommands:
    """Edits what is chosen in an ArrangementModel; without a chosen layer nothing happens.

    Lengths are in samples of the arrangement.

    Args:
        model: What is edited.
    """

    def __init__(self, model: ArrangementModel) -> None:
        self._model = model

    def move(self, by: int) -> None:
        """Move the chosen layers along time."""
        after = self._model.settled.move_layers(self._model.chosen, by)
        self._model.edit(after, self._name("move"))

    def move_rows(self, rows: int) -> None:
        """Move them so many tracks down; below zero, up."""
        chosen = frozenset(self._model.chosen)
        self._model.edit(moved_by_rows(self._model.settled, chosen, rows))
        self._model.choose(self._model.chosen)

    def trim_start(self, by: int) -> None:
        """Let them begin later; below zero, earlier."""
        self._each("start", lambda one: one.with_start_trimmed(one.start + by))

    def trim_stop(self, by: int) -> None:
        """Let them end later; below zero, earlier."""
        self._each("stop", lambda one: one.with_stop_trimmed(one.stop + by))

    def fade_in(self, by: int) -> None:
        """Make their fades in longer; below zero, shorter."""
        self._each("fade in", lambda one: one.with_fade_in(one.fade_in + by))

    def fade_out(self, by: int) -> None:
        """Make their fades out longer; below zero, shorter."""
        self._each("fade out", lambda one: one.with_fade_out(one.fade_out + by))

    def amplify(self, by_db: float) -> None:
        """Make them louder; below zero, softer."""
        self._each("gain", lambda one: one.with_gain(round(one.gain_db + by_db, 1)))

    def set_gain(self, gain_db: float) -> None:
        """Give them a gain."""
        self._each("", lambda one: one.with_gain(gain_db))

    def mute(self) -> None:
        """Mute them; if all of them are, let them be heard again."""
        muted = not all(one.is_muted for one in self._model.chosen_layers)
        self._each("", lambda one: replace(one, is_muted=muted))

    def loop(self) -> None:
        """Let them repeat, once more than they are long; if all of them do, only once."""
        is_looped = all(one.is_looped for one in self._model.chosen_layers)
        self._each("", lambda one: one.looped_to(None if is_looped else 2 * one.length))

    def remove(self) -> None:
        """Remove them."""
        self._model.edit(self._model.settled.remove_layers(self._model.chosen))

    def duplicate(self) -> None:
        """Put copies behind them, all by as much, and choose the copies."""
        arrangement, layers = self._model.settled, self._model.chosen_layers
        if not layers:
            return
        by = max(one.stop for one in layers) - min(one.start for one in layers)
        first_id = arrangement.next_id
        for layer in layers:
            arrangement = arrangement.duplicate_layer(layer.layer_id, layer.start + by)
        self._model.edit(arrangement)
        self._model.choose(range(first_id, arrangement.next_id))

    def split(self, place: int) -> None:
        """Split them at a place; without a chosen layer there, all that are there."""
        arrangement = self._model.settled
        crossed = [one for one in arrangement.layers if one.start < place < one.stop]
        chosen = [one for one in crossed if one.layer_id in self._model.chosen]
        for layer in chosen or crossed:
            arrangement = arrangement.split_layer(layer.layer_id, place)
        self._model.edit(arrangement)

    def choose_all(self) -> None:
        """Choose every layer."""
        self._model.choose(one.layer_id for one in self._model.settled.layers)

    def choose_next(self, steps: int) -> None:
        """Choose the layer so many further along the track, or the first one."""
        current = self._model.current
        if current is None:
            self._choose_first()
            return
        row = self._row(current.track_id)
        at = row.index(current) + steps
        self._model.choose([row[max(0, min(at, len(row) - 1))].layer_id])

    def choose_row(self, rows: int) -> None:
        """Choose the nearest layer of the next track down that has any; below zero, up."""
        current, arrangement = self._model.current, self._model.settled
        if current is None:
            self._choose_first()
            return
        tracks = [one.track_id for one in arrangement.tracks]
        at = tracks.index(current.track_id) + rows
        while 0 <= at < len(tracks):
            if row := self._row(tracks[at]):
                nearest = min(row, key=lambda one: abs(one.start - current.start))
                self._model.choose([nearest.layer_id])
                return
            at += rows

    def _choose_first(self) -> None:
        for track in self._model.settled.tracks:
            if row := self._row(track.track_id):
                self._model.choose([row[0].layer_id])
                return

    def _row(self, track_id: int) -> list[Layer]:
        """The layers of a track by their places."""
        layers = self._model.settled.layers_on(track_id)
        return sorted(layers, key=lambda one: (one.start, one.layer_id))

    def _each(self, name: str, change: Callable[[Layer], Layer]) -> None:
        arrangement: Arrangement = self._model.settled
        for layer in self._model.chosen_layers:
            arrangement = arrangement.with_layer(change(layer))
        self._model.edit(arrangement, self._name(name) if name else "")

    def _name(self, name: str) -> str:
        return f"{name} {','.join(map(str, self._model.chosen))}"
