"""A player over a device without a clock."""

from collections.abc import Iterator

import pytest

from app.playback.player import Player
from tests.app.playback.fake_output import FakeOutput


@pytest.fixture
def output() -> FakeOutput:
    return FakeOutput()


@pytest.fixture
def player(output: FakeOutput) -> Iterator[Player]:
    player = Player(output)
    yield player
    player.close()
