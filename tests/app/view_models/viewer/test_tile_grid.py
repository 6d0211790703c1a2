"""The tiles of a run."""

from dataclasses import replace

import pytest

from app.view_models.viewer.tile_grid import TileGridModel
from core.api.config import TilingMode
from core.api.events import BarrierPassed, TileAdvanced, TilePlanned, TileState
from core.api.region import Region, Span

BINS = Span(0, 64)
TILES = (Region(Span(0, 100), BINS), Region(Span(100, 150), BINS))
PLAN = TilePlanned(TilingMode.PADDED, TILES, TILES, "two tiles")


def advanced(tile: int, state: TileState, task: int) -> TileAdvanced:
    return TileAdvanced(tile, state, task, 10, "conv", "cpu")


@pytest.fixture
def grid(qapp):
    grid = TileGridModel()
    grid.plan(PLAN)
    return grid


def test_every_tile_of_a_plan_waits(grid):
    assert [tile.region for tile in grid.tiles] == list(TILES)
    assert grid.count(TileState.WAITING) == 2
    assert grid.fraction == 0.0


def test_a_tile_is_as_far_as_it_said(grid):
    grid.advance(advanced(1, TileState.PARKED, 5))
    assert grid.tiles[1].state is TileState.PARKED
    assert grid.fraction == pytest.approx(0.25)


def test_a_finished_tile_is_done_whatever_its_last_task(grid):
    grid.advance(advanced(0, TileState.RUNNING, 3))
    grid.finish(0)
    assert grid.tiles[0].state is TileState.DONE
    assert grid.num_done == 1
    assert grid.fraction == pytest.approx(0.5)


def test_the_same_event_twice_is_emitted_once(grid, qtbot):
    grid.advance(advanced(0, TileState.RUNNING, 1))
    grid.pass_barrier(BarrierPassed(1, 24, "norm"))
    with qtbot.assertNotEmitted(grid.changed):
        grid.advance(advanced(0, TileState.RUNNING, 1))
        grid.pass_barrier(BarrierPassed(1, 24, "norm"))


def test_news_of_a_tile_outside_the_plan_is_ignored(grid, qtbot):
    with qtbot.assertNotEmitted(grid.changed):
        grid.advance(advanced(2, TileState.RUNNING, 1))


def test_a_new_plan_starts_over(grid):
    grid.finish(0)
    grid.pass_barrier(BarrierPassed(3, 24, "norm"))
    grid.plan(PLAN)
    assert grid.num_done == 0
    assert (grid.barrier, grid.num_barriers) == (0, 0)


def test_clearing_forgets_the_plan(grid):
    grid.clear()
    assert grid.tiles == ()
    assert grid.explanation == ""


def test_a_cell_belongs_to_the_tile_that_covers_it(grid):
    assert grid.tile_at(99, 63) == (0, grid.tiles[0])
    assert grid.tile_at(100, 0) == (1, grid.tiles[1])
    assert grid.tile_at(150, 0) is None
    assert grid.tile_at(-1, 0) is None


def test_a_tile_knows_how_long_it_took(grid):
    grid.advance(replace(advanced(1, TileState.PARKED, 5), took_s=1.5))
    assert grid.tiles[1].took_s == 1.5
