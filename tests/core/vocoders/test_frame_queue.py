"""Frames keep their absolute index while the queue grows and drops frames."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Span
from core.vocoders.frame_queue import FrameQueue


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 60))
def test_a_frame_stays_at_its_place_in_the_clip(sizes: list[int], dropped: int) -> None:
    frames = torch.arange(sum(sizes)).float()[:, None].expand(-1, 3)
    queue = FrameQueue()
    for piece in frames.split(sizes):
        queue.append(piece)
    queue.drop_before(dropped)
    assert queue.stop == len(frames)
    kept = Span(min(dropped, len(frames)), len(frames))
    torch.testing.assert_close(queue.take(kept), frames[kept.slice])


@pytest.mark.parametrize("span", [Span(1, 3), Span(3, 7)])
def test_dropped_or_missing_frames_are_refused(span: Span) -> None:
    queue = FrameQueue()
    queue.append(torch.zeros(6, 2))
    queue.drop_before(2)
    with pytest.raises(IndexError, match="not in the queue"):
        queue.take(span)


def test_an_empty_queue_has_no_frames() -> None:
    assert FrameQueue().stop == 0
    with pytest.raises(IndexError):
        FrameQueue().take(Span(0, 1))
