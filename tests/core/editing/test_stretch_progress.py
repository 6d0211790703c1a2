"""Where a stretch of a canvas lies in the clip, and what is reported of it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.api.config import TilingMode
from core.api.events import DenoisingStep, Event, TileDecoded, TilePlanned
from core.api.progress import Progress
from core.api.region import Region, Span
from core.editing.stretch_progress import Placement, StretchProgress

BINS = Span(0, 4)


@given(st.integers(1, 200), st.integers(0, 199), st.data())
def test_the_parts_of_a_span_are_its_rotated_frames(
    num_frames: int, turned: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, num_frames - 1))
    stop = data.draw(st.integers(start + 1, num_frames))
    clip = np.arange(num_frames)
    canvas = np.roll(clip, turned)
    parts = Placement(num_frames, Span(start, stop), turned).parts(Span(start, stop))
    assert np.array_equal(np.concatenate([clip[part.slice] for part in parts]), canvas[start:stop])


def test_tiles_and_steps_are_in_the_frames_of_the_clip() -> None:
    events: list[Event] = []
    progress = StretchProgress(Progress(events.append), Placement(100, Span(40, 60)))
    tile = Region(Span(0, 10), BINS)
    progress.emit(TilePlanned(TilingMode.EXACT, (tile,), (tile,), ""))
    progress.emit(DenoisingStep(1, 2, np.zeros((1, 5, 1), np.float32)))
    progress.emit(TileDecoded(0, tile, np.zeros((10, 4), np.float32)))
    plan, step = events
    assert isinstance(plan, TilePlanned)
    assert isinstance(step, DenoisingStep)
    assert plan.tiles == plan.padded == (Region(Span(40, 50), BINS),)
    assert step.frames == Span(40, 60)


def test_a_region_around_the_end_is_two_tiles() -> None:
    events: list[Event] = []
    placement = Placement(100, Span(40, 60), rotation=50)
    mel = np.arange(80, dtype=np.float32).reshape(20, 4)
    placement.emit_decoded(Region(Span(40, 60), BINS), mel, Progress(events.append))
    assert placement.frames is None
    tiles = [event for event in events if isinstance(event, TileDecoded)]
    assert [tile.region.time for tile in tiles] == [Span(90, 100), Span(0, 10)]
    assert np.array_equal(np.concatenate([tile.mel for tile in tiles]), mel)
