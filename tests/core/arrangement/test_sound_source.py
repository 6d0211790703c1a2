"""Sounds read anywhere at another rate: the same samples, whichever spans are read."""

from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.errors import AudioFileError
from core.api.region import Span
from core.arrangement.sound_source import SoundSource, SourceReader
from core.runtime.spool import Spool
from core.sound_files.audio_format import AudioFormat
from core.sound_files.encoding.audio_writer import AudioWriter

RATES = [(44_100, 48_000), (48_000, 44_100), (16_000, 48_000), (96_000, 44_100), (48_000, 48_000)]


def noise(num_samples: int, channels: int = 2) -> np.ndarray:
    samples = np.random.default_rng(num_samples).standard_normal((num_samples, channels)) * 0.1
    return samples.astype(np.float32) if channels > 1 else samples[:, 0].astype(np.float32)


def whole(reader: SourceReader) -> np.ndarray:
    return reader.read(Span(0, reader.num_samples))


@pytest.mark.parametrize("rates", RATES)
@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-100, 60_000), min_size=1, max_size=6))
def test_the_spans_that_are_read_do_not_matter(rates: tuple[int, int], starts: list[int]) -> None:
    source = SoundSource(noise(50_000), rates[0])
    reader = SourceReader(source, rates[1], 2)
    known = np.zeros((200_000, 2), np.float32)
    known[100 : 100 + reader.num_samples] = whole(SourceReader(source, rates[1], 2))

    for start in starts:
        span = Span(start, start + 1 + start % 9000)
        assert np.array_equal(reader.read(span), known[span.shift(100).slice])


@pytest.mark.parametrize("rates", [*RATES, (44_101, 48_000), (8000, 192_000), (192_000, 8000)])
@pytest.mark.parametrize("channels", [1, 2])
def test_it_is_the_sound_resampled_at_once(rates: tuple[int, int], channels: int) -> None:
    samples = noise(70_000, channels)
    reader = SourceReader(SoundSource(samples, rates[0]), rates[1], channels)
    around = [(rates[0], rates[0]), (0, 0)][: samples.ndim]  # a second of silence on either side
    at_once = soxr.resample(np.pad(samples, around), *rates, quality="HQ").reshape(-1, channels)
    at_once = at_once[rates[1] : rates[1] + reader.num_samples]

    assert np.abs(whole(reader) - at_once).max() < (2e-6 if 44_101 in rates else 2e-7)


def test_at_its_own_rate_every_sample_stays() -> None:
    samples = noise(1000)
    reader = SourceReader(SoundSource(samples, 48_000), 48_000, 2)

    assert np.array_equal(whole(reader), samples)
    around = reader.read(Span(-10, 1010))
    assert np.array_equal(around[10:-10], samples)
    assert not around[:10].any()
    assert not around[-10:].any()


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize(("own", "channels"), [(1, 2), (2, 1), (5, 2), (5, 1)])
def test_other_channels_are_their_average(rate: int, own: int, channels: int) -> None:
    samples = noise(20_000, own)
    average = samples if own == 1 else samples.mean(axis=1, dtype=np.float32)
    expected = whole(SourceReader(SoundSource(average, rate), 48_000, 1))

    heard = whole(SourceReader(SoundSource(samples, rate), 48_000, channels))

    assert np.array_equal(heard, np.repeat(expected, channels, axis=1))


def test_a_sound_on_the_disk_is_read_as_one_in_memory() -> None:
    samples = noise(30_000)
    with Spool((2,)) as spool:
        spool.append(samples)
        mapped = SourceReader(SoundSource(spool.mapped(), 44_100), 48_000, 2)
        in_memory = SourceReader(SoundSource(samples, 44_100), 48_000, 2)
        assert np.array_equal(whole(mapped), whole(in_memory))


def test_a_sound_comes_from_a_file(tmp_path: Path) -> None:
    samples = noise(1000)
    path = tmp_path / "a.wav"
    with AudioWriter(path, 44_100, audio_format=AudioFormat.WAV_FLOAT, channels=2) as writer:
        writer.write(samples.T)

    source = SoundSource.of_file(path)

    assert np.array_equal(source.samples, samples)
    assert (source.sample_rate, source.channels, source.length_at(88_200)) == (44_100, 2, 2000)
    with pytest.raises(AudioFileError):
        SoundSource.of_file(tmp_path / "none.wav")
