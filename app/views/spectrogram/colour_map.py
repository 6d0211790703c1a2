"""Maps levels to colours, by perceptually uniform colour maps.

Cividis is the first of them: it looks the same to colour-blind eyes (Nuñez, Anderton and Renslow,
*Optimizing colormaps with consideration for color vision deficiency*, 2018), and the
studio's own colours, lapis and gold, are its two ends.
"""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.view_models.picture.colour_scale import LOUDEST_DB, QUIETEST_DB, ColourMap
from app.view_models.viewer.level_pyramid import EMPTY, db_to_code

ColourTable = NDArray[np.uint32]

_GREY = "CET-L1"


def colour_table(
    low_db: float = QUIETEST_DB,
    high_db: float = LOUDEST_DB,
    colour_map: ColourMap = ColourMap.CIVIDIS,
) -> ColourTable:
    """Colours 0xAARRGGBB of all 256 level codes; what is not decoded yet is transparent."""
    low, high = db_to_code(low_db), db_to_code(high_db)
    table = _colours(colour_map, np.clip((np.arange(256) - low) / (high - low), 0.0, 1.0))
    table[EMPTY] = 0
    return table


def gradient(colour_map: ColourMap, width_px: int, height_px: int) -> QImage:
    """All colours of a map from quiet on the left to loud on the right."""
    row = _colours(colour_map, np.linspace(0.0, 1.0, width_px))
    pixels = np.ascontiguousarray(np.broadcast_to(row, (height_px, width_px)))
    return QImage(
        pixels.data, width_px, height_px, width_px * 4, QImage.Format.Format_ARGB32
    ).copy()


def _colours(colour_map: ColourMap, places: NDArray[np.float64]) -> ColourTable:
    """The colours at places (n,) between 0 and 1."""
    name = _GREY if colour_map is ColourMap.GREY else str(colour_map)
    rgb = pg.colormap.get(name).mapToByte(places)[:, :3].astype(np.uint32)
    table: ColourTable = (0xFF << 24) | (rgb[:, 0] << 16) | (rgb[:, 1] << 8) | rgb[:, 2]
    return table.astype(np.uint32)
