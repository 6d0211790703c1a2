"""How near to the network's own result the picture on show is."""

from dataclasses import dataclass
from enum import StrEnum

from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.tile_grid import TileGridModel
from core.api.config import TilingMode
from core.api.take import Take


class Fidelity(StrEnum):
    """What a person looks at."""

    PREVIEW = "preview"  # a cheap guess
    APPROXIMATE = "approximate"  # near the untiled network, and never equal to it
    EXACT = "exact"  # equal to the untiled network up to rounding


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on show.

    Attributes:
        fidelity: Of the tiles, of the preview while there are none, or of a take that was
            finished before; None = nobody knows.
        num_done, num_tiles: How many of the tiles took the preview's place.
    """

    fidelity: Fidelity | None
    num_done: int = 0
    num_tiles: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether tiles and preview lie side by side."""
        return 0 < self.num_done < self.num_tiles


def what_is_shown(
    live_preview: LivePreviewModel, tiles: TileGridModel, take: Take | None = None
) -> Shown:
    """Read it off the models, or off the take on show."""
    num_done, num_tiles = tiles.num_done, len(tiles.tiles)
    if num_done and tiles.mode is not None:
        return Shown(_fidelity(tiles.mode), num_done, num_tiles)
    if not live_preview.is_empty:
        return Shown(Fidelity.PREVIEW)
    if take is None or take.mode is None:
        return Shown(None)
    return Shown(_fidelity(take.mode))


def _fidelity(mode: TilingMode) -> Fidelity:
    return Fidelity.EXACT if mode.is_exact else Fidelity.APPROXIMATE
