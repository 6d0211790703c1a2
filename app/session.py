"""One document: what is asked for, the run that makes it, and what came of it.

The session owns the engine's thread. Events cross to the window through an inbox that a timer
empties thirty times a second; sound goes straight from the engine's thread to the player.
"""

from enum import StrEnum

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from app.event_router import AudioArrived, EventRouter
from app.models.event_inbox import EventInbox
from app.models.latent_sketch import LatentSketchModel
from app.models.request_draft import RequestDraft
from app.models.run_status import RunStatusModel
from app.models.scrub import Scrub
from app.models.selection import SelectionModel
from app.models.sound_devices import SoundDevicesModel
from app.models.spectrogram import SpectrogramModel
from app.models.tile_grid import TileGridModel
from app.models.transport import Playback, TransportModel
from app.worker import EngineFactory, FinishedTake, Worker
from core.errors import InvalidRequestError, NotAgreedError
from core.events import AudioChunk, Event
from core.progress import Progress
from core.request import BUNDLED_MODEL, GenerationRequest

_LOOK_INTERVAL_MS = 33
_STACK_BYTES = 16 << 20  # macOS gives half a megabyte, which networks outgrow


class SessionState(StrEnum):
    """What the session is doing."""

    IDLE = "idle"
    RUNNING = "running"
    CANCELLING = "cancelling"
    STOPPING = "stopping"  # the thread is on its way out, nothing will run again
    STOPPED = "stopped"


class Session(QObject):
    """State machine of one document.

    Signals:
        state_changed: It is doing something else now.
        rejected: The drafted request cannot be carried out; the error names the field.
        agreement_wanted: The model has to be downloaded, which the person should allow first.
        engine_prepared: The engine was imported and built, or the attempt failed.
        stopped: The thread has ended.

    Attributes:
        state: What it is doing.
        take: The last finished take, until the next run begins.
        engine_ready: Whether the engine was imported and built, or its failure is known.
    """

    state_changed = Signal(SessionState)
    rejected = Signal(InvalidRequestError)
    agreement_wanted = Signal(NotAgreedError)
    engine_prepared = Signal()
    stopped = Signal()
    _prepare = Signal(str, object)
    _run = Signal(object, object, bool)

    def __init__(
        self, make_engine: EngineFactory, playback: Playback, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.draft = RequestDraft(self)
        self.sketch = LatentSketchModel(self)
        self.spectrogram = SpectrogramModel(self)
        self.selection = SelectionModel(self.spectrogram, self)
        self.tiles = TileGridModel(self)
        self.status = RunStatusModel(self)
        self.transport = TransportModel(playback, self)
        self.scrub = Scrub(self.transport, self)
        self.devices = SoundDevicesModel(playback, self)
        self.devices.changed.connect(self.transport.poll)
        self.selection.changed.connect(self._on_selection_changed)
        self.transport.heard.connect(self.status.note_heard)
        self.state = SessionState.IDLE
        self.request: GenerationRequest | None = None
        self.take: FinishedTake | None = None
        self.engine_ready = False
        self._playback = playback
        self._router = EventRouter(
            self.sketch, self.spectrogram, self.tiles, self.status, self.transport
        )
        self._inbox = EventInbox()
        self._progress = Progress()
        self._timer = QTimer(self, interval=_LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self._look_into_inbox)
        self._start_thread(make_engine)

    def _start_thread(self, make_engine: EngineFactory) -> None:
        self._thread = QThread(self)
        self._thread.setObjectName("engine")
        self._thread.setStackSize(_STACK_BYTES)
        self._worker = Worker(make_engine)
        self._worker.moveToThread(self._thread)
        self._prepare.connect(self._worker.prepare)
        self._run.connect(self._worker.run)
        self._worker.ready.connect(self._on_ready)
        self._worker.finished.connect(self._on_finished)
        self._worker.cancelled.connect(self._on_cancelled)
        self._worker.failed.connect(self._on_failed)
        self._thread.finished.connect(self._on_thread_finished)
        self._thread.start()

    def prepare_engine(self) -> None:
        """Build the engine and load the bundled model, ahead of the first request.

        Other models may be large, or may be downloads: they wait until they are asked for.
        """
        self._prepare.emit(BUNDLED_MODEL, self._progress)

    @Slot()
    def generate(self) -> None:
        """Start the drafted request; a request that cannot be carried out is `rejected`."""
        if self.state is not SessionState.IDLE:
            return
        try:
            request = self.draft.to_request()
        except InvalidRequestError as error:
            self.status.note_failure(error)
            self.rejected.emit(error)
        else:
            self._start(request)

    def generate_agreed(self) -> None:
        """Start the last request once more, now that its model may be downloaded."""
        if self.state is SessionState.IDLE and self.request is not None:
            self._start(self.request, agreed=True)

    def _start(self, request: GenerationRequest, *, agreed: bool = False) -> None:
        self.request, self.take = request, None
        self._progress = Progress(self._hear)
        self._inbox.take_all()
        self.tiles.clear()
        self.sketch.clear()
        self.spectrogram.begin_seconds(request.duration_s)
        self.transport.begin(request.duration_s, self.spectrogram.params.sample_rate)
        self.status.begin_run(request)
        self._enter(SessionState.RUNNING)
        self._timer.start()
        self._run.emit(request, self._progress, agreed)

    @Slot()
    def cancel(self) -> None:
        """Ask the run to stop; it does so at its next step, tile or chunk."""
        if self.state is SessionState.RUNNING:
            self._progress.cancel()
            self._enter(SessionState.CANCELLING)

    def shut_down(self) -> None:
        """Cancel, and end the thread; `stopped` follows once it has ended."""
        if self.state in (SessionState.STOPPING, SessionState.STOPPED):
            return
        self._progress.cancel()
        self._enter(SessionState.STOPPING)
        self.transport.pause()
        self._playback.close()
        self._thread.quit()

    def join(self) -> None:
        """Shut down and wait for the thread; for the end of the process."""
        self.shut_down()
        self._thread.wait()

    @Slot()
    def _on_selection_changed(self) -> None:
        chosen = self.selection.current
        self.transport.choose_range(chosen and (chosen.start_s, chosen.stop_s))

    def _hear(self, event: Event) -> None:
        """Take an event in the engine's thread: sound to the player, the rest to the inbox."""
        if isinstance(event, AudioChunk):
            self._playback.append(event.start_sample, event.samples)
            event = AudioArrived(event.start_sample + len(event.samples))
        self._inbox.put(event)

    @Slot()
    def _look_into_inbox(self) -> None:
        for event in self._inbox.take_all():
            self._router.route(event)

    @Slot(object)
    def _on_finished(self, take: FinishedTake) -> None:
        self._end_run()
        self.take = take
        self.sketch.clear()
        self.status.finish()
        self._leave_run()

    @Slot()
    def _on_cancelled(self) -> None:
        self._end_run()
        self.status.cancel()
        self._leave_run()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end_run()
        self.status.fail(error)
        self._leave_run()
        match error:
            case InvalidRequestError():
                self.rejected.emit(error)
            case NotAgreedError():
                self.agreement_wanted.emit(error)

    def _end_run(self) -> None:
        """Hear the last words of the run before its end is told."""
        self._timer.stop()
        self._look_into_inbox()
        self.transport.finish()

    def _leave_run(self) -> None:
        if self.state not in (SessionState.STOPPING, SessionState.STOPPED):
            self._enter(SessionState.IDLE)

    @Slot()
    def _on_ready(self) -> None:
        self.engine_ready = True
        self.engine_prepared.emit()

    @Slot()
    def _on_thread_finished(self) -> None:
        self._timer.stop()
        self._enter(SessionState.STOPPED)
        self.stopped.emit()

    def _enter(self, state: SessionState) -> None:
        if self.state is not state:
            self.state = state
            self.state_changed.emit(state)
