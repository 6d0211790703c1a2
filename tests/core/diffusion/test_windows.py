"""Laws of `core.diffusion.windows`."""

import itertools
from collections.abc import Callable, Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.api.config import Blend
from core.api.region import Span
from core.diffusion.latent_clip import ClipInMemory
from core.diffusion.prompt_track import PredictWindows
from core.diffusion.windows import (
    PredictClip,
    WindowPlan,
    predict_in_windows,
    window_weights,
    windows_per_call,
)
from tests.core.diffusion.gaussian_model import GaussianModel

plans = st.builds(
    lambda frames, window, overlap: WindowPlan(frames, window, overlap % window),
    st.integers(1, 200),
    st.integers(1, 40),
    st.integers(0, 39),
)


def anywhere(predict: Callable[[Tensor, Tensor], Tensor]) -> PredictWindows:
    return lambda x, t, windows: predict(x, t)


def whole(predict: PredictClip, latents: Tensor, timestep: Tensor) -> Tensor:
    """The prediction of a clip in memory."""
    return torch.cat(list(predict(ClipInMemory(latents).read, timestep)), dim=2)


@given(plans, st.sampled_from(list(Blend)), st.integers(1, 5))
def test_a_local_prediction_is_not_changed_by_windows(
    plan: WindowPlan, blend: Blend, at_once: int
) -> None:
    latents = torch.randn(2, 3, plan.num_frames, 2, generator=torch.Generator().manual_seed(0))
    predict = predict_in_windows(anywhere(lambda x, t: x * t + 1), plan, blend, at_once)

    torch.testing.assert_close(whole(predict, latents, torch.tensor(2.0)), latents * 2 + 1)


def test_the_denoiser_gets_one_window_at_a_time() -> None:
    lengths: list[int] = []

    def predict(latents: Tensor, timestep: Tensor) -> Tensor:
        lengths.append(latents.shape[2])
        return latents

    plan = WindowPlan(1000, 64, 16)
    whole(predict_in_windows(anywhere(predict), plan), torch.zeros(1, 1, 1000, 1), torch.tensor(0))

    assert set(lengths) == {64}


def test_several_windows_go_through_the_denoiser_in_one_call() -> None:
    seen: list[tuple[int, list[int]]] = []

    def predict(latents: Tensor, timestep: Tensor, windows: Sequence[Span]) -> Tensor:
        seen.append((len(latents), [window.start for window in windows]))
        return latents

    latents = torch.zeros(2, 1, 20, 1)
    whole(
        predict_in_windows(predict, WindowPlan(20, 8, 2), windows_at_once=2),
        latents,
        torch.tensor(0),
    )

    assert seen == [(4, [0, 6]), (2, [12])]


def test_one_window_is_the_plain_prediction_bit_for_bit() -> None:
    latents = torch.randn(1, 2, 64, 4, generator=torch.Generator().manual_seed(0))
    predict = predict_in_windows(anywhere(lambda x, t: x.sin() / 3), WindowPlan(64, 64, 16))

    assert torch.equal(whole(predict, latents, torch.tensor(0)), latents.sin() / 3)


def test_neighbours_meet_halfway_in_their_overlap() -> None:
    calls = iter((0.0, 1.0))
    each = anywhere(lambda x, t: torch.full_like(x, next(calls)))
    predict = predict_in_windows(each, WindowPlan(12, 8, 4))

    values = whole(predict, torch.zeros(1, 1, 12, 1), torch.tensor(0))[0, 0, :, 0]

    assert values[:4].tolist() == [0.0] * 4
    assert values[8:].tolist() == [1.0] * 4
    assert (values[4:8].diff() > 0).all()
    assert values[5] + values[6] == pytest.approx(1.0)


def test_swapping_gives_each_frame_to_one_window_in_turns() -> None:
    calls = iter((1.0, 2.0))
    each = anywhere(lambda x, t: torch.full_like(x, next(calls)))
    predict = predict_in_windows(each, WindowPlan(12, 8, 4), Blend.SWAP)

    values = whole(predict, torch.zeros(1, 1, 12, 1), torch.tensor(0))[0, 0, :, 0]

    assert values.tolist() == [1.0] * 4 + [1.0, 2.0, 1.0, 2.0] + [2.0] * 4


@given(plans, st.integers(1, 5))
def test_a_prediction_is_released_once_nothing_reads_it(plan: WindowPlan, at_once: int) -> None:
    read: list[Span] = []

    def reading(span: Span) -> Tensor:
        read.append(span)
        return torch.zeros(1, 1, span.length, 1)

    stop = 0
    predict = predict_in_windows(anywhere(lambda x, t: x), plan, windows_at_once=at_once)
    for piece in predict(reading, torch.tensor(0)):
        assert all(span.start >= stop for span in read)
        read.clear()
        stop += piece.shape[2]
    assert stop == plan.num_frames


@pytest.mark.parametrize(
    ("window_frames", "channels", "together"),
    [(16, 8, 2), (256, 16, 2), (512, 8, 1), (256, 64, 1)],
)
def test_small_windows_are_predicted_together(
    window_frames: int, channels: int, together: int
) -> None:
    model = GaussianModel()  # 4 rows
    model.window_frames, model.latent_channels = window_frames, channels
    assert windows_per_call(model) == together


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


long_plans = st.builds(
    lambda frames, window, overlap: WindowPlan(frames + window, window, overlap % window),
    st.integers(1, 200),
    st.integers(1, 40),
    st.integers(0, 39),
)


@given(long_plans, st.sampled_from(list(Blend)))
def test_over_every_frame_the_weights_sum_to_one(plan: WindowPlan, blend: Blend) -> None:
    total = torch.zeros(plan.num_frames, 1)
    for window, weights in zip(plan.windows, window_weights(plan, blend), strict=True):
        assert weights.shape == (plan.window_frames, 1)
        total[window.slice] += weights

    torch.testing.assert_close(total, torch.ones_like(total))


@given(long_plans)
def test_swapping_never_mixes_and_uses_every_window(plan: WindowPlan) -> None:
    for weights in window_weights(plan, Blend.SWAP):
        assert set(weights.flatten().tolist()) <= {0.0, 1.0}
