"""Laws of `core.diffusion.windows`."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.diffusion.windows import WindowPlan, windowed

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


@given(plans)
def test_a_prediction_that_does_not_look_around_is_left_as_it_is(plan: WindowPlan) -> None:
    latents = torch.randn(2, 3, plan.num_frames, 2, generator=torch.Generator().manual_seed(0))
    predict = windowed(lambda x, t: x * t + 1, plan)

    torch.testing.assert_close(predict(latents, torch.tensor(2.0)), latents * 2 + 1)


def test_the_denoiser_never_sees_more_than_one_window() -> None:
    lengths: list[int] = []

    def predict(latents: Tensor, timestep: Tensor) -> Tensor:
        lengths.append(latents.shape[2])
        return latents

    windowed(predict, WindowPlan(1000, 64, 16))(torch.zeros(1, 1, 1000, 1), torch.tensor(0))

    assert set(lengths) == {64}


def test_one_window_is_the_plain_prediction_itself() -> None:
    def predict(latents: Tensor, timestep: Tensor) -> Tensor:
        return latents

    assert windowed(predict, WindowPlan(64, 64, 16)) is predict


def test_neighbours_meet_halfway_in_their_overlap() -> None:
    calls = iter((0.0, 1.0))
    predict = windowed(lambda x, t: torch.full_like(x, next(calls)), WindowPlan(12, 8, 4))

    values = predict(torch.zeros(1, 1, 12, 1), torch.tensor(0))[0, 0, :, 0]

    assert values[:4].tolist() == [0.0] * 4
    assert values[8:].tolist() == [1.0] * 4
    assert (values[4:8].diff() > 0).all()
    assert values[5] + values[6] == pytest.approx(1.0)


def test_windows_that_share_all_their_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than their overlap"):
        WindowPlan(100, 8, 8)
