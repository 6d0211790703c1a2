"""Laws of `core.diffusion.windows`."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.diffusion.windows import WindowPlan

plans = st.builds(
    lambda frames, window, overlap: WindowPlan(frames, window, overlap % window),
    st.integers(1, 200),
    st.integers(1, 40),
    st.integers(0, 39),
)


@given(plans)
def test_windows_cover_every_frame_and_overlap_as_asked(plan: WindowPlan) -> None:
    windows = plan.windows

    assert windows[0].start == 0
    assert windows[-1].stop == plan.num_frames
    assert len({window.length for window in windows}) == 1
    for left, right in itertools.pairwise(windows):
        assert left.start < right.start
        assert left.stop - right.start >= plan.overlap_frames


def test_windows_that_share_all_their_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than their overlap"):
        WindowPlan(100, 8, 8)
