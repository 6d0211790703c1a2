"""The engine's place on its own thread: runs requests, and says how each ended."""

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.gentle_import import (
    no_collections,
    open_torch_library,
    rest_between_parallel_work,
)
from app.models.finished_take import FinishedTake
from app.models.queue_entry import QueueEntry
from app.unfinished_folder import unfinished_folder
from core.config import EngineConfig
from core.edit import Edit
from core.errors import Cancelled, TesseraError
from core.estimate import Estimate
from core.progress import Progress
from core.request import GenerationRequest

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

    def generate(self, request: GenerationRequest, progress: Progress) -> FinishedTake:
        """Carry out one request."""

    def listen(
        self, request: GenerationRequest, progress: Progress, wants_more: Callable[[], bool]
    ) -> FinishedTake:
        """Make sound until it is cancelled, and give what there was."""

    def edit(self, take: FinishedTake, edit: Edit, progress: Progress) -> FinishedTake:
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
    rest_between_parallel_work()
    open_torch_library()
    from core.generation import Engine

    return Engine(config, unfinished_folder(), previews=True)
