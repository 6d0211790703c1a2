"""From the clip to the device's rate: the same sound, the right place, loops and growth."""

import numpy as np
import pytest

from app.playback.feed import Feed
from app.playback.sample_buffer import SampleBuffer
from core.api.region import Span

RATE = 16000


def make_clip(samples: np.ndarray, announced: int | None = None) -> SampleBuffer:
    buffer = SampleBuffer(RATE, len(samples) if announced is None else announced)
    buffer.append(0, samples.astype(np.float32))
    return buffer


def make_tone(frequency_hz: float, rate: int, duration_s: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * np.arange(round(duration_s * rate)) / rate)


def drain(feed: Feed, at_most: int = 10**6) -> np.ndarray:
    """Everything that comes out, taken in small blocks as a device would."""
    channels = feed.ring.channels
    blocks, block, total = [], np.zeros((700, channels), np.float32), 0
    while total < at_most:
        feed.fill()
        count = feed.ring.read_into(block)
        if not count:
            break
        blocks.append(block[:count].copy())
        total += count
    heard = np.concatenate([np.zeros((0, channels), np.float32), *blocks])
    return heard[:, 0] if channels == 1 else heard


@pytest.mark.parametrize("device_rate", [16000, 44100, 48000, 8000])
def test_the_device_hears_the_clip_at_its_own_rate(device_rate: int) -> None:
    feed = Feed(make_clip(make_tone(440, RATE)), 0, device_rate)
    heard = drain(feed)
    expected = make_tone(440, device_rate)
    assert abs(len(heard) - len(expected)) <= 1
    inner = slice(device_rate // 50, -device_rate // 50)
    np.testing.assert_allclose(heard[: len(expected)][inner], expected[inner], atol=1e-3)
    assert feed.ring.is_drained


@pytest.mark.parametrize("device_rate", [16000, 44100])
def test_left_and_right_are_heard_apart(device_rate: int) -> None:
    sides = np.stack([make_tone(440, RATE), make_tone(880, RATE)], axis=1).astype(np.float32)
    buffer = SampleBuffer(RATE, RATE, channels=2)
    buffer.append(0, sides)
    heard = drain(Feed(buffer, 0, device_rate))
    inner = slice(device_rate // 50, -device_rate // 50)
    for side, frequency_hz in enumerate((440, 880)):
        expected = make_tone(frequency_hz, device_rate)
        np.testing.assert_allclose(heard[: len(expected), side][inner], expected[inner], atol=1e-3)


def test_a_growing_clip_is_heard_without_a_seam() -> None:
    tone = make_tone(440, RATE)
    buffer = SampleBuffer(RATE, RATE)
    feed = Feed(buffer, 0, 48000)
    parts = []
    for start in range(0, RATE, 3000):
        buffer.append(start, tone[start : start + 3000].astype(np.float32))
        parts.append(drain(feed))
    whole = drain(Feed(make_clip(tone), 0, 48000))
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)


def test_a_feed_waits_where_the_clip_has_not_grown_yet() -> None:
    buffer = make_clip(np.ones(1000), announced=2000)
    feed = Feed(buffer, 0, RATE)
    assert len(drain(feed)) <= 1000
    assert not feed.ring.has_ended
    buffer.finish()
    drain(feed)
    assert feed.ring.is_drained


def test_playing_begins_at_the_place_asked_for() -> None:
    feed = Feed(make_clip(np.arange(1000)), 600, RATE)
    np.testing.assert_allclose(drain(feed), np.arange(600, 1000), atol=1e-2)
    assert feed.end_sample == 1000


@pytest.mark.parametrize("device_rate", [RATE, 48000])
def test_the_place_follows_the_sound(device_rate: int) -> None:
    feed = Feed(make_clip(np.zeros(RATE)), 4000, device_rate)
    feed.fill()
    assert feed.clip_sample_at(0) == 4000
    assert feed.clip_sample_at(device_rate / 10) == pytest.approx(4000 + RATE / 10)


def test_a_loop_comes_back_to_its_start_without_a_gap() -> None:
    feed = Feed(make_clip(np.arange(5000)), 900, RATE, loop=Span(1000, 1400))
    heard = drain(feed, at_most=1500)
    expected = np.concatenate([np.arange(900, 1400), *[np.arange(1000, 1400)] * 3])
    np.testing.assert_allclose(heard[:1200], expected[:1200], rtol=0, atol=450)  # jumps ring
    steady = np.r_[100:400, 600:800]
    np.testing.assert_allclose(heard[steady], expected[steady], rtol=0, atol=2)
    assert [feed.clip_sample_at(at) for at in (0, 499, 500, 899, 900)] == [
        900,
        1399,
        1000,
        1399,
        1000,
    ]


def test_a_play_head_behind_the_loop_plays_on_to_the_end() -> None:
    feed = Feed(make_clip(np.zeros(5000)), 2000, RATE, loop=Span(1000, 1400))
    assert len(drain(feed)) == 3000


@pytest.mark.parametrize("device_rate", [16000, 48000])
def test_it_ends_at_the_stop_sample(device_rate: int) -> None:
    feed = Feed(make_clip(make_tone(440, RATE)), 4000, device_rate, stop_sample=8000)
    heard = drain(feed)
    assert len(heard) == pytest.approx(4000 * device_rate / RATE, abs=2)
    assert feed.ring.is_drained
    assert feed.end_sample == 8000
