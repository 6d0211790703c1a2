"""Laws of `core.diffusion.windows`."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.api.config import Blend
from core.api.region import Span
from core.diffusion.latent_clip import ClipInMemory
from core.diffusion.prompt_track import Predict, PredictWindows
from core.diffusion.windows import PredictClip, WindowPlan, windowed, windows_together
from tests.core.diffusion.gaussian_model import GaussianModel

plans = st.builds(
    lambda frames, window, overlap: WindowPlan(frames, window, overlap % window),
    st.integers(1, 200),
    st.integers(1, 40),
    st.integers(0, 39),
)


def anywhere(predict: Predict) -> PredictWindows:
    return lambda x, t, windows: predict(x, t)


def whole(predict: PredictClip, latents: Tensor, timestep: Tensor) -> Tensor:
    """The prediction of a clip in memory."""
    return torch.cat(list(predict(ClipInMemory(latents).read, timestep)), dim=2)


@given(plans, st.sampled_from(list(Blend)), st.integers(1, 5))
def test_a_prediction_that_does_not_look_around_is_left_as_it_is(
    plan: WindowPlan, blend: Blend, at_once: int
) -> None:
    latents = torch.randn(2, 3, plan.num_frames, 2, generator=torch.Generator().manual_seed(0))
    predict = windowed(anywhere(lambda x, t: x * t + 1), plan, blend, at_once)

    torch.testing.assert_close(whole(predict, latents, torch.tensor(2.0)), latents * 2 + 1)


def test_the_denoiser_never_sees_more_than_one_window() -> None:
    lengths: list[int] = []

    def predict(latents: Tensor, timestep: Tensor) -> Tensor:
        lengths.append(latents.shape[2])
        return latents

    plan = WindowPlan(1000, 64, 16)
    whole(windowed(anywhere(predict), plan), torch.zeros(1, 1, 1000, 1), torch.tensor(0))

    assert set(lengths) == {64}


def test_several_windows_go_through_the_denoiser_in_one_call() -> None:
    seen: list[tuple[int, list[int]]] = []

    def predict(latents: Tensor, timestep: Tensor, windows: Sequence[Span]) -> Tensor:
        seen.append((len(latents), [window.start for window in windows]))
        return latents

    latents = torch.zeros(2, 1, 20, 1)
    whole(windowed(predict, WindowPlan(20, 8, 2), windows_at_once=2), latents, torch.tensor(0))

    assert seen == [(4, [0, 6]), (2, [12])]


def test_one_window_is_the_plain_prediction_bit_for_bit() -> None:
    latents = torch.randn(1, 2, 64, 4, generator=torch.Generator().manual_seed(0))
    predict = windowed(anywhere(lambda x, t: x.sin() / 3), WindowPlan(64, 64, 16))

    assert torch.equal(whole(predict, latents, torch.tensor(0)), latents.sin() / 3)


def test_neighbours_meet_halfway_in_their_overlap() -> None:
    calls = iter((0.0, 1.0))
    each = anywhere(lambda x, t: torch.full_like(x, next(calls)))
    predict = windowed(each, WindowPlan(12, 8, 4))

    values = whole(predict, torch.zeros(1, 1, 12, 1), torch.tensor(0))[0, 0, :, 0]

    assert values[:4].tolist() == [0.0] * 4
    assert values[8:].tolist() == [1.0] * 4
    assert (values[4:8].diff() > 0).all()
    assert values[5] + values[6] == pytest.approx(1.0)


def test_swapping_gives_each_frame_to_one_window_in_turns() -> None:
    calls = iter((1.0, 2.0))
    each = anywhere(lambda x, t: torch.full_like(x, next(calls)))
    predict = windowed(each, WindowPlan(12, 8, 4), Blend.SWAP)

    values = whole(predict, torch.zeros(1, 1, 12, 1), torch.tensor(0))[0, 0, :, 0]

    assert values.tolist() == [1.0] * 4 + [1.0, 2.0, 1.0, 2.0] + [2.0] * 4


@given(plans, st.integers(1, 5))
def test_a_prediction_is_released_once_nothing_reads_it(plan: WindowPlan, at_once: int) -> None:
    read: list[Span] = []

    def reading(span: Span) -> Tensor:
        read.append(span)
        return torch.zeros(1, 1, span.length, 1)

    stop = 0
    predict = windowed(anywhere(lambda x, t: x), plan, windows_at_once=at_once)
    for piece in predict(reading, torch.tensor(0)):
        assert all(span.start >= stop for span in read)
        read.clear()
        stop += piece.shape[2]
    assert stop == plan.num_frames


@pytest.mark.parametrize(("window_frames", "together"), [(64, 2), (1024, 2), (2048, 1)])
def test_small_windows_are_predicted_together(window_frames: int, together: int) -> None:
    model = GaussianModel()  # 4 mel frames a latent frame, 4 rows
    model.card = replace(model.card, window_frames=window_frames)
    assert windows_together(model) == together
