"""Levels to colours."""

import numpy as np
import pytest

from app.view_models.picture.colour_scale import ColourMap
from app.view_models.viewer.level_pyramid import EMPTY, db_to_code
from app.views.spectrogram.colour_map import colour_table, gradient


def lightness(table):
    """The luma of colours 0xAARRGGBB, (n,)."""
    red, green, blue = (table >> 16) & 255, (table >> 8) & 255, table & 255
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour_map", ColourMap)
def test_louder_is_lighter_in_every_map(colour_map):
    levels = lightness(colour_table(-60, 0, colour_map)[1:].astype(float).astype(np.int64))
    assert (np.diff(levels) > -3).all()
    assert levels[-1] - levels[0] > 120


@pytest.mark.parametrize("colour_map", ColourMap)
def test_levels_beyond_the_range_look_like_its_ends(colour_map):
    table = colour_table(-60, 0, colour_map)
    low, high = int(db_to_code(-60)), int(db_to_code(0))
    assert len(set(table[1 : low + 1])) == 1
    assert len(set(table[high:])) == 1
    assert table[EMPTY] == 0


def test_a_gradient_runs_from_quiet_to_loud():
    picture = gradient(ColourMap.CIVIDIS, 40, 3)
    assert picture.pixelColor(0, 0).lightness() < picture.pixelColor(39, 2).lightness()
