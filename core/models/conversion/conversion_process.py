"""Runs a conversion in a process of its own, and reports on it."""

import logging
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.api.errors import ModelLoadError
from core.api.events import BytesReceived, Stage
from core.api.progress import Progress
from core.models.conversion.conversion_worker import DONE, PROGRESS, Job, run

_log = logging.getLogger(__name__)
_POLL_S = 0.1
_END_S = 5.0
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def convert_in_process(job: Job, progress: Progress) -> None:
    """Carry out a job in a new process, which inherits nothing of this one's memory.

    Raises:
        ModelLoadError: The weights cannot be converted; the sentence says why.
        Cancelled: The run was cancelled through `progress`.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(job, sender), daemon=True)
    with progress.stage(Stage.CONVERTING), _one_thread_each():
        process.start()
        sender.close()  # so that the end of the process shows as the end of the pipe
        try:
            message = _listen(receiver, progress)
            if message is None:
                process.join(_END_S)
        finally:
            receiver.close()
            process.terminate()  # nothing happens where it has ended
            process.join()
    if message is None:
        _log.error("the converting process ended with %s", process.exitcode)
        raise ModelLoadError(
            str(job.source),
            f"could not be converted: the process that read it ended ({process.exitcode}). "
            "It may need more memory than is free; close other programs and try again.",
        )
    if message[0] != DONE:
        raise ModelLoadError(message[2], message[1])


def _listen(receiver: Any, progress: Progress) -> tuple[Any, ...] | None:
    """Pass on what the process reports, and return its last message; None without one."""
    while True:
        progress.check_cancelled()
        if not receiver.poll(_POLL_S):
            continue
        try:
            message: tuple[Any, ...] = receiver.recv()
        except EOFError:
            return None
        if message[0] != PROGRESS:
            return message
        progress.emit(BytesReceived(message[1], message[2]))


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let numpy start without a pool of threads, whose stacks count as memory."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
