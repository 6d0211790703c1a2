"""Resampling piece by piece."""

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from core.sound_files.resampling import resampled

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
