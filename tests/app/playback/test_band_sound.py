"""One band alone: what is in it stays where it is, what is outside is gone, in any pieces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.playback.band_sound import BandSound
from app.playback.player import Player
from app.playback.sample_buffer import SampleBuffer
from core.api.region import Span
from tests.app.playback.fake_output import FakeOutput, pull_until, wait_until

RATE, LENGTH = 16000, 8000
BAND_HZ = (1000.0, 2000.0)
INNER = slice(2000, -2000)  # where the filter hears no silence around the clip


def tone(frequency_hz: float, rate: int = RATE) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * np.arange(LENGTH) / rate).astype(np.float32)


def clip(samples: np.ndarray, rate: int = RATE, announced: int | None = None) -> SampleBuffer:
    buffer = SampleBuffer(rate, announced or len(samples))
    buffer.append(0, samples)
    return buffer


def heard(samples: np.ndarray, rate: int = RATE, band_hz=BAND_HZ) -> np.ndarray:
    return BandSound(clip(samples, rate), band_hz).read(Span(0, LENGTH))


@pytest.mark.parametrize("rate", [16000, 48000])
@pytest.mark.parametrize("frequency_hz", [1020, 1500, 1980])
def test_a_tone_in_the_band_stays_as_it_is(frequency_hz, rate):
    samples = tone(frequency_hz, rate)
    result = heard(samples, rate)
    inner = slice(rate // 12, -rate // 12)
    np.testing.assert_allclose(result[inner], samples[inner], atol=1e-3)


@pytest.mark.parametrize("frequency_hz", [100, 980, 2020, 7000])
def test_a_tone_outside_is_80_db_softer(frequency_hz):
    assert np.abs(heard(tone(frequency_hz))[INNER]).max() < 10 ** (-78 / 20)


def test_a_click_stays_at_its_place():
    samples = np.zeros(LENGTH, np.float32)
    samples[4321] = 1
    assert np.abs(heard(samples)).argmax() == 4321


@pytest.mark.parametrize("band_hz", [(0.0, 8000.0), (-5.0, 9000.0)])
def test_a_band_of_everything_changes_nothing(band_hz):
    samples = np.random.default_rng(0).standard_normal(LENGTH).astype(np.float32)
    np.testing.assert_allclose(heard(samples, band_hz=band_hz), samples, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8))
def test_pieces_are_the_whole_cut_up(lengths):
    samples = np.random.default_rng(1).standard_normal(LENGTH).astype(np.float32)
    band = BandSound(clip(samples), BAND_HZ)
    whole, start = band.read(Span(0, LENGTH)), 0
    for length in lengths:
        piece = band.read(Span(start, start + length))
        np.testing.assert_allclose(piece, whole[start : start + length], atol=1e-5)
        start += len(piece)


def test_a_growing_clip_is_heard_as_far_as_the_filter_hears():
    samples = np.random.default_rng(2).standard_normal(LENGTH).astype(np.float32)
    buffer = clip(samples[:5000], announced=LENGTH)
    band = BandSound(buffer, BAND_HZ)
    early = band.read(Span(0, LENGTH))
    assert len(early) == band.available < 5000
    buffer.append(5000, samples[5000:])
    whole = band.read(Span(0, LENGTH))
    assert len(whole) == LENGTH
    np.testing.assert_allclose(early, whole[: len(early)], atol=1e-5)


def test_left_and_right_are_filtered_apart():
    sides = [tone(1500), tone(300)]
    buffer = SampleBuffer(RATE, LENGTH, channels=2)
    buffer.append(0, np.stack(sides, axis=1))
    both = BandSound(buffer, BAND_HZ).read(Span(100, 5000))
    for side, samples in enumerate(sides):
        np.testing.assert_allclose(both[:, side], heard(samples)[100:5000], atol=1e-6)


def test_a_band_is_heard_alone_until_everything_is(player: Player, output: FakeOutput) -> None:
    low = (0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.float32)
    high = (0.25 * np.sin(2 * np.pi * 3000 * np.arange(RATE) / RATE)).astype(np.float32)
    player.begin(RATE, RATE)
    player.append(0, low + high)
    player.set_band((200.0, 800.0))
    player.play()
    heard = pull_until(output, lambda: player.position_s > 0.5)
    inner = slice(2048, 7000)
    np.testing.assert_allclose(heard[inner], low[1:][inner], atol=2e-3)
    player.set_band(None)
    wait_until(lambda: np.abs(np.fft.rfft(output.pull(512)))[96] > 30)  # 3,000 Hz: all is heard
    rest = pull_until(output, lambda: player.position_s > 0.9)
    loudness = np.abs(np.fft.rfft(rest[-1600:]))
    assert loudness[300] == pytest.approx(loudness[44] / 2, rel=0.05)  # 3,000 and 440 Hz


def test_another_clip_is_heard_whole(player: Player, output: FakeOutput) -> None:
    player.set_band((2000.0, 3000.0))
    player.begin(RATE, LENGTH)
    player.append(0, tone(440))
    player.play()
    heard = pull_until(output, lambda: not player.is_playing)
    assert np.abs(heard).max() == pytest.approx(1.0, abs=0.02)
