"""Ranks to test with: processes of one thread each, joined over gloo, kept for many tests.

A test sends a process a function of a module by its name, with arguments. A pool whose ranks were
lost is replaced by a fresh one. Where a system can fork, one process imports the engine, which
takes seconds, and each rank is a fork of it.
"""

import multiprocessing
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from torch.distributed import FileStore

from core.kernels import processor_speed as measured
from core.kernels.processor_speed import ProcessorSpeed, processor_speed
from core.peers.distributed import DistributedPeers

LIMIT_S = 60.0
START_S = 120.0
IMPORTED_ONCE = ["tests.rank_pool", "tests.tiny_model", "core.engine"]


@dataclass(frozen=True, slots=True)
class Raised:
    """What a rank raised in place of a result.

    Attributes:
        kind: Name of the exception's type; EOFError where the rank ended without an answer.
        text: What it says.
        trace: Where it was raised.
    """

    kind: str
    text: str
    trace: str = ""


class RankPool:
    """Processes that run one function at a time, each as one rank.

    Args:
        size: Number of processes, the most ranks of a run.
    """

    def __init__(self, size: int) -> None:
        context = _context()
        self._folder = tempfile.TemporaryDirectory(prefix="tessera-ranks-")
        self._runs = 0
        pipes = [context.Pipe() for _ in range(size)]
        self.processes = [
            context.Process(target=_serve, args=(inner, processor_speed()), daemon=True)
            for _, inner in pipes
        ]
        self._pipes: list[Connection] = [outer for outer, _ in pipes]
        for process in self.processes:
            process.start()
        for _, inner in pipes:
            inner.close()

    def run(
        self, size: int, function: Callable[..., Any], *args: Any, limit_s: float = LIMIT_S
    ) -> list[Any]:
        """Call `function(peers, *args)` in ranks 0 to `size` - 1; what each returns.

        Where a rank raises, `Raised` takes the place of its result.

        Raises:
            TimeoutError: A rank has not answered in time; all of them are ended.
        """
        self._runs += 1
        store = str(Path(self._folder.name) / f"store-{self._runs}")
        for rank, pipe in enumerate(self._pipes[:size]):
            pipe.send((store, rank, size, function, args))
        end_s = time.monotonic() + limit_s + (START_S if self._runs == 1 else 0)
        return [self._answer(pipe, end_s) for pipe in self._pipes[:size]]

    @property
    def is_whole(self) -> bool:
        """Whether every process still lives."""
        return all(process.is_alive() for process in self.processes)

    def close(self) -> None:
        """End all processes."""
        for pipe in self._pipes:
            pipe.close()
        for process in self.processes:
            process.kill()
            process.join()
            process.close()
        self._folder.cleanup()

    def _answer(self, pipe: Connection, end_s: float) -> Any:
        if not pipe.poll(max(0.0, end_s - time.monotonic())):
            for process in self.processes:
                process.kill()
            raise TimeoutError("a rank has not answered in time")
        try:
            return pipe.recv()
        except (EOFError, ConnectionError):
            return Raised("EOFError", "the rank ended without an answer")


def _context() -> Any:
    """How processes start; a fork of this one would have its threads' locks and no threads."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED_ONCE)
    return context


def _serve(pipe: Connection, speed: ProcessorSpeed) -> None:
    """A rank's process: runs what it is sent until the pipe closes."""
    torch.set_num_threads(1)
    measured.measure = lambda: speed  # the same layers as in the tests' own process
    while True:
        try:
            store, rank, size, function, args = pipe.recv()
        except EOFError:
            return
        try:
            device = f"cpu {rank}"
            peers = DistributedPeers(FileStore(store, size), rank, size, device, timeout_s=LIMIT_S)
            result = function(peers, *args)
        except Exception as error:
            result = Raised(type(error).__name__, str(error), traceback.format_exc())
        pipe.send(result)
