"""Resampling piece by piece, and at any place."""

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.region import Span
from core.sound_files import resampling
from core.sound_files.resampling import PlacedResampler, resampled

SAMPLES = (0.1 * np.random.default_rng(0).standard_normal(9000)).astype(np.float32)


@given(st.lists(st.integers(0, len(SAMPLES)), max_size=5), st.sampled_from([(16, 48), (441, 160)]))
def test_resampled_pieces_equal_the_resampled_whole(
    cuts: list[int], rates: tuple[int, int]
) -> None:
    pieces = iter(np.split(SAMPLES, sorted(cuts)))
    result = np.concatenate(list(resampled(pieces, *rates)))
    whole = soxr.resample(SAMPLES, *rates, quality="HQ")
    assert abs(len(result) - len(whole)) <= 1
    length = min(len(result), len(whole))
    assert result[:length] == pytest.approx(whole[:length], abs=1e-6)


def noise_at(span: Span) -> np.ndarray:
    """Samples (n, 1) of a sound of 9000 samples, with silence around it."""
    padded = np.zeros((span.length, 1), np.float32)
    inside = span.intersect(Span(0, len(SAMPLES)))
    padded[inside.shift(-span.start).slice] = SAMPLES[inside.slice, None]
    return padded


@pytest.mark.parametrize("rates", [(44_100, 48_000), (16_000, 48_000), (48_000, 8000)])
@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-9000, 30_000), min_size=1, max_size=6))
def test_the_places_that_are_read_do_not_matter(rates: tuple[int, int], starts: list[int]) -> None:
    known = PlacedResampler(noise_at, *rates).read(Span(-10_000, 40_000))
    resampler = PlacedResampler(noise_at, *rates)

    for start in starts:
        span = Span(start, start + 1 + start % 9000)
        assert np.array_equal(resampler.read(span), known[span.shift(10_000).slice])


def test_few_blocks_are_made_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    resample = soxr.resample

    def counted(samples: np.ndarray, *rates: int, quality: str) -> np.ndarray:
        made.append(len(samples))
        return resample(samples, *rates, quality=quality)

    monkeypatch.setattr(resampling.soxr, "resample", counted)
    resampler = PlacedResampler(noise_at, 44_100, 48_000)
    for start in range(0, 200_000, 1000):
        resampler.read(Span(start, start + 1000))
    assert len(made) == -(-200_000 // 16_480)
    assert len(resampler._blocks) <= 4
    resampler.release()
    assert not resampler._blocks
