"""How long tiles take."""

import pytest

from app.session.event_bridge import TileStopwatch
from core.api.config import TilingMode
from core.api.events import Notice, TileAdvanced, TilePlanned, TileState


@pytest.fixture
def watch(clock):
    return TileStopwatch(clock)


def say(watch, tile, state):
    return watch.time(TileAdvanced(tile, state, 1, 4, "conv", "cpu")).took_s


def test_turns_are_summed_up_and_waiting_between_them_is_not(watch, clock):
    say(watch, 0, TileState.RUNNING)
    clock.now_s = 1.0
    assert say(watch, 0, TileState.PARKED) == 1.0
    say(watch, 1, TileState.RUNNING)
    clock.now_s = 5.0
    assert say(watch, 1, TileState.PARKED) == 4.0
    say(watch, 0, TileState.RUNNING)
    clock.now_s = 5.5
    assert say(watch, 0, TileState.DONE) == 1.5


def test_a_new_plan_begins_at_nothing(watch, clock):
    say(watch, 0, TileState.RUNNING)
    clock.now_s = 1.0
    watch.time(TilePlanned(TilingMode.EXACT, (), (), ""))
    assert say(watch, 0, TileState.DONE) == 0.0


def test_other_events_pass_through(watch):
    notice = Notice("one")
    assert watch.time(notice) is notice
