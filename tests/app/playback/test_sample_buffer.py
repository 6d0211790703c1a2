"""The growing clip: samples stay at their place, and only what has no gap before it is heard."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.playback.sample_buffer import SampleBuffer
from core.api.region import Span

CLIP = np.arange(1, 101, dtype=np.float32)


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 40)), max_size=12))
def test_available_is_the_stretch_without_a_gap_whatever_the_order(
    pieces: list[tuple[int, int]],
) -> None:
    buffer = SampleBuffer(16000, 100)
    covered = np.zeros(100, bool)
    for start, length in pieces:
        buffer.append(start, CLIP[start : start + length])
        covered[start : start + length] = True
    expected = 100 if covered.all() else int(covered.argmin())
    assert buffer.available == expected
    assert buffer.is_complete == (expected == 100)
    np.testing.assert_array_equal(buffer.read(Span(0, 100)), CLIP[:expected])


def test_reading_gives_what_is_there_from_the_start_of_the_stretch() -> None:
    buffer = SampleBuffer(16000, 100)
    buffer.append(0, CLIP[:50])
    assert buffer.read(Span(40, 60)).tolist() == CLIP[40:50].tolist()
    assert buffer.read(Span(50, 60)).size == 0


def test_samples_beyond_the_end_are_dropped() -> None:
    buffer = SampleBuffer(16000, 10)
    buffer.append(5, CLIP[:20])
    buffer.append(0, CLIP[:5])
    buffer.append(50, CLIP)
    assert buffer.read(Span(0, 99)).tolist() == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5]


def test_a_clip_cut_short_is_complete_when_it_is_told() -> None:
    buffer = SampleBuffer(16000, 100)
    buffer.append(0, CLIP[:30])
    assert not buffer.is_complete
    buffer.finish()
    assert buffer.is_complete
    assert (buffer.available, buffer.num_samples) == (30, 100)


def test_what_was_read_does_not_change_with_the_clip() -> None:
    buffer = SampleBuffer(16000, 10)
    buffer.append(0, CLIP[:10])
    before = buffer.read(Span(0, 10))
    buffer.append(0, -CLIP[:10])
    assert before.min() > 0


def test_a_clip_without_an_end_keeps_all_that_comes():
    buffer = SampleBuffer(16000, 1000, grows=True)
    samples = np.random.default_rng(0).uniform(-1, 1, 5000).astype(np.float32)
    for start in range(0, 5000, 700):
        buffer.append(start, samples[start : start + 700])
        assert not buffer.is_complete
    np.testing.assert_array_equal(buffer.read(Span(0, 9999)), samples)
    assert buffer.num_samples == buffer.peaks.num_samples >= 5000
    assert buffer.peaks.columns(1).high[0] == samples.max()
    buffer.finish()
    assert buffer.is_complete
