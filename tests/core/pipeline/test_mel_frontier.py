"""Laws of `core.pipeline.decoding`."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Region, Span
from core.pipeline.decoding import MelFrontier


def _grid(num_frames: int, n_mels: int, tile_frames: int, tile_bins: int) -> list[Region]:
    times = [Span(t, min(t + tile_frames, num_frames)) for t in range(0, num_frames, tile_frames)]
    bins = [Span(f, min(f + tile_bins, n_mels)) for f in range(0, n_mels, tile_bins)]
    return [Region(time, height) for time in times for height in bins]


@given(st.data())
def test_tiles_in_any_order_release_every_frame_once_and_in_order(data: st.DataObject) -> None:
    num_frames, n_mels = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 8))
    clip = np.arange(num_frames * n_mels, dtype=np.float32).reshape(num_frames, n_mels)
    tiles = _grid(
        num_frames, n_mels, data.draw(st.integers(1, 15)), data.draw(st.integers(1, n_mels))
    )
    frontier = MelFrontier(n_mels)

    released = [
        frontier.fill(region, clip[region.slices]).copy()
        for region in data.draw(st.permutations(tiles))
    ]

    assert np.array_equal(np.concatenate(released), clip)


def test_a_frame_waits_for_its_whole_height() -> None:
    frontier = MelFrontier(2)
    low, high = Region(Span(0, 4), Span(0, 1)), Region(Span(0, 4), Span(1, 2))

    assert len(frontier.fill(low, np.ones((4, 1), np.float32))) == 0
    assert len(frontier.fill(high, np.ones((4, 1), np.float32))) == 4
