"""Joins this process to the other ranks, and ends all of them together where one of them fails."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from torch.distributed import DistError
from torch.distributed.distributed_c10d import Store

from core.api.errors import Cancelled, RankError, RankLostError, TesseraError
from core.peers.fault_watch import Fault, FaultWatch
from core.peers.handshake import RankFacts, devices_of, greet
from core.peers.rank_board import RankBoard, board_of, cloned
from core.peers.rank_place import FIRST, RankPlace

REASON_S = 2.0  # between a broken connection and the reason for it


@dataclass(frozen=True)
class JoinedRanks:
    """The ranks that came together, as one of them sees them.

    Attributes:
        place: The rank that this process is.
        board: What they write for each other.
        watch: Notices where one of them fails.
        devices: What each computes on, for sentences.
        everyone: What each said of itself.
        store: The store behind the board, for a process group.
    """

    place: RankPlace
    board: RankBoard
    watch: FaultWatch
    devices: Sequence[str]
    everyone: Sequence[RankFacts]
    store: Store


@contextmanager
def joined(
    store: Store,
    place: RankPlace,
    device: str,
    *,
    on_fault: Callable[[], None],
    end_process: Callable[[Fault, Exception], None],
    on_watching: Callable[[FaultWatch], None] = lambda _: None,
    check_cancelled: Callable[[], None] = lambda: None,
    tolerates_loss: bool = False,
) -> Iterator[JoinedRanks]:
    """Run the block as one of the ranks; a fault of any of them ends it in all of them.

    Args:
        store: From `open_store`.
        place: The rank that this process is.
        device: What it computes on.
        on_fault: Called in another thread once a fault is known, to end the block.
        end_process: Called in another thread where the block does not end soon after that, with
            the fault and what it would have raised.
        on_watching: Called once other ranks are watched, before all have come.
        check_cancelled: Called while this rank waits for texts of others; may raise `Cancelled`.
        tolerates_loss: See `FaultWatch`; then what fails in one rank does not end the others.

    Raises:
        RankError: A rank failed, is lost, or has another version; the sentence names it.
        Cancelled: One of the ranks was cancelled.
    """

    def check() -> None:
        if watch.fault is not None:
            raise watch.fault.as_error(devices)
        check_cancelled()

    devices = ["unknown device"] * place.size
    watch = FaultWatch(
        cloned(store),
        place,
        lambda _: on_fault(),
        lambda fault: end_process(fault, fault.as_error(devices)),
        tolerates_loss=tolerates_loss,
    )
    board = board_of(store, place, check)
    with watch, _ending_together(watch, place, devices, tolerates_loss=tolerates_loss):
        on_watching(watch)
        everyone = greet(board, RankFacts.of_this_process(device))
        devices[:] = devices_of(everyone)
        host = everyone[place.rank].host
        watch.follow({rank: one.process for rank, one in enumerate(everyone) if one.host == host})
        yield JoinedRanks(place, board, watch, devices, everyone, store)


@contextmanager
def _ending_together(
    watch: FaultWatch, place: RankPlace, devices: Sequence[str], *, tolerates_loss: bool
) -> Iterator[None]:
    """Tell the others of an error, or raise theirs where it is the reason for this one."""
    try:
        yield
    except BaseException as error:
        is_own_matter = tolerates_loss and not place.is_first and watch.fault is None
        if is_own_matter and not isinstance(error, RankError | Cancelled):
            raise
        fault = _fault_of(error, watch, place)
        watch.tell(fault)
        if fault.rank == place.rank:
            raise
        if isinstance(error, TesseraError | Cancelled) and fault == _fault_in(error, place):
            raise
        raise fault.as_error(devices) from error


def _fault_of(error: BaseException, watch: FaultWatch, place: RankPlace) -> Fault:
    """The fault that an error of this rank comes from: a known one, or else the error itself."""
    if watch.fault is None and isinstance(error, RankLostError | DistError):
        watch.wait(REASON_S)  # a rank that failed tells why before it is gone
    return watch.fault or _fault_in(error, place)


def _fault_in(error: BaseException, place: RankPlace) -> Fault:
    """The fault that an error tells of."""
    match error:
        case RankLostError():
            return Fault(error.rank, is_lost=True)
        case DistError():  # the store is gone, with the process that it lived in
            return Fault(FIRST, is_lost=True)
        case RankError():
            return Fault(error.rank, error.reason)
        case Cancelled() | KeyboardInterrupt():
            return Fault(place.rank)
        case TesseraError():
            return Fault(place.rank, str(error))
    return Fault(place.rank, f"it failed ({type(error).__name__}: {error}).")
