"""Shares out items, such as tiles or windows, to ranks of unequal speed and memory."""

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

from core.api.region import Span

Speeds = Sequence[float]
"""How much each rank does in the same time; only ratios count."""


def share_out(
    costs: Sequence[float], speeds: Sequence[float], capacities: Sequence[float] | None = None
) -> tuple[Span, ...]:
    """The contiguous stretch of items of each rank, so that all of them end at about one time.

    Laws: the stretches cover every item exactly once, in order; where there are as many items as
    ranks, no rank is without one; where the costs fit the capacities, no stretch of equal items
    is more than one item above its rank's capacity.

    Args:
        costs: What each item takes, such as frames; at least 0.
        speeds: How much of it each rank does in the same time; above 0. Only ratios count.
        capacities: The most that a rank can hold, in the unit of the costs; None = no limit.
    """
    sums = [0.0, *accumulate(costs)]
    wanted = _fair_amounts(sums[-1], speeds, capacities or [math.inf] * len(speeds))
    edges = [0]
    for rank, end in enumerate(list(accumulate(wanted))[:-1]):
        following = len(speeds) - 1 - rank
        fewest = min(edges[-1] + 1, len(costs))
        most = max(fewest, len(costs) - following)
        nearest = min(range(len(sums)), key=lambda edge: (abs(sums[edge] - end), edge))
        edges.append(max(edges[-1], min(max(nearest, fewest), most)))
    edges.append(len(costs))
    return tuple(Span(start, stop) for start, stop in pairwise(edges))


def deal_out(count: int, speeds: Speeds) -> tuple[int, ...]:
    """The rank of each of `count` independent items that are wanted in order.

    The next item goes to the rank that would have done it first, so that none waits for another
    one's whole share.
    """
    owners: list[int] = []
    busy_until = [0.0] * len(speeds)
    for _ in range(count):
        rank = min(range(len(speeds)), key=lambda rank: busy_until[rank] + 1 / speeds[rank])
        busy_until[rank] += 1 / speeds[rank]
        owners.append(rank)
    return tuple(owners)


def ends_turn(owners: Sequence[int], index: int) -> bool:
    """Whether a turn ends with an item: the next one is of an earlier rank.

    When rank 0 has the results up to there, every rank has given all of its own.
    """
    return index + 1 < len(owners) and owners[index + 1] < owners[index]


def turns_of(owners: Sequence[int]) -> list[Span]:
    """The turns, in order; they cover all items exactly once."""
    stops = [index + 1 for index in range(len(owners)) if ends_turn(owners, index)]
    return [Span(start, stop) for start, stop in pairwise([0, *stops, len(owners)])]


def _fair_amounts(
    total: float, speeds: Sequence[float], capacities: Sequence[float]
) -> list[float]:
    """Amounts in proportion to the speeds; what is above a rank's capacity goes to the others."""
    if sum(capacities) <= total:  # nobody has room: then in proportion to the room
        return [total * capacity / sum(capacities) for capacity in capacities]
    amounts = [0.0] * len(speeds)
    open_ranks = set(range(len(speeds)))
    while open_ranks:
        left = total - sum(amounts[rank] for rank in range(len(speeds)) if rank not in open_ranks)
        unit = left / sum(speeds[rank] for rank in open_ranks)
        full = {rank for rank in open_ranks if speeds[rank] * unit > capacities[rank]}
        for rank in full or open_ranks:
            amounts[rank] = capacities[rank] if full else speeds[rank] * unit
        open_ranks = open_ranks - full if full else set()
    return amounts
