"""Levels to colours: cividis, even to the eye and the same to colour-blind eyes.

Nuñez, Anderton and Renslow, *Optimizing colormaps with consideration for color vision deficiency*
(2018). It runs from lapis to gold, which is where the studio's colours come from.
"""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from app.models.level_codes import EMPTY, db_to_code

ColourTable = NDArray[np.uint32]

QUIETEST_DB = -55.0
LOUDEST_DB = 8.0


def colour_table(low_db: float = QUIETEST_DB, high_db: float = LOUDEST_DB) -> ColourTable:
    """Colours 0xAARRGGBB of all 256 level codes; what is not laid yet is transparent."""
    low, high = db_to_code(low_db), db_to_code(high_db)
    place = np.clip((np.arange(256) - low) / (high - low), 0.0, 1.0)
    rgb = pg.colormap.get("cividis").mapToByte(place)[:, :3].astype(np.uint32)
    table = (0xFF << 24) | (rgb[:, 0] << 16) | (rgb[:, 1] << 8) | rgb[:, 2]
    table[EMPTY] = 0
    return table.astype(np.uint32)
