"""Tiles on screen: their states differ by colour and, for eyes that see none, by pattern."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.spectrogram.tile_legend import TileLegend, TileSwatch
from app.views.spectrogram.tile_overlay import TileOverlay, paint_tile
from app.views.widgets.theme import DARK, LIGHT
from core.api.config import TilingMode
from core.api.events import BarrierPassed, TileAdvanced, TilePlanned, TileState
from core.api.region import Region, Span
from tests.app.views.contrast import GRAPHICS, contrast

BINS = Span(0, 64)
TILES = tuple(Region(Span(start, start + 100), BINS) for start in range(0, 400, 100))


THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
MARKED = [TileState.WAITING, TileState.RUNNING, TileState.PARKED]


def drawn(state, theme, ground, width_px=64):
    """A tile over a ground."""
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    paint_tile(painter, QRectF(0, 0, width_px, 64), state, theme, fraction=0.5)
    painter.end()
    return image


def painted(state, theme):
    """Grey levels of a painted tile."""
    grey = drawn(state, theme, theme.canvas).convertToFormat(QImage.Format.Format_Grayscale8)
    return np.frombuffer(grey.constBits(), np.uint8).reshape(64, grey.bytesPerLine())[8:56, 8:56]


def colours_inside(image, width_px):
    """The colours of an image, without its frame and the progress at its foot."""
    inside = range(2, width_px - 2), range(2, image.height() - 5)
    return {image.pixelColor(x, y).name() for x in inside[0] for y in inside[1]}


@THEMES
@pytest.mark.parametrize("state", MARKED)
def test_a_tile_stands_out_from_the_canvas(qapp, theme, state):
    inside = colours_inside(drawn(state, theme, theme.canvas), 64)
    assert max(contrast(colour, theme.canvas) for colour in inside) >= GRAPHICS


@THEMES
@pytest.mark.parametrize("state", MARKED)
@pytest.mark.parametrize("ground", ["#000000", "#808080", "#ffffff", "#ffea46", "#00224e"])
def test_a_tile_stands_out_from_any_picture(qapp, theme, state, ground):
    inside = colours_inside(drawn(state, theme, ground), 64)
    marks = max(contrast(one, other) for one, other in itertools.combinations(inside, 2))
    assert marks >= GRAPHICS


@THEMES
@pytest.mark.parametrize("state", MARKED)
def test_the_legend_shows_the_colours_of_the_tiles(qtbot, theme, state):
    swatch = TileSwatch(state, theme)
    qtbot.addWidget(swatch)
    shown = colours_inside(swatch.grab().toImage(), swatch.width())
    assert shown == colours_inside(drawn(state, theme, theme.canvas), 64)


@THEMES
def test_the_narrowest_running_tile_is_seen(qapp, theme):
    image = drawn(TileState.RUNNING, theme, theme.canvas, width_px=1)
    assert contrast(image.pixelColor(0, 30), theme.canvas) >= GRAPHICS


@THEMES
def test_no_two_states_have_the_same_pattern(qapp, theme):
    marks = {}
    for state in TileState:
        grey = painted(state, theme).astype(int)
        marks[state] = abs(grey - np.median(grey)) > 2
    for one, other in itertools.combinations(TileState, 2):
        assert (marks[one] != marks[other]).mean() > 0.01, (one, other)


@pytest.fixture
def grid(qapp):
    grid = TileGridModel()
    grid.plan(TilePlanned(TilingMode.PADDED, TILES, TILES, "four tiles"))
    for index, state in enumerate(TileState):
        grid.advance(TileAdvanced(index, state, 1, 4, "conv", "cpu"))
    grid.pass_barrier(BarrierPassed(7, 24, "norm"))
    return grid


def test_the_legend_describes_the_grid(qtbot, grid):
    legend = TileLegend(grid, DARK)
    qtbot.addWidget(legend)
    assert legend.accessibleName() == (
        "Tiles: 1 waiting, 1 running, 1 parked, 1 done, group norm 7 of 24"
    )
    grid.finish(0)
    assert "2 done" in legend.accessibleName()


def test_a_tile_is_described_by_number_state_and_device(qtbot, grid):
    legend = TileLegend(grid, DARK)
    qtbot.addWidget(legend)
    assert legend.tile_text(250, 3) == "tile 3 · parked · cpu"
    assert legend.tile_text(400, 3) == ""


def test_the_grid_covers_exactly_the_clip(grid):
    spectrogram = SpectrogramModel()
    item = TileOverlay(grid, spectrogram, DARK)
    spectrogram.begin(400)
    assert item.boundingRect() == QRectF(0, 0, 4.0, 64)
