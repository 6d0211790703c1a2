"""The line between a run and whoever started it: events out, the wish to stop in."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.api.errors import Cancelled
from core.api.events import Event, Stage, StageFinished, StageStarted


class Progress:
    """Hands events to whoever listens and carries the cancel flag; safe from any thread.

    Args:
        on_event: Called in the thread of the run, for every event, in order. It should return
            at once.
    """

    def __init__(self, on_event: Callable[[Event], None] | None = None) -> None:
        self._listeners = [] if on_event is None else [on_event]
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the run to stop at its next step, tile or chunk."""
        self._cancelled.set()

    def check_cancelled(self) -> None:
        """Leave the run if its owner wants so.

        Raises:
            Cancelled: `cancel` was called.
        """
        if self._cancelled.is_set():
            raise Cancelled

    def emit(self, event: Event) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener(event)

    @contextmanager
    def heard_by(self, listener: Callable[[Event], None]) -> Iterator[None]:
        """Let another one listen for a while; what it raises ends the run."""
        self._listeners = [*self._listeners, listener]
        try:
            yield
        finally:
            self._listeners = [other for other in self._listeners if other is not listener]

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Announce a part of the run and how long it took; checks for cancellation first."""
        self.check_cancelled()
        self.emit(StageStarted(stage))
        start_s = time.perf_counter()
        yield
        self.emit(StageFinished(stage, time.perf_counter() - start_s))


class InnerProgress(Progress):
    """A run within a run: it shares the cancel flag of its parent, and none of its listeners.

    Args:
        parent: The run around it.
        on_event: Hears the events, and may pass them on to the parent. None = they are dropped:
            a pass that only collects statistics runs tiles that are not those on the screen.
    """

    def __init__(self, parent: Progress, on_event: Callable[[Event], None] | None = None) -> None:
        super().__init__(on_event)
        self._parent = parent

    @property
    def cancelled(self) -> bool:
        """Whether the parent was cancelled."""
        return self._parent.cancelled

    def cancel(self) -> None:
        """Cancel the parent."""
        self._parent.cancel()

    def check_cancelled(self) -> None:
        """Leave the run if the parent's owner wants so."""
        self._parent.check_cancelled()
