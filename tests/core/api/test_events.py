import json
import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from core.api.config import TilingMode
from core.api.events import (
    AudioChunk,
    BarrierPassed,
    BytesReceived,
    DenoisingStep,
    Event,
    ExportAdvanced,
    Notice,
    RunExpected,
    Stage,
    StageFinished,
    StageStarted,
    TileAdvanced,
    TileDecoded,
    TilePlanned,
    TileState,
    to_json_dict,
)
from core.api.region import Region, Span

REGION = Region(Span(0, 40), Span(0, 64))
ALL_EVENTS = [
    StageStarted(Stage.LOADING),
    StageFinished(Stage.LOADING, 1.5),
    BytesReceived(10, 20),
    DenoisingStep(1, 25, np.zeros((8, 10, 16), np.float32)),
    TilePlanned(TilingMode.EXACT, (REGION,), (REGION,), "one tile"),
    TileAdvanced(0, TileState.PARKED, 3, 90, "up.0.norm", "cpu"),
    BarrierPassed(1, 24, "up.0.norm"),
    TileDecoded(0, REGION, np.zeros((40, 64), np.float32)),
    AudioChunk(0, np.zeros(160, np.float32)),
    ExportAdvanced(0.5),
    Notice("The disk is nearly full."),
    RunExpected(3600.0, 1200.0, 500_000_000),
]


def test_every_kind_of_event_is_tried_here() -> None:
    kinds = [kind for kind in Event.__subclasses__() if kind.__module__ == Event.__module__]
    known = {kind.__name__ for kind in kinds}  # slots make each class twice, under one name

    assert {type(event).__name__ for event in ALL_EVENTS} == known


@pytest.mark.parametrize("event", ALL_EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_is_one_line_of_json(event: Event) -> None:
    line = json.dumps(to_json_dict(event), allow_nan=False)

    assert "\n" not in line
    assert json.loads(line)["event"] == type(event).__name__


@pytest.mark.parametrize("event", ALL_EVENTS, ids=lambda event: type(event).__name__)
def test_events_cannot_be_changed_by_listeners(event: Event) -> None:
    with pytest.raises((FrozenInstanceError, TypeError)):
        event.changed = True  # type: ignore[attr-defined]


def test_in_json_arrays_are_shapes_and_regions_are_borders() -> None:
    assert to_json_dict(TileDecoded(7, REGION, np.zeros((40, 64), np.float32))) == {
        "event": "TileDecoded",
        "tile": 7,
        "region": {"time": [0, 40], "bins": [0, 64]},
        "mel": {"shape": [40, 64]},
    }


def test_in_json_enums_are_their_words() -> None:
    assert to_json_dict(StageFinished(Stage.DECODING, math.pi)) == {
        "event": "StageFinished",
        "stage": "decoding",
        "duration_s": math.pi,
    }
