"""Clips in memory and on the disk are one thing to whoever works on them."""

import gc
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.progress import Progress
from core.api.region import Span
from core.api.request import Scheduler
from core.diffusion.denoising import denoise, denoise_clip
from core.diffusion.latent_clip import (
    STRETCH_FRAMES,
    ClipInMemory,
    ClipOnDisk,
    LatentClip,
    all_finite,
    stretches,
)
from core.diffusion.noise import draw_noise, draw_noise_clip
from tests.core.diffusion.gaussian_model import GaussianModel, shift

LONG = 2 * STRETCH_FRAMES + 77
SHAPE = (1, 3, 20, 2)
spans = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda ends: Span(*sorted(ends)))


@given(st.lists(spans, max_size=5), spans)
def test_written_latents_are_read_at_any_span(written: list[Span], read: Span) -> None:
    clips: list[LatentClip] = [
        ClipInMemory(torch.zeros(SHAPE)),
        ClipOnDisk(SHAPE, torch.device("cpu")),
    ]
    expected = torch.zeros(SHAPE)
    for clip in clips:
        clip.write(Span(0, 20), expected)
    for number, span in enumerate(written):
        values = torch.randn(1, 3, span.length, 2, generator=torch.Generator().manual_seed(number))
        expected[:, :, span.slice] = values
        for clip in clips:
            clip.write(span, values)
    for clip in clips:
        assert torch.equal(clip.read(read), expected[:, :, read.slice])
        assert np.array_equal(clip.mapped(), expected[0].numpy())


def test_latents_that_were_read_stay_when_the_clip_changes() -> None:
    given_ = torch.zeros(SHAPE)
    clip = ClipInMemory(given_)
    before = clip.read(Span(0, 5))
    clip.write(Span(3, 8), torch.ones(1, 3, 5, 2))

    assert not before.any()
    assert not given_.any()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_one_nan_is_found_in_any_stretch(value: float) -> None:
    clip = ClipInMemory(torch.zeros(1, 1, LONG, 1))
    assert all_finite(clip)
    clip.write(Span(LONG - 1, LONG), torch.full((1, 1, 1, 1), value))
    assert not all_finite(clip)


@given(st.integers(1, 50), st.integers(1, 20))
def test_stretches_cover_a_clip_once(num_frames: int, stretch_frames: int) -> None:
    covered = [frame for s in stretches(num_frames, stretch_frames) for frame in range(*s_of(s))]
    assert covered == list(range(num_frames))


def s_of(span: Span) -> tuple[int, int]:
    return span.start, span.stop


@pytest.mark.parametrize("kind", list(Scheduler))
def test_a_clip_on_the_disk_equals_one_in_memory_bit_for_bit(kind: Scheduler) -> None:
    model = GaussianModel()
    clip = draw_noise_clip(model, LONG, seed=1)
    assert isinstance(clip, ClipOnDisk)
    denoise_clip(model, shift(), clip, **_way(model, kind))

    in_memory = denoise(model, shift(), draw_noise(model, LONG, seed=1), **_way(model, kind))
    assert torch.equal(clip.read(Span(0, LONG)), in_memory)


def test_nothing_of_a_clip_on_the_disk_stays_in_memory() -> None:
    """Python's own view: arrays that NumPy holds, which is what is read from the disk."""
    short, long = 2 * STRETCH_FRAMES, 8 * STRETCH_FRAMES
    latent_bytes = 2 * 4 * 4  # channels, rows, bytes of a value
    assert _peak_bytes(long) - _peak_bytes(short) < (long - short) * latent_bytes


def _peak_bytes(num_frames: int) -> int:
    model = GaussianModel()
    model.window_frames = 512  # few windows: each is some small objects
    gc.collect()
    tracemalloc.start()
    clip = draw_noise_clip(model, num_frames, seed=1)
    denoise_clip(model, shift(), clip, **_way(model, Scheduler.DPM_SOLVER))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _way(model: GaussianModel, kind: Scheduler) -> dict:
    return {
        "scheduler": model.noise_path.make_scheduler(kind),
        "num_inference_steps": 3,
        "guidance_scale": 1.0,
        "seed": 1,
        "progress": Progress(),
    }
