"""One run over all ranks, led by the studio's process, which outlives whatever goes wrong in it.

On the command line a rank whose work waits inside a library for a lost rank ends its process. The
studio cannot: it ends the other processes instead, and the broken connections wake its own work.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import replace

from torch.distributed.distributed_c10d import PrefixStore

from app.session.devices.assisting_engine import GROUP, LOADED
from app.session.devices.device_processes import DeviceProcesses
from app.session.devices.rank_program import RankRun
from app.session.devices.rank_variables import rank_variables
from core.api.errors import Cancelled, RankError
from core.api.progress import Progress
from core.peers.distributed import DistributedPeers
from core.peers.fault_watch import Fault, FaultWatch
from core.peers.joining import JoinedRanks, joined
from core.peers.peers import Peers
from core.peers.rank_board import cloned, open_store
from core.peers.rank_place import FIRST, RankPlace

PATIENCE_S = 5.0
"""A cancelled run that still waits for another rank is ended with that rank's process."""

_TICK_S = 0.1


class StoppableProgress(Progress):
    """The progress of a run that a fault may end too, which is no cancelling by a person.

    Args:
        person: Hears all events, and may cancel.
    """

    def __init__(self, person: Progress) -> None:
        super().__init__(person.emit)
        self._person = person

    @property
    def cancelled(self) -> bool:
        """Whether the run is to end."""
        return self._cancelled.is_set() or self._person.cancelled

    def check_cancelled(self) -> None:
        """Raise if the run is to end.

        Raises:
            Cancelled: It is.
        """
        if self.cancelled:
            raise Cancelled


class SharedRun:
    """A run that all ranks have joined.

    Attributes:
        progress: To be used in place of the person's: a fault ends it too.
    """

    def __init__(self, ranks: JoinedRanks, progress: Progress) -> None:
        self._ranks = ranks
        self.progress = progress

    def meet(self) -> Peers:
        """Wait until all have loaded the model, and connect them.

        Raises:
            RankError: One could not; the sentence names it.
            Cancelled: The run was cancelled.
        """
        ranks, place = self._ranks, self._ranks.place
        ranks.board.gather(LOADED, "")
        group = PrefixStore(GROUP, cloned(ranks.store))
        device = ranks.devices[place.rank]
        return _unless_faulty(
            lambda: DistributedPeers(group, place.rank, place.size, device), ranks.board.check
        )


@contextmanager
def shared_run(processes: DeviceProcesses, run: RankRun, progress: Progress) -> Iterator[SharedRun]:
    """Run the block as the first of the ranks; the others have the same run.

    Args:
        processes: The other ranks, which are ready.
        run: The run; its place is filled in here.
        progress: Of the person.

    Raises:
        RankError: A rank failed or is lost; the sentence names it.
        Cancelled: The person has cancelled.
    """
    size = len(processes.devices)
    place = RankPlace(FIRST, size, local_size=size, hosts_store=True)
    inner = StoppableProgress(progress)
    try:
        with rank_variables(processes.devices):
            store = open_store(place)
            processes.hand_out(_placed(run, place, store.port))
            with (
                _Attendant(processes, progress) as attendant,
                joined(
                    store,
                    place,
                    run.device,
                    on_fault=inner.cancel,
                    end_process=lambda *_: processes.kill(),
                    on_watching=attendant.begin,
                ) as ranks,
            ):
                ranks.board.check = _both(ranks.board.check, inner.check_cancelled)
                yield SharedRun(ranks, inner)
    except RankError as error:
        if progress.cancelled:  # a rank that did not answer was ended for that
            raise Cancelled from error
        raise


class _Attendant:
    """Looks after the processes of a run, in a thread of its own.

    It tells the ranks where a process has ended without a word, and ends a run that was cancelled
    but does not come to its next step.
    """

    def __init__(self, processes: DeviceProcesses, progress: Progress) -> None:
        self._processes, self._progress = processes, progress
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "_Attendant":
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()

    def begin(self, watch: FaultWatch) -> None:
        """Report to this watch from now on."""
        self._thread = threading.Thread(target=self._attend, args=(watch,), name="rank attendant")
        self._thread.start()

    def _attend(self, watch: FaultWatch) -> None:
        cancelled_s: float | None = None
        reported: set[Fault] = set()
        while not self._is_over.wait(_TICK_S):
            faults = {Fault(rank, is_lost=True) for rank in self._processes.ended()}
            if self._progress.cancelled:
                cancelled_s = cancelled_s or time.monotonic()
                if time.monotonic() - cancelled_s > PATIENCE_S:
                    faults = {Fault(FIRST)}
            for fault in faults - reported:
                watch.tell(fault)
            reported |= faults


def _placed(run: RankRun, place: RankPlace, port: int) -> RankRun:
    return replace(run, place=replace(place, port=port))


def _both(one: Callable[[], None], other: Callable[[], None]) -> Callable[[], None]:
    def check() -> None:
        one()
        other()

    return check


def _unless_faulty(connect: Callable[[], Peers], check: Callable[[], None]) -> Peers:
    """The peers, unless a fault is known first.

    Connecting waits half an hour for a rank that is gone, and nothing can end that. So it is done
    in a thread, which is left behind then.
    """
    connected: Future[Peers] = Future()

    def run() -> None:
        try:
            connected.set_result(connect())
        except Exception as error:
            connected.set_exception(error)

    threading.Thread(target=run, name="rank connection", daemon=True).start()
    while not wait([connected], timeout=_TICK_S).done:
        check()
    return connected.result()
