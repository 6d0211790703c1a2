"""The further ranks of this machine: processes that carry out the same command.

They start while this process still imports torch, so they learn the store's port later.
"""

import argparse
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Self

from app.cli.ranks.rank_choice import AUTO
from app.session.devices.rank_variables import rank_variables
from core.peers.process_life import is_stopped
from core.peers.rank_place import RankPlace

OnEnd = Callable[[int, int], bool]
"""(rank, its life) of a process that ended too early -> whether it is to be started again."""

_END_S = 5.0
LIFE = "TESSERA_RANK_LIFE"  # how often a rank was started again by itself


class RankProcesses:
    """Starts ranks 1 and further while the block runs, and ends what is left of them after it.

    Args:
        options: The command's options; all ranks get the same.
        place: The place of this process, rank 0.
    """

    def __init__(self, options: argparse.Namespace, place: RankPlace) -> None:
        self._options, self._place = options, place
        self._context = multiprocessing.get_context("spawn")
        self._processes: dict[int, SpawnProcess] = {}
        self._lives = dict.fromkeys(range(1, place.size), 0)
        self._senders: dict[int, Connection] = {}
        self._port = 0
        self._is_over = threading.Event()
        self._watcher: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start them."""
        with rank_variables(self._options.devices):
            for rank in self._lives:
                self._start(rank)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for them a little, and end those that do not."""
        self._is_over.set()
        if self._watcher is not None:
            self._watcher.join()
        for sender in self._senders.values():
            sender.close()
        for process in self._processes.values():
            waits = self._port and not is_stopped(process.pid or 0)
            process.join(_END_S if waits else 0)
        self.kill()

    def kill(self) -> None:
        """End what is left of them at once; none could do so itself that is stopped."""
        for process in self._processes.values():
            if process.is_alive():
                process.kill()
                process.join()

    @property
    def process_ids(self) -> dict[int, int | None]:
        """The ids of the running processes by rank."""
        return {rank: process.pid for rank, process in self._processes.items()}

    def tell_port(self, port: int) -> None:
        """Tell them where the store is, which is there from now on."""
        self._port = port
        for sender in self._senders.values():
            _tell(sender, port)

    def watch(self, on_end: OnEnd) -> None:
        """Call `on_end` in a thread, from now on, where a process ends with an error."""
        self._watcher = threading.Thread(target=self._watch, args=(on_end,), daemon=True)
        self._watcher.start()

    def _watch(self, on_end: OnEnd) -> None:
        while not self._is_over.is_set():
            running = {
                process.sentinel: rank
                for rank, process in self._processes.items()
                if process.exitcode is None
            }
            for sentinel in wait(list(running), timeout=0.1) if running else ():
                self._end(running[sentinel], on_end)  # type: ignore[index]
            if not running:
                self._is_over.wait(0.1)

    def _end(self, rank: int, on_end: OnEnd) -> None:
        self._processes[rank].join()
        if self._processes[rank].exitcode == 0 or self._is_over.is_set():
            return
        if on_end(rank, self._lives[rank]) and not self._is_over.is_set():
            self._lives[rank] += 1
            with rank_variables(self._options.devices):
                self._start(rank)
            _tell(self._senders[rank], self._port)

    def _start(self, rank: int) -> None:
        receiver, sender = self._context.Pipe(duplex=False)
        place = replace(self._place, rank=rank, local_rank=rank, hosts_store=False)
        process = self._context.Process(
            target=run_rank,
            args=(self._options, place, self._lives[rank], receiver),
            name=f"rank {rank}",
            daemon=True,
        )
        process.start()
        receiver.close()
        if rank in self._senders:
            self._senders[rank].close()
        self._processes[rank], self._senders[rank] = process, sender


def _tell(sender: Connection, port: int) -> None:
    try:
        sender.send(port)
    except OSError:  # it has ended, which is noticed where processes are watched
        return


def run_rank(
    options: argparse.Namespace, place: RankPlace, life: int, receiver: Connection
) -> None:
    """Be a rank, in a process of its own: carry out the command at this place."""
    if os.name == "posix":
        # Ctrl+C and a closed terminal reach rank 0, which tells the others; Ctrl+Z stops all
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    import torch.distributed  # noqa: F401  # takes seconds, while rank 0 does the same

    try:
        port = receiver.recv()
    except EOFError:  # rank 0 has ended
        sys.exit(1)
    options.device = AUTO  # rank 0 has put its own there
    os.environ |= replace(place, port=port).environment() | {LIFE: str(life)}
    from app.cli.generate_command import run

    code = run(options)
    sys.stderr.flush()
    os._exit(code)  # to take torch apart takes seconds, for which rank 0 would wait
