"""How fast each rank works, measured on work of equal pieces while it is done."""

from core.peers.sharing import Speeds

ALIKE = 1.5  # ranks within this ratio count as equally fast: the rest is other programs' doing
LEAST_S = 0.05  # shorter pieces are not worth to be measured


class RankPace:
    """The speeds of ranks, as far as they are known.

    A rank's least time of a piece counts, which other programs on its machine lengthen least. So
    equal devices count as equal, and what depends on the speeds is the same in each run.

    Args:
        stated: The speeds to go by until each rank has been measured.
    """

    def __init__(self, stated: Speeds) -> None:
        self._stated = tuple(stated)
        self._least_s: dict[int, float] = {}

    def note(self, rank: int, duration_s: float) -> None:
        """Note how long a rank took for a piece."""
        self._least_s[rank] = min(duration_s, self._least_s.get(rank, duration_s))

    @property
    def speeds(self) -> tuple[float, ...]:
        """The speed of each rank; where they were measured, 1 for the fastest and those like it."""
        if len(self._least_s) < len(self._stated) or min(self._least_s.values()) < LEAST_S:
            return self._stated
        fastest_s = min(self._least_s.values())
        ratios = [self._least_s[rank] / fastest_s for rank in range(len(self._stated))]
        return tuple(1.0 if ratio < ALIKE else 1 / ratio for ratio in ratios)
