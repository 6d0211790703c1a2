"""Gives layers the takes that are made for them: generated again, or edited in the viewer."""

import random
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.arranging.arranger import Arranger
from app.library.library_worker import LibraryWorker
from app.session.session import Session
from app.view_models.takes.take_record import TakePlace, TakeRecord

_SEED_BITS = 31
_AFTER_DRAG_MS = 200


class LayerRenewal(QObject):
    """Replaces the sound of a layer once a take that was made for it is in the library.

    The former take stays in the history.

    Args:
        session: Makes takes.
        arranger: Reads their sounds.
        library_worker: Says which takes are in the library.

    Signals:
        queued: So many requests wait.
        refused: A layer, by what it is called, cannot be generated again: nobody knows from what.
        renewed: A layer, by what it is called, plays another take.
    """

    queued = Signal(int)
    refused = Signal(str)
    renewed = Signal(str)

    def __init__(
        self,
        session: Session,
        arranger: Arranger,
        library_worker: LibraryWorker,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        document = session.document
        self._model, self._history = document.arrangement, document.history
        self._queue, self._state = document.queue, document.state
        self._arranger = arranger
        self._awaited: dict[str, int] = {}  # layers, by the takes that are made for them
        self._opened_id = 0  # the layer that was opened in the viewer
        self._opened_takes: set[str] = set()  # what it plays, and all that came of that
        library_worker.added.connect(self._on_added)
        arranger.sounds.arrived.connect(self._on_arrived)

    @Slot()
    def generate_again(self) -> None:
        """Queue the requests of the chosen layers with other seeds."""
        num_queued = 0
        for layer in self._model.chosen_layers:
            record = self._history.record(layer.sound_id)
            request = record.request if record is not None else None
            if request is None or request.recording is not None:
                self.refused.emit(layer.label)
                continue
            seed = random.getrandbits(_SEED_BITS)
            again = replace(request, seed=seed, edits=())
            entry = self._queue.add([again], skips_pause=self._state.is_idle)[0]
            self._awaited[entry.entry_id] = layer.layer_id
            num_queued += 1
        if num_queued:
            self.queued.emit(num_queued)

    def note_opened(self, layer_id: int) -> None:
        """Note which layer is seen in the viewer: it gets what becomes of its take there."""
        self._opened_id = layer_id
        self._opened_takes = {self._model.settled.layer(layer_id).sound_id}

    @Slot(str, str)
    def note_derived(self, take_id: str, origin_id: str) -> None:
        """Note that a take came of an edit of another one."""
        if origin_id in self._opened_takes:
            self._opened_takes.add(take_id)
            self._awaited[take_id] = self._opened_id

    @Slot(TakeRecord)
    def _on_added(self, record: TakeRecord) -> None:
        if record.take_id in self._awaited and record.place is TakePlace.LIBRARY:
            self._arranger.read_take(record.take_id)

    @Slot(str)
    def _on_arrived(self, take_id: str) -> None:
        """Let the layer play the take; not while it is dragged, which would end the drag."""
        if take_id not in self._awaited:
            return
        if self._model.is_dragged:
            QTimer.singleShot(_AFTER_DRAG_MS, self, lambda: self._on_arrived(take_id))
            return
        layer_id, arrangement = self._awaited.pop(take_id), self._model.settled
        layer = next((one for one in arrangement.layers if one.layer_id == layer_id), None)
        if layer is not None:
            length = self._arranger.sounds.sources[take_id].length_at(arrangement.sample_rate)
            self._model.edit(arrangement.with_layer(layer.with_sound(take_id, length)))
            self.renewed.emit(layer.label)
