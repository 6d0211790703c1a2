"""What attracts the edges of layers that are dragged: other edges, the play head, the start."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.arrangement.arrangement import Arrangement


@dataclass(frozen=True, slots=True)
class Magnets:
    """Places on the time axis that attract what comes near them.

    Attributes:
        places: In samples.
        reach: From how far they attract; 0 = not at all.
    """

    places: tuple[int, ...] = ()
    reach: int = 0

    def attracted(self, place: int) -> int:
        """The nearest magnet within reach of a place, or the place itself."""
        return place + self.correction([place])

    def correction(self, places: Iterable[int]) -> int:
        """By how much to move, so that one of some places is on a magnet: the smallest such."""
        found = [
            magnet - place
            for place in places
            for magnet in self.places
            if abs(magnet - place) < self.reach
        ]
        return min(found, key=abs, default=0)


def magnets_of(
    arrangement: Arrangement, moved_ids: Collection[int], play_head: int, reach: int
) -> Magnets:
    """The edges of all layers that are not moved, the play head, and the start of the axis."""
    still = [one for one in arrangement.layers if one.layer_id not in moved_ids]
    edges = {edge for one in still for edge in (one.start, one.stop)}
    return Magnets(tuple(sorted(edges | {0, play_head})), reach)
