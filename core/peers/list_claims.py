"""Shares out a list of works by itself: each rank takes the next one that nobody has.

What was taken by a rank that is gone is free again. The notes are in the store, which outlives a
rank, and with torchrun also a new start of all ranks.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torch.distributed.distributed_c10d import PrefixStore, Store

from core.peers.rank_board import RankBoard
from core.peers.rank_place import RankPlace

DONE, FAILED = "done", "failed "
_TAKEN, _DEAD = "taken", "dead"
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """How a work of the list ended.

    Attributes:
        index: Its place in the list.
        failure: Why it could not be done; empty = it is done.
    """

    index: int
    failure: str = ""


class ListClaims:
    """The list as one rank sees it.

    Args:
        store: A connection to the store.
        place: The rank that this process is.
        life: How often this rank was started again by itself.
        lost: The ranks that give no sign of life at the moment.
    """

    def __init__(
        self,
        store: Store,
        place: RankPlace,
        life: int = 0,
        lost: Callable[[], frozenset[int]] = frozenset,
    ) -> None:
        self._board = RankBoard(PrefixStore("tessera/list", store), place)
        self._place, self._lost = place, lost
        self._life = life
        self._own = f"{_TAKEN} {place.restarts} {place.rank} {life}"
        self._told: set[int] = set()

    def once(self, name: str, text: str) -> str:
        """The text that was given first under a name, by any rank at any start."""
        self._board.replace(name, "", text)
        return self._board.look(name) or text

    def take(self, num_works: int, on_wait: Callable[[], None]) -> Iterator[int]:
        """Yield places in the list, each to one rank; ends when all works are done or failed.

        Args:
            num_works: Length of the list.
            on_wait: Called now and then while others have all that is left; may raise.

        Each work has to be reported by `finish` before the next is taken.
        """
        first_open = 0
        while first_open < num_works:
            index = next((i for i in range(first_open, num_works) if self._claim(i)), None)
            if index is not None:
                yield index
            else:
                on_wait()
                time.sleep(_POLL_S)  # what others have taken may still become free
            while first_open < num_works and self._is_over(first_open):
                first_open += 1

    def finish(self, index: int, failure: str = "") -> None:
        """Report a work as done, or as failed for a reason that another try would not change."""
        self._board.put(str(index), FAILED + failure if failure else DONE)

    def news(self, num_works: int) -> list[ListOutcome]:
        """How works ended that this method has not returned yet, in the order of the list."""
        news = []
        for index in range(num_works):
            text = None if index in self._told else self._board.look(str(index))
            if text is not None and not text.startswith(_TAKEN):
                self._told.add(index)
                news.append(ListOutcome(index, text.removeprefix(FAILED) if text != DONE else ""))
        return news

    def bury(self, rank: int, life: int) -> None:
        """Note that a rank's process has ended: what it had taken is free."""
        self._board.put(f"{_DEAD}/{rank}", str(life))

    def _claim(self, index: int) -> bool:
        text = self._board.look(str(index))
        if text is not None and not (text.startswith(_TAKEN) and self._is_free(text)):
            return False
        return self._board.replace(str(index), text or "", self._own)

    def _is_free(self, text: str) -> bool:
        """Whether the rank that took a work cannot finish it any more."""
        restarts, rank, life = (int(part) for part in text.split()[1:])
        if restarts != self._place.restarts or rank in self._lost():
            return True
        if rank == self._place.rank:
            return life < self._life
        dead = self._board.look(f"{_DEAD}/{rank}")
        return dead is not None and life <= int(dead)

    def _is_over(self, index: int) -> bool:
        text = self._board.look(str(index))
        return text is not None and not text.startswith(_TAKEN)
