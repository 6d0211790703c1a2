"""A document at work: what is asked for goes to the engine, what comes of it into the document."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from app.session.engine_worker import EngineFactory, EngineThread
from app.session.history_undo import HistoryUndo
from app.session.request_starter import RequestStarter
from app.session.undo_stack import UndoStack
from app.session.viewer_controller import ViewerController
from app.view_models.document import Document
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from app.view_models.takes.session_state import SessionState
from app.view_models.transport.playback import Playback
from app.view_models.viewer.opened_take import OpenedTake
from core.api.edit import Edit
from core.api.errors import (
    DeviceLostError,
    InvalidRequestError,
    NotAgreedError,
    NotConvertedError,
)
from core.api.progress import Progress
from core.api.request import BUNDLED_MODEL, GenerationRequest
from core.api.take import Take

Drafted = TypeVar("Drafted")


class Session(QObject):
    """State machine of one document. Lives in the window's thread.

    Args:
        make_engine: Builds the engine, in a thread of its own.
        playback: The sound output.

    Signals:
        rejected: The drafted request cannot be carried out; the error names the field.
        agreement_wanted: The person should allow something first: that the model is downloaded
            or converted, or that the processor takes the place of a lost device. A NotAgreedError,
            NotConvertedError or DeviceLostError.
        finished: There is a new take, made by a run or opened: its name in the history (a run has
            the same in the queue), and the take.
        layer_wanted: A take that was opened, by its name, should become a layer.
        engine_prepared: The engine was imported and built, or the attempt failed.
        stopped: The engine's thread has ended.

    Attributes:
        document: The models that views draw.
        viewer: What is on show.
        undo: What can be undone.
        compute_devices: What the networks can run on; empty before the engine is ready.
        engine_ready: Whether the engine was imported and built, or its failure is known.
    """

    rejected = Signal(InvalidRequestError)
    agreement_wanted = Signal(object)
    finished = Signal(str, object)
    layer_wanted = Signal(str)
    engine_prepared = Signal()
    stopped = Signal()

    def __init__(
        self, make_engine: EngineFactory, playback: Playback, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.engine_ready = False
        self.compute_devices: tuple[str, ...] = ()
        self._playback = playback
        self._preparation = Progress()
        self.document = Document(playback, self)
        self.undo = UndoStack(self.document.draft, self)
        self._history_undo = HistoryUndo(self.document.history, self.undo.stack, self)
        self.viewer = ViewerController(self.document, playback, self)
        self._engine = EngineThread(make_engine, self)
        self._starter = RequestStarter(self.document, self.viewer, self._engine, playback, self)
        self._connect_engine()

    @property
    def state(self) -> SessionState:
        """What it is doing."""
        return self.document.state.value

    @property
    def last_request(self) -> GenerationRequest | None:
        """What the last run was asked for, on show or not."""
        return self._starter.entry.request if self._starter.entry else None

    def _connect_engine(self) -> None:
        # The worker emits in the engine's thread. Qt queues the call of a slot of an object that
        # lives in another thread, so every slot below runs in the window's.
        engine, worker = self._engine, self._engine.worker
        self.document.estimate.requested.connect(engine.estimate)
        worker.estimated.connect(self.document.estimate.show)
        worker.devices_found.connect(self._on_devices_found)
        worker.noticed.connect(self._on_noticed)
        worker.ready.connect(self._on_ready)
        worker.finished.connect(self._on_finished)
        worker.cancelled.connect(self._on_cancelled)
        worker.failed.connect(self._on_failed)
        engine.stopped.connect(self._on_thread_stopped)

    def prepare_engine(self) -> None:
        """Build the engine and load the bundled model, ahead of the first request.

        Other models may be large, or may be downloads: they wait until they are asked for.
        """
        self._engine.configure(self.document.engine_draft.to_config())
        self._engine.prepare(BUNDLED_MODEL, self._preparation)

    @Slot()
    def generate(self) -> None:
        """Queue the drafted request, with all takes wanted; it starts at once if nothing runs.

        A request that cannot be carried out is `rejected`.
        """
        requests = self._drafted(self.document.draft.to_requests)
        if requests is not None:
            self._request(requests)

    def generate_group(self, requests: Sequence[GenerationRequest]) -> None:
        """Queue requests whose takes are to be compared with each other."""
        if self.document.state.is_over or not requests:
            return
        if self.document.state.is_idle:
            self.viewer.follow_runs()
        self._request(requests, is_group=True)

    @Slot()
    def make_in_full(self) -> None:
        """Queue the draft on show with all of its steps, from the same seed."""
        request = self.document.shown.request
        if request is not None and request.draft:
            self._request([replace(request, draft=False)])

    @Slot()
    def play_endlessly(self) -> None:
        """Make sound to the drafted prompt until `cancel`, and keep what there was."""
        request = self._drafted(self.document.draft.to_request)
        if request is not None:
            endless = replace(request, segments=(), init_audio=None)
            self._request([endless], is_endless=True)

    def _drafted(self, read_draft: Callable[[], Drafted]) -> Drafted | None:
        """What the draft asks for, to be watched from its start; None where it cannot be."""
        if self.document.state.is_over:
            return None
        try:
            drafted = read_draft()
        except InvalidRequestError as error:
            self.reject(error)
            return None
        if self.document.state.is_idle:
            self.viewer.follow_runs()
        return drafted

    def add_opened(self, opened: OpenedTake, *, quietly: bool = False) -> None:
        """Show a take that came from a file, and put it into the history.

        While the arrangement is on show, it becomes a layer there.

        Args:
            opened: The take.
            quietly: Whether it waits to be played, whatever new takes do.
        """
        if self.document.state.is_over:
            return
        if self.document.shown.mix is not None:
            self.layer_wanted.emit(opened.take_id)
        else:
            self.viewer.show(opened, quietly=quietly)
        self.finished.emit(opened.take_id, opened.take)

    def reject(self, error: InvalidRequestError) -> None:
        """Say why something that was asked for cannot be carried out."""
        self.document.status.note_failure(error)
        self.rejected.emit(error)

    def revise(self, take: Take, edit: Edit) -> QueueEntry | None:
        """Queue an edit of a take; the take stays on show. None where nothing will run again."""
        if self.document.state.is_over:
            return None
        request = replace(take.request, edits=(*take.request.edits, edit))
        return self._request([request], base=take)

    def _request(
        self,
        requests: Sequence[GenerationRequest],
        base: Take | None = None,
        *,
        is_endless: bool = False,
        is_group: bool = False,
    ) -> QueueEntry:
        """Queue requests; while nothing runs, the first of them is wanted now, paused or not."""
        is_idle = self.document.state.is_idle
        entries = self.document.queue.add(
            requests, base, is_endless=is_endless, skips_pause=is_idle, is_group=is_group
        )
        return entries[0]

    @Slot()
    def generate_agreed(self) -> None:
        """Queue the last request once more, now that what it failed for is allowed."""
        if self._starter.entry is not None and not self.document.state.is_over:
            if isinstance(self.document.status.error, DeviceLostError):
                self.document.engine_draft.fill({"device": "cpu", "devices": ()})
            self.document.queue.agree(self._starter.entry.entry_id)

    @Slot()
    def cancel(self) -> None:
        """Ask the run to stop; it does so at its next step, tile or chunk."""
        if self.state is SessionState.RUNNING:
            self._starter.cancel()
            self.document.state.enter(SessionState.CANCELLING)

    @Slot()
    def shut_down(self) -> None:
        """Cancel, and end the engine's thread; `stopped` follows once it has ended."""
        if self.document.state.is_over:
            return
        # A run may wait for the engine to be prepared: both have to end before the thread can.
        self._preparation.cancel()
        self._starter.cancel()
        self.document.state.enter(SessionState.STOPPING)
        self.document.queue.interrupt()
        self.document.transport.pause()
        self._playback.close()
        self._engine.quit()

    def join(self) -> None:
        """Shut down and wait for the thread; for the end of the process."""
        self.shut_down()
        self._engine.wait()

    @Slot(object)
    def _on_finished(self, take: Take) -> None:
        self._end_run(take)
        status, entry = self.document.status, self._starter.entry
        status.finish()
        self.document.estimate.learn(take.request, self._starter.config, status.stages_took_s)
        if entry is not None:
            self.finished.emit(entry.entry_id, take)
            self.document.queue.finish(entry.entry_id)
        self._become_idle()
        self._starter.start_next()

    @Slot()
    def _on_cancelled(self) -> None:
        self._end_run()
        self.document.status.cancel()
        self._settle(EntryState.CANCELLED)
        self._become_idle()
        self._starter.start_next()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end_run()
        self.document.status.fail(error)
        self._settle(EntryState.FAILED, str(error))
        self._become_idle()
        match error:  # before the next starts: with consent, the same request goes first
            case InvalidRequestError():
                self.rejected.emit(error)
            case NotAgreedError() | NotConvertedError() | DeviceLostError():
                self.agreement_wanted.emit(error)
        self._starter.start_next()

    def _end_run(self, take: Take | None = None) -> None:
        self._starter.end_run()
        self.viewer.finish_run(take)

    def _settle(self, state: EntryState, sentence: str = "") -> None:
        """Note how the run ended, unless the session ends: then it waits for the next start."""
        if self._starter.entry is not None and not self.document.state.is_over:
            self.document.queue.settle(self._starter.entry.entry_id, state, sentence)

    def _become_idle(self) -> None:
        if not self.document.state.is_over:
            self.document.state.enter(SessionState.IDLE)

    @Slot(object)
    def _on_devices_found(self, names: tuple[str, ...]) -> None:
        self.compute_devices = names
        self.document.engine_draft.offer_devices(names)

    @Slot(str)
    def _on_noticed(self, sentence: str) -> None:
        self.document.status.note_notice(sentence)

    @Slot()
    def _on_ready(self) -> None:
        self.engine_ready = True
        self.document.estimate.begin()
        self.engine_prepared.emit()

    @Slot()
    def _on_thread_stopped(self) -> None:
        self._starter.end_run()
        self.document.state.enter(SessionState.STOPPED)
        self.stopped.emit()
