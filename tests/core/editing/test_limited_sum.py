"""Laws of the limited sum: full scale is kept to, and so are the kept samples."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.api.arrays import FloatArray
from core.editing.limited_sum import limited_sum

FRAME = 16


def noise(seed: int, size: int, level: float) -> FloatArray:
    made = np.random.default_rng(seed).standard_normal(size)
    return (level * made).astype(np.float32)


@given(
    size=st.integers(0, 300),
    levels=st.tuples(st.floats(0, 2), st.floats(0, 2)),
    hold=st.integers(0, 10),
    seed=st.integers(0, 99),
)
def test_no_sum_exceeds_full_scale_and_the_kept(size, levels, hold, seed):
    kept, new = noise(seed, size, levels[0]), noise(seed + 100, size, levels[1])
    summed = limited_sum(kept, new, FRAME, hold)
    assert summed.dtype == np.float32
    assert (np.abs(summed) <= np.maximum(1, np.abs(kept))).all()


def test_quiet_samples_are_added_as_they_are():
    kept, new = noise(0, 300, 0.1), noise(1, 300, 0.1)
    assert np.array_equal(limited_sum(kept, new, FRAME, 4), kept + new)


def test_only_the_frames_around_a_loud_one_are_quieter():
    kept, new = np.full(480, 0.5, np.float32), np.full(480, 0.25, np.float32)
    new[240] = 0.75
    summed = limited_sum(kept, new, FRAME, 2)
    changed = np.flatnonzero(summed != kept + new)
    assert 240 - 4 * FRAME < changed.min() <= 240 <= changed.max() < 240 + 4 * FRAME
    assert summed[240] > 0.99


def test_the_new_give_way_where_the_kept_are_at_full_scale():
    kept = np.array([1.0, -1.0, 1.5, -1.5], np.float32)
    new = np.array([0.5, -0.5, 0.5, -0.5], np.float32)
    assert np.array_equal(limited_sum(kept, new, 1, 0), [1.0, -1.0, 1.5, -1.5])
