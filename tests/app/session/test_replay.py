"""A run so far is given to the models of a person who comes back to it."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from app.session.engine_to_window import AudioArrived
from app.session.replay import Replay
from core.api.events import AudioChunk, Notice


class Router:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.routed: list[object] = []

    def route(self, event: object) -> None:
        self.routed.append(event)


@pytest.fixture
def router():
    return Router()


@pytest.fixture
def replay(qapp, router, playback):
    playback.begin(16_000, 8)
    return Replay(router, playback)


def chunks(*starts: int) -> list[AudioChunk]:
    return [AudioChunk(start, np.full(2, start, np.float32)) for start in starts]


def test_where_a_run_stands_is_routed_at_once(replay, router, playback):
    replay.begin([Notice("It began."), *chunks(0)])
    assert router.routed == [Notice("It began."), AudioArrived(2)]
    np.testing.assert_array_equal(playback.samples[:2], [0, 0])


def test_what_is_recorded_follows_piece_by_piece(qtbot, replay, router, playback):
    replay.begin([], chunks(0, 2, 4, 6))
    assert router.routed == []
    qtbot.waitUntil(lambda: len(router.routed) == 4)
    assert router.routed == [AudioArrived(stop) for stop in (2, 4, 6, 8)]
    np.testing.assert_array_equal(playback.samples, [0, 0, 2, 2, 4, 4, 6, 6])


def test_nothing_more_is_routed_once_something_else_is_shown(replay, router):
    replay.begin([], chunks(0, 2))
    replay.stop()
    QCoreApplication.processEvents()
    assert router.routed == []
