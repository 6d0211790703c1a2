"""Notices within seconds that a rank failed or is lost, tells the others, and ends this one.

A rank that waits for another one is inside a library that gives up after half an hour only. So a
thread of each rank writes a sign of life on the board every second and reads those of the others;
on its own machine it asks the system whether their processes live, and may run. A second thread,
which touches no network, watches the first: a connection that is gone makes even the shortest
question wait.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

from torch.distributed.distributed_c10d import Store

from core.api.errors import Cancelled, RankError, RankLostError
from core.peers.process_life import is_alive, is_stopped
from core.peers.rank_board import RankBoard, board_of
from core.peers.rank_place import FIRST, RankPlace

BEAT_S = 1.0
LOST_S = 6.0  # without a sign of life
HUNG_S = 60.0  # the same for a process of this machine that lives and is not stopped
GRACE_S = 2.0  # for the work to end by itself once a fault is known
LEAVE_S = 10.0  # the first rank waits so long for the others' last word
_TICK_S = 0.1
_FAULT, _BEAT, _LEFT = "fault", "beat", "left"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the ranks end.

    Attributes:
        rank: The rank that failed, is lost, or was asked to stop.
        reason: What failed there; empty = a person cancelled the run, or the rank is lost.
        is_lost: Whether the rank can say nothing itself any more.
    """

    rank: int
    reason: str = ""
    is_lost: bool = False

    @property
    def is_cancelled(self) -> bool:
        """Whether a person ended the run."""
        return not self.reason and not self.is_lost

    def as_error(self, devices: Sequence[str]) -> Exception:
        """What all ranks raise: `Cancelled`, or a `RankError` that names the rank.

        Args:
            devices: What each rank computes on.
        """
        if self.is_lost:
            return RankLostError(self.rank, devices[self.rank])
        if self.reason:
            return RankError(self.rank, devices[self.rank], self.reason)
        return Cancelled()


class FaultWatch:
    """Watches the other ranks while the block runs.

    Args:
        store: A connection to the store for this watch alone.
        place: The rank that this process is.
        on_fault: Called once, in a thread of the watch, when a fault is known.
        end_process: Called in that thread where the block does not end soon after a fault: the
            process is to end at once.
        tolerates_loss: Whether the others go on without a rank that is lost, unless it is the
            first one: each works by itself, or it is started again.

    Attributes:
        lost: Ranks without a sign of life, where that is tolerated.
    """

    def __init__(
        self,
        store: Store,
        place: RankPlace,
        on_fault: Callable[[Fault], None],
        end_process: Callable[[Fault], None],
        *,
        tolerates_loss: bool = False,
    ) -> None:
        self._board: RankBoard = board_of(store, place)
        self._place = place
        self._on_fault, self._end_process = on_fault, end_process
        self._tolerates_loss = tolerates_loss
        self.lost: frozenset[int] = frozenset()
        self._fault: Fault | None = None
        self._lock = threading.Lock()
        self._to_post: list[Fault] = []
        self._known, self._ended = threading.Event(), threading.Event()
        self._turn_s = time.monotonic()  # when the beating thread last heard the store
        self._processes: dict[int, int] | None = None  # None = the ranks have not met
        self._lives: dict[int, tuple[int, float]] = {}  # last sign of life and when it was heard
        self._left: set[int] = set()
        self._threads = [
            threading.Thread(target=run, name=f"rank watch {run.__name__}", daemon=True)
            for run in (self._beat, self._guard)
        ]

    def __enter__(self) -> Self:
        """Start to watch."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say that this rank is done; the first one waits for the last words of the others."""
        self._ended.set()
        if self._fault is None or self._fault.rank != FIRST or self._place.is_first:
            for thread in self._threads:
                thread.join(LEAVE_S)
        # else the store may be gone: a thread that waits for it ends with the process

    @property
    def fault(self) -> Fault | None:
        """The fault that is known, if any."""
        return self._fault

    def wait(self, timeout_s: float = LOST_S + BEAT_S + 1) -> Fault | None:
        """Wait until a fault is known: a broken connection shows before its reason does."""
        self._known.wait(timeout_s)
        return self._fault

    def follow(self, processes: Mapping[int, int]) -> None:
        """Watch the ranks, now that all have come.

        Args:
            processes: The numbers of the processes of the ranks on this machine. A number that
                means nothing here, as between containers, is left out.
        """
        self._processes = {
            rank: process for rank, process in processes.items() if is_alive(process)
        }

    def tell(self, fault: Fault) -> None:
        """Report a fault to all ranks; the first one reported counts."""
        self._to_post.append(fault)

    def _beat(self) -> None:
        """Write signs of life and read those of others; touches the network."""
        count = 0
        while True:
            is_last = self._ended.is_set()
            try:
                count += 1
                self._turn(count, is_last=is_last)
            except RuntimeError:  # the store is gone, with the process that it lived in
                if not is_last:
                    self._know(Fault(FIRST, is_lost=True))
                return
            if is_last:
                return
            for _ in range(round(BEAT_S / _TICK_S)):
                if self._ended.wait(_TICK_S) or self._to_post:
                    break

    def _turn(self, count: int, *, is_last: bool) -> None:
        while self._to_post:
            fault = self._to_post.pop(0)
            self._board.replace(_FAULT, "", json.dumps(asdict(fault)))
        if text := self._board.look(_FAULT):
            self._know(Fault(**json.loads(text)))
        self._board.put(f"{_BEAT}/{self._place.rank}", str(count))
        if is_last:
            self._leave()
            return
        for rank in range(self._place.size):
            if rank not in self._left:
                self._read(rank)
        self._turn_s = time.monotonic()

    def _read(self, rank: int) -> None:
        if self._board.look(f"{_LEFT}/{rank}"):
            self._left.add(rank)
        elif text := self._board.look(f"{_BEAT}/{rank}"):
            count = int(text)
            if count != self._lives.get(rank, (0, 0.0))[0]:
                self._lives[rank] = count, time.monotonic()
                self.lost -= {rank}

    def _leave(self) -> None:
        """The last word; the store may live in the first rank, so that one stays longest."""
        self._board.put(f"{_LEFT}/{self._place.rank}", "left")
        if not self._place.is_first:
            return
        deadline_s = time.monotonic() + (LEAVE_S if self._fault is None else BEAT_S + GRACE_S)
        waiting = set(range(self._place.size)) - self._left - self.lost - {FIRST}
        waiting -= set() if self._fault is None else {self._fault.rank}
        while waiting and time.monotonic() < deadline_s:
            waiting -= {rank for rank in waiting if self._board.look(f"{_LEFT}/{rank}")}
            time.sleep(_TICK_S / 2)

    def _guard(self) -> None:
        """Look at the times that `_beat` notes; never waits for the network."""
        before_s = time.monotonic()
        while not self._ended.wait(_TICK_S):
            now_s = time.monotonic()
            if now_s - before_s > LOST_S / 2:  # this process slept, so the others' times are old
                self._turn_s = now_s
                self._lives = {rank: (life[0], now_s) for rank, life in self._lives.items()}
            before_s = now_s
            if self._fault is None and (lost := self._lost_rank(now_s)) is not None:
                self._lose(lost)
            if self._fault is not None:
                if not self._ended.wait(GRACE_S):
                    self._end_process(self._fault)
                return

    def _lose(self, rank: int) -> None:
        if self._tolerates_loss and rank != FIRST:
            self.lost |= {rank}
            return
        fault = Fault(rank, is_lost=True)
        self.tell(fault)
        self._know(fault)

    def _lost_rank(self, now_s: float) -> int | None:
        """A rank that is lost, if any; `_is_lost` says when one is."""
        if self._processes is None:
            return None
        heard = {rank: life[1] for rank, life in list(self._lives.items())}  # the other thread adds
        heard[FIRST] = min(heard.get(FIRST, now_s), self._turn_s)  # or its store does not answer
        for rank, heard_s in heard.items():
            is_watched = rank != self._place.rank and rank not in self._left | self.lost
            if is_watched and self._is_lost(rank, now_s - heard_s):
                return rank
        return None

    def _is_lost(self, rank: int, silent_s: float) -> bool:
        """Whether a rank is lost that gave no sign of life for so long.

        One of another machine is lost when it is silent. One of this machine is lost without a
        process, or where that is stopped: signs of life come from a thread of their own, so no
        computation holds them back, but a machine with too much to do can.
        """
        process = (self._processes or {}).get(rank)
        if process is None:
            return silent_s > LOST_S
        if not is_alive(process):
            return True
        return silent_s > HUNG_S or (silent_s > LOST_S and is_stopped(process))

    def _know(self, fault: Fault) -> None:
        with self._lock:  # both threads may learn of one at once
            if self._fault is not None:
                return
            self._fault = fault
        self._on_fault(fault)
        self._known.set()
