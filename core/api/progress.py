"""The connection between a run and its owner: events go out, cancelling comes in."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.api.errors import Cancelled
from core.api.events import Event, Stage, StageFinished, StageStarted


class Progress:
    """Passes events to listeners, and holds the cancel flag.

    `cancel` may be called from any thread: the flag is a threading.Event, because a queued call
    would not reach a thread that is busy with the run. Events are passed on in the run's thread.

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
        """Raise if the run was cancelled.

        Raises:
            Cancelled: `cancel` was called.
        """
        if self._cancelled.is_set():
            raise Cancelled

    def emit(self, event: Event) -> None:
        """Call all listeners."""
        for listener in self._listeners:
            listener(event)

    @contextmanager
    def with_listener(self, listener: Callable[[Event], None]) -> Iterator[None]:
        """Add a listener inside the block; an exception that it raises ends the run."""
        self._listeners = [*self._listeners, listener]
        try:
            yield
        finally:
            self._listeners = [other for other in self._listeners if other is not listener]

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Emit start and end of a stage with its duration; raises first if the run is cancelled."""
        self.check_cancelled()
        self.emit(StageStarted(stage))
        start_s = time.perf_counter()
        yield
        self.emit(StageFinished(stage, time.perf_counter() - start_s))


class InnerProgress(Progress):
    """The progress of an inner run: it shares the cancel flag of its parent, but no listeners.

    Args:
        parent: The progress of the outer run.
        on_event: Receives the events, and may pass them on to the parent. None drops them: a pass
            that only collects statistics runs tiles that are not those on the screen.
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
        """Raise if the parent was cancelled."""
        self._parent.check_cancelled()
