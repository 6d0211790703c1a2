"""Lists models of the disk and the hub, downloads and removes them, on threads of its own.

The engine's thread is busy while it generates; a download goes on beside it. Nothing here imports
torch, so the models can be listed before the engine is there.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.view_models.drafts.model_list import ModelListModel
from core.api.errors import Cancelled, TesseraError
from core.api.events import BytesReceived, Event
from core.api.model_card import ListedModel
from core.api.progress import Progress

_log = logging.getLogger(__name__)
_PROGRESS_INTERVAL_BYTES = 4 << 20


class ModelStoreProtocol(Protocol):
    """What the worker needs of a model store."""

    def list_models(self, folders: tuple[str, ...]) -> tuple[ListedModel, ...]:
        """List all models."""

    def describe(self, source: str) -> ListedModel:
        """Describe one model."""

    def download(self, source: str, progress: Progress) -> None:
        """Download a model that a person agreed to."""

    def remove(self, source: str) -> None:
        """Delete what was downloaded of a model."""


class ModelStoreWorker(QObject):
    """Does what a ModelListModel requests, on two threads: a download may take long.

    Args:
        model_list: Requests it, and shows what comes of it.
        make_store: Makes what reads the disk and the hub; called in the worker's threads.
    """

    def __init__(
        self,
        model_list: ModelListModel,
        make_store: Callable[[], ModelStoreProtocol],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model_list = model_list
        self._local, self._remote = _StoreUser(make_store), _StoreUser(make_store)
        self._threads = [self._start("models", self._local), self._start("hub", self._remote)]
        model_list.search_requested.connect(self._local.list_models)
        model_list.describe_requested.connect(self._local.describe)
        model_list.remove_requested.connect(self._local.remove)
        model_list.download_requested.connect(self._remote.download)
        self._local.listed.connect(model_list.show)
        self._local.described.connect(model_list.show_current)
        self._remote.received.connect(model_list.show_progress)
        self._local.ended.connect(model_list.finish)
        self._remote.ended.connect(model_list.finish)

    def _start(self, name: str, user: "_StoreUser") -> QThread:
        thread = QThread(self)
        thread.setObjectName(name)
        user.moveToThread(thread)
        thread.start()
        return thread

    def join(self) -> None:
        """Cancel a download, and wait for both threads; for the end of the process."""
        self._model_list.cancel_download()
        for thread in self._threads:
            thread.quit()
        for thread in self._threads:
            thread.wait()


class _StoreUser(QObject):
    """Does the work. Lives in the thread it was moved to.

    Its signals are emitted there, and Qt queues them for the objects of the window.
    """

    listed = Signal(object)
    described = Signal(object)
    received = Signal(object)
    ended = Signal(object)

    def __init__(self, make_store: Callable[[], ModelStoreProtocol]) -> None:
        super().__init__()
        self._make_store = make_store
        self._reported_bytes = 0

    @Slot(object)
    def list_models(self, folders: tuple[str, ...]) -> None:
        """List all models."""
        self.listed.emit(self._make_store().list_models(folders))

    @Slot(object)
    def describe(self, source: str) -> None:
        """Describe one model."""
        self.described.emit(self._make_store().describe(source))

    @Slot(object, object)
    def download(self, source: str, progress: Progress) -> None:
        """Download a model."""
        self._reported_bytes = -_PROGRESS_INTERVAL_BYTES
        with progress.with_listener(self._hear):
            self._carry_out(lambda: self._make_store().download(source, progress))

    @Slot(object)
    def remove(self, source: str) -> None:
        """Delete what was downloaded of a model."""
        self._carry_out(lambda: self._make_store().remove(source))

    def _carry_out(self, work: Callable[[], None]) -> None:
        error: TesseraError | None = None
        try:
            work()
        except Cancelled:
            _log.info("a download was cancelled")
        except TesseraError as failure:
            _log.info("the model store could not do it", exc_info=True)
            error = failure
        except Exception as failure:  # nothing may end the thread
            _log.exception("the model store failed")
            error = TesseraError(f"Something unforeseen went wrong ({failure}); see the log.")
        self.ended.emit(error)

    def _hear(self, event: Event) -> None:
        """Report how far a download is, every few megabytes."""
        if isinstance(event, BytesReceived):
            done = event.received == event.total
            if done or event.received - self._reported_bytes >= _PROGRESS_INTERVAL_BYTES:
                self._reported_bytes = event.received
                self.received.emit(event)


def make_model_store() -> ModelStoreProtocol:
    """The models of this machine, from its disk and from the hub."""
    from core.models.model_store import ModelStore

    return ModelStore()
