"""A document at work: it owns the engine's thread, starts runs, and takes what comes of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from app.session.document import Document
from app.session.engine_to_window import EventDelivery, RunCrossing, RunListener, SoundGate
from app.session.engine_worker import EngineFactory, EngineThread
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from app.view_models.transport.transport import Playback
from core.api.edit import Edit
from core.api.errors import InvalidRequestError, NotAgreedError
from core.api.progress import Progress
from core.api.request import BUNDLED_MODEL, GenerationRequest
from core.api.take import Take


class SessionState(StrEnum):
    """What the session is doing."""

    IDLE = "idle"
    RUNNING = "running"
    CANCELLING = "cancelling"
    STOPPING = "stopping"  # the thread is on its way out, nothing will run again
    STOPPED = "stopped"


Drafted = TypeVar("Drafted")


class Session(Document):
    """State machine of one document.

    Signals:
        state_changed: It is doing something else now.
        rejected: The drafted request cannot be carried out; the error names the field.
        agreement_wanted: The model has to be downloaded, which the person should allow first.
        finished: A run ended in a take; its name in queue and history, and the take.
        engine_prepared: The engine was imported and built, or the attempt failed.
        stopped: The thread has ended.

    Attributes:
        state: What it is doing.
        compute_devices: What the networks can run on; empty before the engine is ready.
        engine_ready: Whether the engine was imported and built, or its failure is known.
    """

    state_changed = Signal(SessionState)
    rejected = Signal(InvalidRequestError)
    agreement_wanted = Signal(NotAgreedError)
    finished = Signal(str, object)
    engine_prepared = Signal()
    stopped = Signal()

    def __init__(
        self, make_engine: EngineFactory, playback: Playback, parent: QObject | None = None
    ) -> None:
        super().__init__(playback, parent)
        self.state = SessionState.IDLE
        self.engine_ready = False
        self.compute_devices: tuple[str, ...] = ()
        self._playback = playback
        self._entry: QueueEntry | None = None
        self._delivery = EventDelivery(self.viewer.route, self._note_ahead, self)
        self._progress = Progress()
        self._config = self.engine_draft.to_config()
        self.queue.changed.connect(self._start_next)
        self._engine = EngineThread(make_engine, self)
        self._connect_engine()

    @property
    def last_request(self) -> GenerationRequest | None:
        """What the last run was asked for, on show or not."""
        return self._entry.request if self._entry else None

    @property
    def plays_endlessly(self) -> bool:
        """Whether the run in hand goes on until it is stopped."""
        return self._entry is not None and self._entry.is_endless

    def _connect_engine(self) -> None:
        engine = self._engine
        self.estimate.requested.connect(engine.estimate_wanted)
        engine.estimated.connect(self.estimate.show)
        engine.devices_found.connect(self._on_devices_found)
        engine.ready.connect(self._on_ready)
        engine.finished.connect(self._on_finished)
        engine.cancelled.connect(self._on_cancelled)
        engine.failed.connect(self._on_failed)
        engine.stopped.connect(self._on_thread_stopped)

    def prepare_engine(self) -> None:
        """Build the engine and load the bundled model, ahead of the first request.

        Other models may be large, or may be downloads: they wait until they are asked for.
        """
        self._engine.configure(self.engine_draft.to_config())
        self._engine.prepare(BUNDLED_MODEL, self._progress)

    @Slot()
    def generate(self) -> None:
        """Start the drafted request, with all takes wanted, or let them wait for the run in hand.

        A request that cannot be carried out is `rejected`.
        """
        requests = self._drafted(self.draft.to_requests)
        if requests is not None:
            self._request(requests)

    @Slot()
    def play_endlessly(self) -> None:
        """Make sound to the drafted prompt until `cancel`, and keep what there was."""
        request = self._drafted(self.draft.to_request)
        if request is not None:
            endless = replace(request, segments=(), init_audio=None)
            self._request([endless], is_endless=True)

    def _drafted(self, read_draft: Callable[[], Drafted]) -> Drafted | None:
        """What the draft asks for, to be watched from its start; None where it cannot be."""
        if self.is_over:
            return None
        try:
            drafted = read_draft()
        except InvalidRequestError as error:
            self.status.note_failure(error)
            self.rejected.emit(error)
            return None
        if self.state is SessionState.IDLE:
            self.viewer.follow_runs()
        return drafted

    def revise(self, take: Take, edit: Edit) -> QueueEntry | None:
        """Let an edit of a take start, or wait for the run in hand; the take stays on show."""
        if self.is_over:
            return None
        request = replace(take.request, edits=(*take.request.edits, edit))
        return self._request([request], base=take)

    def _request(
        self,
        requests: Sequence[GenerationRequest],
        base: Take | None = None,
        *,
        is_endless: bool = False,
    ) -> QueueEntry:
        """Queue requests; while nothing runs, the first of them is wanted now, paused or not."""
        is_idle = self.state is SessionState.IDLE
        return self.queue.add(requests, base, is_endless=is_endless, skips_pause=is_idle)[0]

    def generate_agreed(self) -> None:
        """Queue the last request once more, now that its model may be downloaded."""
        if self._entry is not None and not self.is_over:
            self.queue.agree(self._entry.entry_id)

    @Slot()
    def _start_next(self) -> None:
        """Start the request whose turn it is; nothing else starts one.

        Every change of the queue leads here, and so does the end of a run.
        """
        entry = self.queue.next_to_start
        if entry is not None and self.state is SessionState.IDLE:
            self._start(entry)

    def _start(self, entry: QueueEntry) -> None:
        self._entry = entry = self.queue.start(entry.entry_id)
        run = RunCrossing(entry, SoundGate(self._playback))
        self._progress = Progress(RunListener(run, self.buffer).hear)
        self.buffer.begin()
        self._delivery.begin(run)
        self.viewer.begin_run(run)
        self.status.begin_run(entry.request)
        self._enter(SessionState.RUNNING)
        self._config = self.engine_draft.to_config()
        self._engine.configure(self._config)
        self._engine.run(entry, self._progress, self.buffer.wants_more)

    @Slot()
    def cancel(self) -> None:
        """Ask the run to stop; it does so at its next step, tile or chunk."""
        if self.state is SessionState.RUNNING:
            self._progress.cancel()
            self._enter(SessionState.CANCELLING)

    @property
    def is_over(self) -> bool:
        """Whether nothing will run again."""
        return self.state in (SessionState.STOPPING, SessionState.STOPPED)

    def shut_down(self) -> None:
        """Cancel, and end the thread; `stopped` follows once it has ended."""
        if self.is_over:
            return
        self._progress.cancel()
        self._enter(SessionState.STOPPING)
        self.queue.interrupt()
        self.transport.pause()
        self._playback.close()
        self._engine.quit()

    def join(self) -> None:
        """Shut down and wait for the thread; for the end of the process."""
        self.shut_down()
        self._engine.wait()

    @Slot(object)
    def _on_finished(self, take: Take) -> None:
        self._end_run(take)
        self.status.finish()
        self.estimate.learn(take.request, self._config, self.status.stages_took_s)
        if self._entry is not None:
            self.finished.emit(self._entry.entry_id, take)
            self.queue.finish(self._entry.entry_id)
        self._leave_run()
        self._start_next()

    @Slot()
    def _on_cancelled(self) -> None:
        self._end_run()
        self.status.cancel()
        self._settle(EntryState.CANCELLED)
        self._leave_run()
        self._start_next()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end_run()
        self.status.fail(error)
        self._settle(EntryState.FAILED, str(error))
        self._leave_run()
        match error:
            case InvalidRequestError():
                self.rejected.emit(error)
            case NotAgreedError():
                self.agreement_wanted.emit(error)
        self._start_next()

    def _end_run(self, take: Take | None = None) -> None:
        self._delivery.end()
        self._progress = Progress()  # lets go of the run, and of its recording
        self.viewer.finish_run(take)

    def _note_ahead(self) -> None:
        """Show how far ahead of the ear an endless sound is made."""
        if self.plays_endlessly:
            self.status.note_ahead(self.buffer.ahead_s, is_slow=self.buffer.look())

    def _settle(self, state: EntryState, sentence: str = "") -> None:
        """Note how the run ended, unless it was the end of everything: then it starts anew."""
        if self._entry is not None and not self.is_over:
            self.queue.settle(self._entry.entry_id, state, sentence)

    def _leave_run(self) -> None:
        if not self.is_over:
            self._enter(SessionState.IDLE)

    @Slot(object)
    def _on_devices_found(self, names: tuple[str, ...]) -> None:
        self.compute_devices = names

    @Slot()
    def _on_ready(self) -> None:
        self.engine_ready = True
        self.estimate.begin()
        self.engine_prepared.emit()

    @Slot()
    def _on_thread_stopped(self) -> None:
        self._delivery.end()
        self._enter(SessionState.STOPPED)
        self.stopped.emit()

    def _enter(self, state: SessionState) -> None:
        if self.state is not state:
            self.state = state
            self.state_changed.emit(state)
