"""Looks at models on the disk and the hub, downloads and removes them, on threads of its own.

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
_TELL_EVERY_BYTES = 4 << 20


class ModelStoreProtocol(Protocol):
    """What the keeper needs of a model_list."""

    def list_models(self, folders: tuple[str, ...]) -> tuple[ListedModel, ...]:
        """All models."""

    def describe(self, source: str) -> ListedModel:
        """One model."""

    def download(self, source: str, progress: Progress) -> None:
        """Fetch a model that was agreed to."""

    def remove(self, source: str) -> None:
        """Delete what was downloaded of a model."""


class _Hand(QObject):
    """Does the work, on the thread it was moved to."""

    looked = Signal(object)
    described = Signal(object)
    received = Signal(object)
    ended = Signal(object)

    def __init__(self, make_shelf: Callable[[], ModelStoreProtocol]) -> None:
        super().__init__()
        self._make_shelf = make_shelf
        self._told_bytes = 0

    @Slot(object)
    def look(self, folders: tuple[str, ...]) -> None:
        """Find all models."""
        self.looked.emit(self._make_shelf().list_models(folders))

    @Slot(str)
    def describe(self, source: str) -> None:
        """Find one model."""
        self.described.emit(self._make_shelf().describe(source))

    @Slot(str, object)
    def download(self, source: str, progress: Progress) -> None:
        """Fetch a model."""
        self._told_bytes = -_TELL_EVERY_BYTES
        with progress.heard_by(self._hear):
            self._carry_out(lambda: self._make_shelf().download(source, progress))

    @Slot(str)
    def remove(self, source: str) -> None:
        """Delete what was downloaded of a model."""
        self._carry_out(lambda: self._make_shelf().remove(source))

    def _carry_out(self, work: Callable[[], None]) -> None:
        error: TesseraError | None = None
        try:
            work()
        except Cancelled:
            _log.info("a download was broken off")
        except TesseraError as failure:
            _log.info("the model store could not do it", exc_info=True)
            error = failure
        except Exception as failure:  # nothing may end the thread
            _log.exception("the model store failed")
            error = TesseraError(f"Something unforeseen went wrong ({failure}); see the log.")
        self.ended.emit(error)

    def _hear(self, event: Event) -> None:
        """Pass on how far a download is, now and then."""
        if isinstance(event, BytesReceived):
            done = event.received == event.total
            if done or event.received - self._told_bytes >= _TELL_EVERY_BYTES:
                self._told_bytes = event.received
                self.received.emit(event)


class ModelStoreWorker(QObject):
    """Carries out the wishes of a ModelListModel.

    Args:
        model_list: Whose wishes.
        make_shelf: What looks at the disk and the hub; called on the keeper's threads.
    """

    def __init__(
        self,
        model_list: ModelListModel,
        make_shelf: Callable[[], ModelStoreProtocol],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model_list = model_list
        self._looking, self._fetching = _Hand(make_shelf), _Hand(make_shelf)
        self._threads = [self._start("models", self._looking), self._start("hub", self._fetching)]
        model_list.search_requested.connect(self._looking.look)
        model_list.describe_requested.connect(self._looking.describe)
        model_list.remove_requested.connect(self._looking.remove)
        model_list.download_requested.connect(self._fetching.download)
        self._looking.looked.connect(model_list.show)
        self._looking.described.connect(model_list.show_current)
        self._fetching.received.connect(model_list.show_progress)
        for hand in (self._looking, self._fetching):
            hand.ended.connect(model_list.finish)

    def _start(self, name: str, hand: _Hand) -> QThread:
        thread = QThread(self)
        thread.setObjectName(name)
        hand.moveToThread(thread)
        thread.start()
        return thread

    def join(self) -> None:
        """Break off a download, and wait for both threads; for the end of the process."""
        self._model_list.cancel_download()
        for thread in self._threads:
            thread.quit()
        for thread in self._threads:
            thread.wait()


def make_model_store() -> ModelStoreProtocol:
    """The models of this machine, from its disk and from the hub."""
    from core.models.model_store import ModelStore

    return ModelStore()
