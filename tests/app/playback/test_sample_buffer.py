"""The growing clip: samples stay at their place, and only what has no gap before it is heard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playback import sample_buffer
from app.playback.sample_buffer import SampleBuffer
from app.playback.sample_store import DiskSamples, MemorySamples
from core.api.errors import DiskError
from core.api.region import Span

CLIP = np.arange(1, 101, dtype=np.float32)


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 40)), max_size=12))
def test_available_is_the_part_without_a_gap_in_any_order(
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


def test_reading_returns_the_available_start_of_a_span() -> None:
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


def test_a_clip_cut_short_is_complete_when_finished() -> None:
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


@pytest.fixture
def long_clip(monkeypatch):
    """A buffer whose clip is too long for memory."""
    monkeypatch.setattr(sample_buffer, "_MOST_IN_MEMORY", 50)
    return SampleBuffer(16000, 100)


class FullDisk(DiskSamples):
    """Takes half of a clip of 100 samples."""

    def write(self, start_sample, samples):
        if start_sample >= 50:
            raise DiskError("/var/tmp", "The disk is full.")
        super().write(start_sample, samples)


def test_a_long_clip_is_kept_on_the_disk(long_clip):
    assert isinstance(long_clip._samples, DiskSamples)
    assert isinstance(SampleBuffer(16000, 50)._samples, MemorySamples)
    for start in (60, 0, 30):
        long_clip.append(start, CLIP[start : start + 40])
    np.testing.assert_array_equal(long_clip.read(Span(0, 100)), CLIP)


def test_a_long_clip_moves_to_memory_when_the_disk_is_full(monkeypatch, long_clip):
    monkeypatch.setattr(sample_buffer, "DiskSamples", FullDisk)
    buffer = SampleBuffer(16000, 100)
    for start in (0, 30, 20, 50):
        buffer.append(start, CLIP[start : start + 10])
    buffer.append(60, CLIP[60:])
    buffer.append(10, CLIP[10:50])
    np.testing.assert_array_equal(buffer.read(Span(0, 100)), CLIP)


def test_a_clip_that_grows_ends_when_the_disk_is_full(monkeypatch):
    monkeypatch.setattr(sample_buffer, "DiskSamples", FullDisk)
    buffer = SampleBuffer(16000, 100, grows=True)
    buffer.append(0, CLIP[:50])
    with pytest.raises(DiskError):
        buffer.append(50, CLIP[50:])


@pytest.mark.parametrize("most_in_memory", [0, 1000])
def test_left_and_right_come_back_together(monkeypatch, most_in_memory) -> None:
    monkeypatch.setattr(sample_buffer, "_MOST_IN_MEMORY", most_in_memory)
    sides = np.stack([CLIP, -2 * CLIP], axis=1)
    buffer = SampleBuffer(16000, 100, channels=2)
    for start in (40, 0):
        buffer.append(start, sides[start : start + 60])
    np.testing.assert_array_equal(buffer.read(Span(10, 90)), sides[10:90])
    columns = buffer.peaks.columns(1)
    assert (columns.low[0], columns.high[0]) == (-200, 100)
