"""The engine on a thread of its own: carries out one request after another."""

import logging
import os
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.paths import unfinished_folder
from app.session.devices.rank_program import CPP_LOG
from app.torch_import import limit_thread_spinning, no_collections, open_torch_library
from app.view_models.takes.queue_entry import QueueEntry
from core.api.config import EngineConfig
from core.api.edit import Edit
from core.api.errors import Cancelled, TesseraError, keep_as_text
from core.api.estimate import Estimate
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.api.request import EndlessControl, GenerationRequest
from core.api.take import Take
from core.runtime.memory_errors import as_memory_error, check_address_space

_log = logging.getLogger(__name__)
_STACK_BYTES = 16 << 20  # macOS gives half a megabyte, which networks outgrow


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
        """Download or convert a model, as a person agreed to."""

    def generate(self, request: GenerationRequest, progress: Progress) -> Take:
        """Carry out one request."""

    def record_endless(
        self,
        request: GenerationRequest,
        progress: Progress,
        control: EndlessControl,
    ) -> Take:
        """Make sound to what `control` says until it is cancelled, and give what there was."""

    def edit(self, take: Take, edit: Edit, progress: Progress) -> Take:
        """Carry out one edit of a take."""

    def close(self) -> None:
        """End what it has started; nothing runs any more."""


EngineFactory = Callable[[], GenerationEngine]


class EngineThread(QObject):
    """Hands requests to an EngineWorker on a thread of its own. Lives in the window's thread.

    Every method returns at once: what it asks for crosses to the engine's thread as a queued
    signal, and is carried out after what was asked before.

    Signals:
        stopped: The thread has ended.

    Args:
        make_engine: Builds the engine, on that thread.

    Attributes:
        worker: Emits what comes of it, in the engine's thread.
    """

    stopped = Signal()
    _configure = Signal(object)
    _estimate = Signal(object, object)
    _prepare = Signal(str, object)
    _run = Signal(object, object, object)

    def __init__(self, make_engine: EngineFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName("engine")
        self._thread.setStackSize(_STACK_BYTES)
        self.worker = EngineWorker(make_engine)
        self.worker.moveToThread(self._thread)
        self._configure.connect(self.worker.configure)
        self._estimate.connect(self.worker.estimate)
        self._prepare.connect(self.worker.prepare)
        self._run.connect(self.worker.run)
        self._thread.finished.connect(self.worker.close)  # emitted in that thread, at its end
        self._thread.finished.connect(self.stopped)
        self._thread.start()

    def configure(self, config: EngineConfig) -> None:
        """Work in this way from the next run on."""
        self._configure.emit(config)

    @Slot(object, object)
    def estimate(self, request: GenerationRequest, config: EngineConfig) -> None:
        """Plan a request; `worker.estimated` follows."""
        self._estimate.emit(request, config)

    def prepare(self, model: str, progress: Progress) -> None:
        """Build the engine and load `model` ahead of the first request; `worker.ready` follows."""
        self._prepare.emit(model, progress)

    def run(
        self,
        entry: QueueEntry,
        progress: Progress,
        control: EndlessControl,
    ) -> None:
        """Carry out one request; `worker` says how it ended."""
        self._run.emit(entry, progress, control)

    def quit(self) -> None:
        """End the thread after the current run; `stopped` follows."""
        self._thread.quit()

    def wait(self) -> None:
        """Wait for the end of the thread."""
        self._thread.wait()


class EngineWorker(QObject):
    """Works in the engine's thread, to which EngineThread moves it.

    Its signals are emitted there. Qt queues them for an object of the window, whose slots so run
    in the window's thread.

    Signals:
        devices_found: Names of what the networks can run on.
        noticed: A sentence that the engine gave while it loaded a model ahead.
        ready: The engine was imported and built, or the attempt failed.
        finished, cancelled, failed: How a run ended; every run emits exactly one of them.
        estimated: What a request will need; None where it is not known.

    Args:
        make_engine: Builds the engine, in the worker's thread: importing the networks takes
            seconds, which the window should not wait for.
    """

    devices_found = Signal(object)
    noticed = Signal(str)
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
        """Plan a request without carrying it out; `estimated` follows in any case."""
        self._config = config
        answer: Estimate | TesseraError | None = None
        try:
            if self._engine is not None:
                answer = self._ready_engine().estimate(request)
        except TesseraError as error:
            keep_as_text(error)
            answer = error
        except Exception:  # the edge of the engine
            _log.exception("a request could not be planned")
        self.estimated.emit(answer)

    @Slot(str, object)
    def prepare(self, model: str, progress: Progress) -> None:
        """Build the engine and load `model` ahead of the first request.

        A failure waits for that request, which will meet it again and report it. Where `progress`
        is cancelled, as when the window closes, loading ends between two networks.
        """
        try:
            progress.check_cancelled()
            with no_collections(), progress.with_listener(self._pass_on_notice):
                self.devices_found.emit(self._built_engine().device_names())
                self._ready_engine().load(model, progress)
        except (TesseraError, Cancelled):
            _log.info("the model could not be loaded ahead", exc_info=True)
        except Exception:
            _log.exception("the engine could not be prepared")
        self.ready.emit()

    @Slot(object, object, object)
    def run(
        self,
        entry: QueueEntry,
        progress: Progress,
        control: EndlessControl,
    ) -> None:
        """Carry out one request, or the last of its edits where the take before is there.

        An endless one is made when `control` asks for more, to what it says.
        """
        try:
            progress.check_cancelled()
            engine = self._ready_engine()
            if entry.is_agreed:
                engine.fetch(entry.request.model, progress)
            if entry.is_endless:
                take = engine.record_endless(entry.request, progress, control)
            elif entry.base is None:
                take = engine.generate(entry.request, progress)
            else:
                take = engine.edit(entry.base, entry.request.edits[-1], progress)
        except Cancelled:
            self.cancelled.emit()
        except TesseraError as error:
            _log.info("a run could not be carried out", exc_info=True)
            keep_as_text(error)
            self.failed.emit(error)
        except Exception as error:  # the edge of the engine: nothing may end the thread
            _log.exception("a run failed")
            explained = as_memory_error(error)
            keep_as_text(explained)
            self.failed.emit(explained)
        else:
            self.finished.emit(take)

    @Slot()
    def close(self) -> None:
        """End what the engine has started, at the end of the thread."""
        if self._engine is not None:
            self._engine.close()

    def _pass_on_notice(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.noticed.emit(event.sentence)

    def _built_engine(self) -> GenerationEngine:
        if self._engine is None:
            self._engine = self._make_engine()
        return self._engine

    def _ready_engine(self) -> GenerationEngine:
        engine = self._built_engine()
        engine.configure(self._config)
        return engine


def make_tessera_engine(config: EngineConfig | None = None) -> GenerationEngine:
    """Import the engine and build it; without a configuration, the usual one."""
    limit_thread_spinning()
    os.environ.setdefault(CPP_LOG, "ERROR")
    check_address_space()
    open_torch_library()
    from app.session.devices.shared_engine import SharedEngine

    return SharedEngine(config, unfinished_folder())
