"""Laws of `core.diffusion.prompt_track`."""

from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.api.region import Span
from core.diffusion.prompt_track import PromptTrack, mix_prompts
from core.diffusion.windows import WindowPlan, predict_in_windows
from tests.core.diffusion.gaussian_model import shift
from tests.core.diffusion.test_windows import whole

T = torch.tensor(500)


def track_of(*starts: int, fade_frames: int = 4) -> PromptTrack:
    return PromptTrack(tuple(shift() for _ in starts), starts, fade_frames)


tracks = st.builds(
    lambda gaps, fade: track_of(*torch.tensor([0, *gaps]).cumsum(0).tolist(), fade_frames=fade),
    st.lists(st.integers(1, 20), max_size=6),
    st.integers(0, 30),
)


def saying(value: float):
    return lambda x, t, windows: torch.full_like(x, value)


@given(tracks, st.integers(0, 60), st.integers(1, 60))
def test_at_every_frame_the_weights_sum_to_one(track: PromptTrack, start: int, length: int) -> None:
    span = Span(start, start + length)
    weights = [track.weights(index, span) for index in range(len(track.starts))]

    assert all(bool(((weight >= 0) & (weight <= 1)).all()) for weight in weights)
    torch.testing.assert_close(torch.stack(weights).sum(0), torch.ones(length, 1))


@given(tracks)
def test_far_from_the_others_a_prompt_has_all_weight(track: PromptTrack) -> None:
    last = len(track.starts) - 1
    after = track.starts[-1] + track.fade_frames

    assert track.weights(last, Span(after, after + 5)).tolist() == [[1.0]] * 5


def test_two_prompts_meet_halfway_where_the_second_begins() -> None:
    weights = track_of(0, 10, fade_frames=4).weights(1, Span(6, 14)).flatten()

    assert weights.tolist() == [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1]


def test_a_prompt_is_predicted_only_where_it_is_active() -> None:
    asked: list[float] = []

    def predict(value: float):
        def of(x: Tensor, t: Tensor, windows: Sequence[Span]) -> Tensor:
            asked.append(value)
            return torch.full_like(x, value)

        return of

    clip = predict_in_windows(
        mix_prompts(track_of(0, 40), [predict(1.0), predict(2.0)]), WindowPlan(80, 16, 4)
    )
    values = whole(clip, torch.zeros(1, 1, 80, 1), T).flatten()

    assert values[:38].tolist() == [1.0] * 38
    torch.testing.assert_close(values[42:], torch.full((38,), 2.0))
    assert len(asked) <= len(WindowPlan(80, 16, 4).windows) + 2


@given(at_once=st.integers(1, 6), batch=st.integers(1, 2))
def test_windows_in_one_call_equal_windows_one_by_one(at_once: int, batch: int) -> None:
    predict = mix_prompts(
        track_of(0, 13, 21, fade_frames=6), [saying(1.0), saying(2.0), saying(4.0)]
    )
    plan, latents = WindowPlan(50, 16, 4), torch.zeros(batch, 1, 50, 1)

    together = whole(predict_in_windows(predict, plan, windows_at_once=at_once), latents, T)

    torch.testing.assert_close(together, whole(predict_in_windows(predict, plan), latents, T))


def test_one_prompt_alone_is_its_prediction_bit_for_bit() -> None:
    x = torch.randn(1, 2, 8, 4, generator=torch.Generator().manual_seed(0))

    predict = mix_prompts(track_of(0), [lambda x, t, windows: x.sin() / 3])

    assert torch.equal(predict(x, T, [Span(0, 8)]), x.sin() / 3)


@pytest.mark.parametrize("starts", [(), (1,), (0, 5, 5), (0, 5, 3)])
def test_prompts_out_of_order_are_refused(starts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="begin at 0 and follow"):
        track_of(*starts)
