"""The fidelity of the picture shown: preview, approximate or exact."""

from dataclasses import dataclass
from enum import StrEnum

from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.tile_grid import TileGridModel
from core.api.config import TilingMode
from core.api.take import Take


class Fidelity(StrEnum):
    """How near a picture is to the network's untiled result."""

    PREVIEW = "preview"  # a cheap guess
    APPROXIMATE = "approximate"  # near the untiled network, and never equal to it
    EXACT = "exact"  # equal to the untiled network up to rounding


@dataclass(frozen=True, slots=True)
class ShownFidelity:
    """The fidelity of the picture shown.

    Attributes:
        fidelity: Of the tiles, of the preview while there are none, or of a take that was
            finished before; None = nobody knows.
        num_done, num_tiles: How many of the tiles replace the preview.
    """

    fidelity: Fidelity | None
    num_done: int = 0
    num_tiles: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether both tiles and preview are visible."""
        return 0 < self.num_done < self.num_tiles


def shown_fidelity(
    live_preview: LivePreviewModel, tiles: TileGridModel, take: Take | None = None
) -> ShownFidelity:
    """Determine the fidelity from the models, or from the take shown."""
    num_done, num_tiles = tiles.num_done, len(tiles.tiles)
    if num_done and tiles.mode is not None:
        return ShownFidelity(_fidelity(tiles.mode), num_done, num_tiles)
    if not live_preview.is_empty:
        return ShownFidelity(Fidelity.PREVIEW)
    if take is None or take.mode is None:
        return ShownFidelity(None)
    return ShownFidelity(_fidelity(take.mode))


def _fidelity(mode: TilingMode) -> Fidelity:
    return Fidelity.EXACT if mode.is_exact else Fidelity.APPROXIMATE
