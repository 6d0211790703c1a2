"""Windows of a long clip are made one after another, and each knows what was made before."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.api.events import DenoisingStep
from core.api.progress import Progress
from core.api.region import Span
from core.diffusion.inpainting import (
    ClipWindow,
    Inpainting,
    SourceLatents,
    WindowProgress,
    continue_windows,
)
from core.diffusion.latent_clip import ClipInMemory
from core.diffusion.windows import WindowPlan


def ramp(num_frames: int) -> Tensor:
    return torch.arange(num_frames, dtype=torch.float32)[None, None, :, None]


@given(st.integers(2, 9), st.integers(1, 40), st.data())
def test_each_window_knows_all_before_it_and_nothing_else(window: int, more: int, data) -> None:
    overlap = data.draw(st.integers(1, window - 1))
    num_frames = window + more
    spans = WindowPlan(num_frames, window, overlap).windows
    clip, end = ClipInMemory(ramp(num_frames)), 0

    def denoise(one: ClipWindow) -> Tensor:
        nonlocal end
        made = max(0, end - one.span.start)
        if one.number == 0:
            assert one.known is None
        else:
            assert one.known is not None
            assert one.known.weights[0, 0, :, 0].tolist() == [1] * made + [0] * (window - made)
            known = one.known.latents[:, :, :made]
            torch.testing.assert_close(known, 1000 + ramp(num_frames)[:, :, one.span.start : end])
        end = one.span.stop
        return 1000 + ramp(num_frames)[:, :, one.span.slice]

    continue_windows(clip, spans, denoise)
    torch.testing.assert_close(clip.latents, 1000 + ramp(num_frames))


def test_what_is_known_beside_and_the_source_are_those_of_the_window() -> None:
    clip, known = ClipInMemory(torch.zeros(1, 1, 10, 1)), ramp(10) + 50
    weights = (ramp(10) >= 8).float()
    seen: list[ClipWindow] = []

    def denoise(one: ClipWindow) -> Tensor:
        seen.append(one)
        return one.noise - 1

    spans = (Span(0, 6), Span(4, 10))
    source, inpainting = SourceLatents(ramp(10), 0.5), Inpainting(known, weights)
    continue_windows(clip, spans, denoise, source=source, inpainting=inpainting)
    first, second = seen
    assert first.known is not None
    assert first.known.weights.sum() == 0
    assert second.known is not None
    assert second.known.weights[0, 0, :, 0].tolist() == [1, 1, 0, 0, 1, 1]
    assert second.known.latents[0, 0, :, 0].tolist() == [-1, -1, 56, 57, 58, 59]
    assert second.source is not None
    assert second.source.latents[0, 0, :, 0].tolist() == [4, 5, 6, 7, 8, 9]


def test_steps_are_counted_over_all_windows() -> None:
    events: list[DenoisingStep] = []
    progress = WindowProgress(Progress(events.append), 1, 3, Span(20, 50))
    progress.emit(DenoisingStep(2, 8, ramp(4)[0].numpy()))
    assert (events[0].step, events[0].num_steps, events[0].frames) == (10, 24, Span(20, 50))
