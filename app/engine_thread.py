"""The thread that the engine works in, and the wires to the worker on it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from app.models.queue_entry import QueueEntry
from app.worker import EngineFactory, Worker
from core.config import EngineConfig
from core.progress import Progress

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
