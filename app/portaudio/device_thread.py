"""Runs the calls of the sound library in a thread of their own, each with a time limit.

Opening, starting and closing a device may block for as long as its sound server is stuck, and
nothing can end a thread that is inside such a call. So the caller stops waiting instead.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

Result = TypeVar("Result")


class NoAnswerError(Exception):
    """A call has not returned in time, and runs on."""


class DeviceThread:
    """One thread that makes one call after another; used from one other thread.

    While a call is overdue no other is made: sound libraries are not safe from two threads.

    Args:
        limit_s: How long a call may take.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._calls: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._overdue: Future[Any] | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether a call that took too long has still not returned."""
        return self._overdue is not None and not self._overdue.done()

    def call(self, function: Callable[[], Result]) -> Result:
        """Make a call, and return what it returns or raise what it raises.

        Raises:
            NoAnswerError: It takes longer than the limit, or the one before it still does.
        """
        if self.is_stuck:
            raise NoAnswerError
        self._overdue = None
        if self._thread is None:
            # A daemon: a call that never returns must not keep the process alive.
            self._thread = threading.Thread(target=self._run, name="sound device", daemon=True)
            self._thread.start()
        future: Future[Result] = Future()
        self._calls.put((function, future))
        try:
            return future.result(self._limit_s)
        except TimeoutError:
            if future.done():  # the function itself raised it
                raise
            self._overdue = future
            raise NoAnswerError from None

    def end(self) -> None:
        """End the thread; one that is stuck ends once its call returns."""
        if self._thread is not None:
            self._calls.put(None)
            if not self.is_stuck:
                self._thread.join(self._limit_s)
            self._thread = None

    def _run(self) -> None:
        while (task := self._calls.get()) is not None:
            function, future = task
            try:
                future.set_result(function())
            except Exception as error:  # whatever it is, the caller receives it
                future.set_exception(error)
