"""The engine's place on its own thread: runs requests, and says how each ended."""

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.paths import unfinished_folder
from app.torch_import import limit_thread_spinning, no_collections, open_torch_library
from app.view_models.takes.queue_entry import QueueEntry
from core.api.config import EngineConfig
from core.api.edit import Edit
from core.api.errors import Cancelled, TesseraError
from core.api.estimate import Estimate
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take

_log = logging.getLogger(__name__)


class GenerationEngine(Protocol):
    """What the worker needs of an engine."""

    def device_names(self) -> tuple[str, ...]:
        """The devices there are to compute on."""

    def configure(self, config: EngineConfig) -> None:
        """Work in this way from the next run on."""

    def estimate(self, request: GenerationRequest) -> Estimate | None:
        """What a request will need; None while its model is not in memory."""

    def load(self, source: str, progress: Progress) -> object:
        """Take a model into memory."""

    def fetch(self, source: str, progress: Progress) -> None:
        """Download a model that a person agreed to."""

    def generate(self, request: GenerationRequest, progress: Progress) -> Take:
        """Carry out one request."""

    def listen(
        self, request: GenerationRequest, progress: Progress, wants_more: Callable[[], bool]
    ) -> Take:
        """Make sound until it is cancelled, and give what there was."""

    def edit(self, take: Take, edit: Edit, progress: Progress) -> Take:
        """Carry out one edit of a take."""


EngineFactory = Callable[[], GenerationEngine]


class Worker(QObject):
    """Lives on the session's thread. Every run emits exactly one of the three endings.

    Args:
        make_engine: Builds the engine, in the worker's thread: importing the networks takes
            seconds, which the window should not wait for.
    """

    devices_found = Signal(object)
    ready = Signal()
    finished = Signal(object)
    cancelled = Signal()
    failed = Signal(object)
    estimated = Signal(object)

    def __init__(self, make_engine: EngineFactory) -> None:
        super().__init__()
        self._make_engine = make_engine
        self._config = EngineConfig()
        self._engine: GenerationEngine | None = None

    @Slot(object)
    def configure(self, config: EngineConfig) -> None:
        """Work in this way from the next run on, which also meets what is wrong with it."""
        self._config = config

    @Slot(object, object)
    def estimate(self, request: GenerationRequest, config: EngineConfig) -> None:
        """Plan a request without carrying it out, and tell in any case."""
        self._config = config
        answer: Estimate | TesseraError | None = None
        try:
            if self._engine is not None:
                answer = self._ready_engine().estimate(request)
        except TesseraError as error:
            answer = error
        except Exception:  # the edge of the engine
            _log.exception("a request could not be planned")
        self.estimated.emit(answer)

    @Slot(str, object)
    def prepare(self, model: str, progress: Progress) -> None:
        """Build the engine and load `model` ahead of the first request.

        A failure waits for that request, which will meet it again and tell.
        """
        try:
            with no_collections():
                engine = self._ready_engine()
                self.devices_found.emit(engine.device_names())
                engine.load(model, progress)
        except (TesseraError, Cancelled):
            _log.info("the model could not be loaded ahead", exc_info=True)
        except Exception:
            _log.exception("the engine could not be prepared")
        self.ready.emit()

    @Slot(object, object, object)
    def run(self, entry: QueueEntry, progress: Progress, wants_more: Callable[[], bool]) -> None:
        """Carry out one request, or the last of its edits where the take before is there.

        An endless one is made as far ahead as `wants_more` asks for.
        """
        try:
            progress.check_cancelled()
            engine = self._ready_engine()
            if entry.is_agreed:
                engine.fetch(entry.request.model, progress)
            if entry.is_endless:
                take = engine.listen(entry.request, progress, wants_more)
            elif entry.base is None:
                take = engine.generate(entry.request, progress)
            else:
                take = engine.edit(entry.base, entry.request.edits[-1], progress)
        except Cancelled:
            self.cancelled.emit()
        except TesseraError as error:
            _log.info("a run could not be carried out", exc_info=True)
            self.failed.emit(error)
        except Exception as error:  # the edge of the engine: nothing may end the thread
            _log.exception("a run failed")
            self.failed.emit(error)
        else:
            self.finished.emit(take)

    def _ready_engine(self) -> GenerationEngine:
        if self._engine is None:
            self._engine = self._make_engine()
        self._engine.configure(self._config)
        return self._engine


def make_tessera_engine(config: EngineConfig | None = None) -> GenerationEngine:
    """Import the engine and build it; without a configuration, the usual one."""
    limit_thread_spinning()
    open_torch_library()
    from core.engine import Engine

    return Engine(config, unfinished_folder(), previews=True)


_STACK_BYTES = 16 << 20  # macOS gives half a megabyte, which networks outgrow


class EngineThread(QObject):
    """Hands wishes to a `Worker` on a thread of its own; they are carried out one after another.

    Signals:
        devices_found, ready, finished, cancelled, failed, estimated: As the worker says.
        estimate_wanted: A request and a configuration to plan; `estimated` follows.
        stopped: The thread has ended.

    Args:
        make_engine: Builds the engine, on that thread.
    """

    devices_found = Signal(object)
    ready = Signal()
    finished = Signal(object)
    cancelled = Signal()
    failed = Signal(object)
    estimated = Signal(object)
    estimate_wanted = Signal(object, object)
    stopped = Signal()
    _configure = Signal(object)
    _prepare = Signal(str, object)
    _run = Signal(object, object, object)

    def __init__(self, make_engine: EngineFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName("engine")
        self._thread.setStackSize(_STACK_BYTES)
        self._worker = Worker(make_engine)
        self._worker.moveToThread(self._thread)
        self._connect()
        self._thread.start()

    def _connect(self) -> None:
        worker = self._worker
        self._configure.connect(worker.configure)
        self.estimate_wanted.connect(worker.estimate)
        self._prepare.connect(worker.prepare)
        self._run.connect(worker.run)
        for name in ("devices_found", "ready", "finished", "cancelled", "failed", "estimated"):
            getattr(worker, name).connect(getattr(self, name))
        self._thread.finished.connect(self.stopped)

    def configure(self, config: EngineConfig) -> None:
        """Work in this way from the next run on."""
        self._configure.emit(config)

    def prepare(self, model: str, progress: Progress) -> None:
        """Build the engine and load `model` ahead of the first request; `ready` follows."""
        self._prepare.emit(model, progress)

    def run(self, entry: QueueEntry, progress: Progress, wants_more: Callable[[], bool]) -> None:
        """Carry out one request; `finished`, `cancelled` or `failed` follows."""
        self._run.emit(entry, progress, wants_more)

    def quit(self) -> None:
        """End the thread after the run in hand; `stopped` follows."""
        self._thread.quit()

    def wait(self) -> None:
        """Wait for the end of the thread."""
        self._thread.wait()
