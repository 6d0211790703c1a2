"""Laws of `core.diffusion.windows`."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.config import Blend
from core.diffusion.windows import WindowPlan, window_weights

plans = st.builds(
    lambda frames, window, overlap: WindowPlan(frames + window, window, overlap % window),
    st.integers(1, 200),
    st.integers(1, 40),
    st.integers(0, 39),
)


@given(plans, st.sampled_from(list(Blend)))
def test_over_every_frame_the_weights_sum_to_one(plan: WindowPlan, blend: Blend) -> None:
    total = torch.zeros(plan.num_frames, 1)
    for window, weights in zip(plan.windows, window_weights(plan, blend), strict=True):
        assert weights.shape == (plan.window_frames, 1)
        total[window.slice] += weights

    torch.testing.assert_close(total, torch.ones_like(total))


@given(plans)
def test_swapping_never_mixes_and_uses_every_window(plan: WindowPlan) -> None:
    for weights in window_weights(plan, Blend.SWAP):
        assert set(weights.flatten().tolist()) <= {0.0, 1.0}
