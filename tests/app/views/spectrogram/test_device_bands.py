"""Devices that share the tiles: told apart by colour, by name, and in every kind of sight."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.view_models.viewer.tile_grid import TileGridModel
from app.views.spectrogram.device_bands import (
    DEVICE_COLOURS,
    BandPainter,
    DeviceStretch,
    device_stretches,
    text_colour,
)
from app.views.spectrogram.tile_legend import DeviceSwatch, TileLegend
from app.views.widgets.theme import DARK, LIGHT
from core.api.config import TilingMode
from core.api.events import TileAdvanced, TilePlanned, TileState
from core.api.region import Region, Span
from tests.app.views.contrast import GRAPHICS, TEXT, contrast

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
TILES = tuple(Region(Span(start, start + 100), Span(0, 64)) for start in range(0, 400, 100))
WELL_APART = 20.0  # in CIELAB; 2 is the least that anybody sees

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency" (2009), for linear RGB, of people who lack one kind of cones.
SIGHTS = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
WHITE = (0.9505, 1.0, 1.089)


def lab(colour, sight):
    """A colour in CIELAB, as it is seen."""
    rgb = np.array(QColor(colour).getRgbF()[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(sight @ linear, 0.001, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_any_two_devices_differ_in_every_kind_of_sight(theme, sight):
    seen = [lab(colour, np.array(SIGHTS[sight])) for colour in DEVICE_COLOURS[theme.name]]
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(one - other) >= WELL_APART


@THEMES
def test_a_band_stands_out_and_its_name_is_read(qapp, theme):
    for colour in DEVICE_COLOURS[theme.name]:
        assert contrast(colour, theme.canvas) >= GRAPHICS
        assert contrast(colour, text_colour(theme)) >= TEXT


@pytest.fixture
def grid(qapp):
    grid = TileGridModel()
    devices = ("cpu", "cpu")
    plan = TilePlanned(TilingMode.EXACT, TILES, TILES, "", (0, 0, 1, 1), devices)
    grid.plan(plan)
    return grid


def test_devices_of_one_name_are_told_apart(grid):
    assert grid.devices == ("cpu 1", "cpu 2")
    grid.advance(TileAdvanced(3, TileState.PARKED, 1, 4, "conv", "cpu"))
    assert [tile.device for tile in grid.tiles] == ["cpu 1", "cpu 1", "cpu 2", "cpu 2"]


def test_a_device_alone_is_not_marked(qtbot, grid):
    grid.plan(TilePlanned(TilingMode.EXACT, TILES, TILES, ""))
    legend = TileLegend(grid, DARK)
    qtbot.addWidget(legend)
    assert grid.devices == ()
    assert [tile.device for tile in grid.tiles] == [""] * 4
    assert not legend.findChildren(DeviceSwatch)


def test_stretches_cover_every_tile_once_in_order(grid):
    grid.finish(0)
    assert list(device_stretches(grid.tiles)) == [
        DeviceStretch(0, Span(0, 100), True),
        DeviceStretch(0, Span(100, 200), False),
        DeviceStretch(1, Span(200, 400), False),
    ]


@THEMES
def test_the_legend_has_colour_name_and_count(qtbot, grid, theme):
    legend = TileLegend(grid, DARK)
    qtbot.addWidget(legend)
    legend.set_theme(theme)
    grid.finish(0)
    assert legend.accessibleName().endswith("cpu 1: 1 of 2, cpu 2: 0 of 2")
    swatches = legend.findChildren(DeviceSwatch)
    shown = [one.grab().toImage().pixelColor(5, 5).name() for one in swatches]
    assert shown == list(DEVICE_COLOURS[theme.name][:2])
    grid.clear()
    qtbot.waitUntil(lambda: not legend.findChildren(DeviceSwatch))


def painted(name, left, right, *, is_done=False):
    """The band of device 2 on a screen 200 px wide: its image."""
    image = QImage(200, 40, QImage.Format.Format_RGB32)
    image.fill(DARK.canvas)
    painter = QPainter(image)
    stretch = DeviceStretch(1, Span(0, 100), is_done)
    BandPainter().paint(
        painter, QRectF(image.rect()), stretch, left=left, right=right, name=name, theme=DARK
    )
    painter.end()
    return image


def coloured(image, colour):
    """Where an image has a colour: (height, width)."""
    grid = [[image.pixelColor(x, y).name() for x in range(200)] for y in range(40)]
    return np.array(grid) == colour


def test_a_band_lies_over_its_tiles_and_nowhere_else(qapp):
    of_band = coloured(painted("cpu 2", 50, 100), DEVICE_COLOURS["dark"][1])
    assert np.flatnonzero(of_band.any(axis=0)).tolist() == list(range(50, 99))
    assert not of_band[20:].any()
    done = coloured(painted("cpu 2", 50, 100, is_done=True), DEVICE_COLOURS["dark"][1])
    assert 0 < np.count_nonzero(done.any(axis=1)) < np.count_nonzero(of_band.any(axis=1))


def test_a_name_stays_on_screen_and_in_its_band(qapp):
    blank = coloured(painted("", -500, 90), DEVICE_COLOURS["dark"][1])
    named = coloured(painted("cuda:1", -500, 90), DEVICE_COLOURS["dark"][1])
    letters = np.flatnonzero((blank & ~named).any(axis=0))
    assert 0 <= letters.min() < 20
    assert letters.max() < 90
    narrow = coloured(painted("cuda:1", 50, 58), DEVICE_COLOURS["dark"][1])
    assert (narrow == coloured(painted("", 50, 58), DEVICE_COLOURS["dark"][1])).all()
