"""The arrangement at work: takes become layers, and what is heard follows every change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.arranging.arrangement_step import ArrangementStep
from app.arranging.layer_sounds import LayerSounds
from app.arranging.live_mix import LiveMix, MixedSamples, without_missing
from app.library.library_worker import LibraryWorker
from app.session.session import Session
from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.layer import Layer
from core.arrangement.mix import Mix
from core.arrangement.sound_source import SoundSource

_LONGEST_LABEL = 200
_MEASURE_MS = 600  # after the last change
_RENEW_MS = 60  # while something is dragged, it is heard as often


@dataclass(frozen=True, slots=True)
class _Addition:
    """A take that becomes a layer once its sound is read.

    Attributes:
        take_id: The take.
        label: What the layer is called.
        place: Where it begins, in samples.
        row: The row of tracks; None = the first that has room, from the chosen one down.
    """

    take_id: str
    label: str
    place: int
    row: int | None


class Arranger(QObject):
    """Joins the arrangement of a session to the history, the player and the undo stack.

    Lives in the window's thread.

    Args:
        session: Whose arrangement it is.
        library_worker: Knows the files of takes.

    Signals:
        added: Takes, by what they are called, became layers.
        refused: A take, named, cannot become a layer, since it has no files.
        failed: Why the sound of a layer cannot be read.

    Attributes:
        sounds: The sounds of its layers.
        mix: What is heard.
    """

    added = Signal(list)
    refused = Signal(str)
    failed = Signal(object)

    def __init__(
        self, session: Session, library_worker: LibraryWorker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        document = session.document
        self._viewer, self._stack = session.viewer, session.undo.stack
        self._model, self._overviews = document.arrangement, document.overviews
        self._shown, self._transport = document.shown, document.transport
        self._history, self._library = document.history, library_worker
        self.sounds = LayerSounds(self)
        arrangement = self._model.arrangement
        self.mix = LiveMix(arrangement.sample_rate, arrangement.num_channels)
        self._additions: list[_Addition] = []
        self._awaited: set[str] = set()  # takes that become layers once the library has them
        self._position_s = 0.0  # of the play head, while something else is on show
        self._renewal = QTimer(self, interval=_RENEW_MS, singleShot=True)
        self._renewal.timeout.connect(self._renew)
        self._loudness = document.loudness
        self._measurement = QTimer(self, interval=_MEASURE_MS, singleShot=True)
        self._measurement.timeout.connect(self._measure)
        self._model.changed.connect(self._on_changed)
        self._model.edited.connect(self._on_edited)
        self._overviews.wanted.connect(self._on_overview_wanted)
        self.sounds.arrived.connect(self._on_arrived)
        self.sounds.failed.connect(self._on_failed)
        self._shown.changed.connect(self._on_shown_changed)
        self._transport.moved.connect(self._on_moved)
        session.layer_wanted.connect(self._awaited.add)
        library_worker.added.connect(self._on_take_added)

    def close(self) -> None:
        """Read no more; for the end of the process."""
        self.sounds.close()

    @property
    def is_shown(self) -> bool:
        """Whether the arrangement is on show."""
        return self._shown.mix is not None

    @Slot(bool)
    def show(self, wanted: bool = True) -> None:
        """Show the arrangement, or what was there before it."""
        if wanted and not self.is_shown:
            position_s = self._position_s
            self._viewer.show_mix(self.mix)
            self._transport.seek(position_s)
        elif not wanted:
            self._viewer.leave_mix()

    def open(self, arrangement: Arrangement, sources: dict[str, SoundSource], name: str) -> None:
        """Take another arrangement, with its sounds.

        Args:
            arrangement: The arrangement.
            sources: Its sounds.
            name: Its name in the library.
        """
        self._additions.clear()
        self._overviews.clear()
        self.sounds.put(sources)
        self._model.arrangement_id = name
        self._model.restore(arrangement)
        self._model.choose([])
        self._model.mark(None)
        self._position_s = 0.0
        is_other_form = (self.mix.sample_rate, self.mix.channels) != (
            arrangement.sample_rate,
            arrangement.num_channels,
        )
        if is_other_form:
            self.mix = LiveMix(arrangement.sample_rate, arrangement.num_channels)
        self.mix.change(arrangement, self.sounds.sources)
        if self.is_shown:
            self._viewer.show_mix(self.mix)

    @Slot(list)
    def add_takes(self, take_ids: Sequence[str]) -> None:
        """Let takes become layers: at the play head, or at the start while it is not on show."""
        position_s = self._transport.position_s if self.is_shown else 0.0
        self._add(take_ids, round(position_s * self._model.arrangement.sample_rate), None)

    @Slot(list, int, int)
    def drop_takes(self, take_ids: Sequence[str], place: int, row: int) -> None:
        """Let takes become layers at a place and from a row of tracks on, one below another."""
        self._add(take_ids, place, row)

    @Slot(TakeRecord)
    def _on_take_added(self, record: TakeRecord) -> None:
        """Let a sound that was opened over the arrangement become a layer, now that it is kept."""
        if record.take_id in self._awaited:
            self._awaited.discard(record.take_id)
            # After the history has it, whichever of both heard of it first.
            QTimer.singleShot(0, self, lambda: self.add_takes([record.take_id]))

    def _add(self, take_ids: Sequence[str], place: int, row: int | None) -> None:
        for number, take_id in enumerate(take_ids):
            record = self._history.record(take_id)
            if record is None or record.place is not TakePlace.LIBRARY:
                self.refused.emit(record.request.title if record else take_id)
                continue
            label = _label(record.request.title)
            at = row + number if row is not None else None
            self._additions.append(_Addition(take_id, label, place, at))
            self.read_take(take_id)

    def read_take(self, take_id: str) -> None:
        """Read the sound of a take of the library; `sounds.arrived` follows."""
        library = self._library
        self.sounds.want(take_id, lambda: SoundSource.of_file(library.sound_file(take_id)))

    @Slot(str)
    def _on_arrived(self, sound_id: str) -> None:
        if sound_id in self.sounds.overviews:
            self._overviews.put(sound_id, self.sounds.overviews[sound_id])
        ready = [one for one in self._additions if one.take_id == sound_id]
        self._additions = [one for one in self._additions if one.take_id != sound_id]
        if ready:
            self._add_layers(ready)
        elif sound_id in self._model.arrangement.sound_ids:
            self._on_changed()

    def _add_layers(self, additions: Iterable[_Addition]) -> None:
        """Add layers in one edit, and choose them."""
        arrangement, added = self._model.settled, []
        for addition in additions:
            source = self.sounds.sources[addition.take_id]
            length = source.length_at(arrangement.sample_rate)
            span = Span(addition.place, addition.place + length)
            arrangement, track_id = self._with_track(arrangement, addition.row, span)
            layer = Layer(
                track_id=track_id,
                sound_id=addition.take_id,
                sound_length=length,
                span=Span(0, length),
                start=addition.place,
                label=addition.label,
            )
            added.append(arrangement.next_id)
            arrangement = arrangement.add_layer(layer)
        self._model.edit(arrangement)
        self._model.choose(added)
        self.added.emit([arrangement.layer(one).label for one in added])

    def _with_track(
        self, arrangement: Arrangement, row: int | None, span: Span
    ) -> tuple[Arrangement, int]:
        """An arrangement that has the wanted track, and that track."""
        ids = [one.track_id for one in arrangement.tracks]
        if row is not None:
            wanted = ids[row : row + 1]
        else:
            first = ids.index(self._model.track_id) if self._model.track_id in ids else 0
            wanted = [one for one in ids[first:] if _is_free(arrangement, one, span)][:1]
        if not wanted:
            arrangement = arrangement.add_track()
            wanted = [arrangement.tracks[-1].track_id]
        return arrangement, wanted[0]

    @Slot(str, object)
    def _on_failed(self, sound_id: str, error: Exception) -> None:
        self._additions = [one for one in self._additions if one.take_id != sound_id]
        self.failed.emit(error)

    @Slot(str)
    def _on_overview_wanted(self, sound_id: str) -> None:
        if sound_id in self.sounds.overviews:
            peaks = self.sounds.overviews[sound_id]
            QTimer.singleShot(0, self, lambda: self._overviews.put(sound_id, peaks))  # once asked

    @Slot()
    def _on_changed(self) -> None:
        """Let the change be heard soon: several at once are one."""
        if not self._renewal.isActive():
            self._renewal.start()

    @Slot()
    def _renew(self) -> None:
        self.mix.change(self._model.arrangement, self.sounds.sources)
        if self._shown.mix is self.mix:
            self._transport.renew_mix(self.mix)
            self._loudness.measure_mix(None, 0)
            self._measurement.start()

    @Slot()
    def _measure(self) -> None:
        """Measure how loud the mix is, once it rests: not beside what is heard."""
        if self._transport.is_playing or self._model.is_dragged:
            self._measurement.start()
        elif self._shown.mix is self.mix and self.mix.num_samples:
            sources = self.sounds.sources
            mix = Mix(without_missing(self._model.arrangement, sources), sources)
            self._loudness.measure_mix(MixedSamples(mix), mix.sample_rate)

    @Slot(object, object, str)
    def _on_edited(self, before: Arrangement, after: Arrangement, name: str) -> None:
        self._stack.push(ArrangementStep(self._model, before, after, name, self.show))

    @Slot()
    def _on_shown_changed(self) -> None:
        """Show the present mix, where one comes back that another has taken the place of."""
        if self.is_shown and self._shown.mix is not self.mix:
            QTimer.singleShot(0, self, lambda: self._viewer.show_mix(self.mix))
        elif self.is_shown:
            self._measurement.start()

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        """Remember where the play head is while the arrangement is on show."""
        if self.is_shown:
            self._position_s = position_s


def _label(title: str) -> str:
    """What a layer is called: a title; bytes in the name of a recording that are no text are ?."""
    return title.encode("utf-8", "replace").decode()[:_LONGEST_LABEL]


def _is_free(arrangement: Arrangement, track_id: int, span: Span) -> bool:
    """Whether nothing is on a stretch of a track."""
    layers = arrangement.layers_on(track_id)
    return not any(one.place.intersect(span).length for one in layers)
