"""The list of tiles."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from app.views.spectrogram.tile_list import TileList
from core.api.config import TilingMode
from core.api.events import BarrierPassed, TileAdvanced, TilePlanned, TileState
from core.api.region import Region, Span

TILES = tuple(Region(Span(start, start + 200), Span(0, 64)) for start in (0, 200))
RUNNING = TileAdvanced(1, TileState.RUNNING, 5, 10, "conv", "cuda:0", took_s=1.25)


@pytest.fixture
def tiles(window, session):
    session.document.spectrogram.begin_seconds(4.0)
    session.document.tiles.plan(TilePlanned(TilingMode.EXACT, TILES, TILES, "Exact: 2 tiles"))
    return session.document.tiles


@pytest.fixture
def list_(qtbot, window, tiles):
    qtbot.waitUntil(window.isActiveWindow)
    window.viewer_panel.view.setFocus()
    qtbot.keyClick(window.viewer_panel.view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    list_ = window.findChild(TileList)
    qtbot.waitExposed(list_)
    yield list_
    list_.close()


def row(list_, number):
    model = list_.findChild(QTableView).model()
    return [model.index(number, column).data() for column in range(model.columnCount())]


def test_each_tile_is_a_row_of_text(qtbot, list_, tiles):
    tiles.advance(RUNNING)
    qtbot.waitUntil(lambda: row(list_, 1)[3] == "running")
    assert row(list_, 1) == ["2", "0:02.00", "0:04.00", "running", "50%", "cuda:0", "1.25 s"]
    assert row(list_, 0)[3:] == ["waiting", "0%", "", ""]


def test_many_changes_are_shown_at_once(qtbot, list_, tiles):
    model = list_.findChild(QTableView).model()
    heard = []
    model.dataChanged.connect(lambda *_: heard.append(1))
    for task in range(10):
        tiles.advance(replace(RUNNING, task=task))
    qtbot.waitUntil(lambda: row(list_, 1)[4] == "90%")
    assert len(heard) == 1


def test_enter_shows_the_tile_in_the_spectrogram(qtbot, window, list_):
    table = list_.findChild(QTableView)
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert window.viewer_panel.view.getViewBox().viewRange()[0] == pytest.approx([2.0, 4.0])


def test_it_says_which_group_norm_was_passed(list_, tiles):
    tiles.pass_barrier(BarrierPassed(3, 24, "norm"))
    assert list_._summary.text() == "Exact: 2 tiles · group norm 3 of 24"


def test_the_tool_tip_of_a_tile_describes_it(window, tiles):
    tiles.advance(RUNNING)
    window.viewer_panel.view.pointed_at.emit(3.0, 20.0)
    tip = window.viewer_panel.view._grid.toolTip()
    assert tip == "Tile 2 of 2\n0:02.00 to 0:04.00\nrunning · cuda:0 · 1.25 s"
