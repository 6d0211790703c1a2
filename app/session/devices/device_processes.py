"""The processes of the further ranks: started once, ready for one run after the other, ended."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from app.session.devices.rank_program import RankRun, serve_runs
from app.session.devices.rank_variables import rank_variables
from core.api.errors import RankLostError

_POLL_S = 0.02


@dataclass
class _Rank:
    """A process, the studio's end of its pipe, and whether it waits for a run."""

    process: SpawnProcess
    connection: Connection
    is_ready: bool = False


class DeviceProcesses:
    """A process for each device but the first, whose work the studio's own process does.

    They stay between runs. One that has ended is started again before the next run. All methods
    but `kill` are called in the engine's thread.

    Args:
        devices: The devices of all ranks, from rank 0 on.
        program: What a process does.
    """

    def __init__(
        self,
        devices: Sequence[str],
        program: Callable[[Connection], object] = serve_runs,
    ) -> None:
        self.devices = tuple(devices)
        self._program = program
        self._context = multiprocessing.get_context("spawn")
        self._ranks: dict[int, _Rank] = {}

    @property
    def process_ids(self) -> dict[int, int | None]:
        """The ids of the processes by rank."""
        return {rank: one.process.pid for rank, one in self._ranks.items()}

    def start(self) -> None:
        """Start those that do not run; they import torch by themselves, and say when they can."""
        for rank in self.ended():
            self._ranks.pop(rank).connection.close()
        with rank_variables(self.devices):
            for rank in range(1, len(self.devices)):
                if rank not in self._ranks:
                    self._ranks[rank] = self._start(rank)

    def wait_until_ready(self, check: Callable[[], None]) -> None:
        """Wait until all of them can begin a run.

        Args:
            check: Called again and again; raises to end the waiting.

        Raises:
            RankLostError: One has ended instead.
        """
        for rank, one in self._ranks.items():
            while not one.is_ready:
                check()
                try:
                    one.is_ready = one.connection.poll() and one.connection.recv()
                except (EOFError, OSError) as error:
                    raise RankLostError(rank, self.devices[rank]) from error
                time.sleep(0 if one.is_ready else _POLL_S)

    def hand_out(self, run: RankRun) -> None:
        """Give a run to all of them, which are ready; each learns its own place."""
        for rank, one in self._ranks.items():
            place = replace(run.place, rank=rank, local_rank=rank, hosts_store=False)
            one.is_ready = False
            with suppress(OSError):  # it has ended, which is noticed where processes are watched
                one.connection.send(replace(run, place=place))

    def ended(self) -> list[int]:
        """The ranks whose processes have ended."""
        return [rank for rank, one in self._ranks.items() if one.process.exitcode is not None]

    def kill(self) -> None:
        """End all of them at once, from any thread; what waits for them then wakes up."""
        for one in list(self._ranks.values()):
            one.process.kill()

    def close(self) -> None:
        """End all of them, and wait for that."""
        self.kill()
        for one in self._ranks.values():
            one.connection.close()
            one.process.join()
        self._ranks.clear()

    def _start(self, rank: int) -> _Rank:
        own, its = self._context.Pipe()
        process = self._context.Process(
            target=self._program, args=(its,), name=f"rank {rank}", daemon=True
        )
        process.start()
        its.close()  # else its end would not show in ours
        return _Rank(process, own)
