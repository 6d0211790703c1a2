"""How near to the network's own result the picture on show is."""

from dataclasses import dataclass
from enum import StrEnum

from app.models.latent_sketch import LatentSketchModel
from app.models.tile_grid import TileGridModel
from core.config import TilingMode


class Fidelity(StrEnum):
    """What a person looks at."""

    PREVIEW = "preview"  # a cheap guess
    APPROXIMATE = "approximate"  # near the untiled network, and never equal to it
    EXACT = "exact"  # equal to the untiled network up to rounding


_EXACT_MODES = (TilingMode.EXACT, TilingMode.OFF)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on show.

    Attributes:
        fidelity: Of the tiles, or of the preview while there are none; None = nobody knows.
        num_done, num_tiles: How many of the tiles took the preview's place.
    """

    fidelity: Fidelity | None
    num_done: int = 0
    num_tiles: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether tiles and preview lie side by side."""
        return 0 < self.num_done < self.num_tiles


def what_is_shown(sketch: LatentSketchModel, tiles: TileGridModel) -> Shown:
    """Read it off the models."""
    num_done, num_tiles = tiles.num_done, len(tiles.tiles)
    if num_done and tiles.mode is not None:
        fidelity = Fidelity.EXACT if tiles.mode in _EXACT_MODES else Fidelity.APPROXIMATE
        return Shown(fidelity, num_done, num_tiles)
    return Shown(None if sketch.is_empty else Fidelity.PREVIEW)
