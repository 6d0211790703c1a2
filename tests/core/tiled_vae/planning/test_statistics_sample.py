"""The sample stands for the clip: in its statistics and in what attention sees."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tiled_vae.executors.stream_stages import AttentionStage
from core.tiled_vae.graph.barriers import Attention, KeysValues
from core.tiled_vae.graph.geometry import whole_region
from core.tiled_vae.graph.graph_builder import decoder_queue
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.planning.statistics_sample import (
    NUM_WINDOWS,
    Sample,
    is_short,
    num_windows,
    sampling_dtype,
    window_tiling,
)
from tests.core.tiled_vae.networks import AUDIOLDM, relative_error, tiny_vae, uneven_input

CPU = torch.device("cpu")


@settings(max_examples=15)
@given(batch=st.integers(1, 3), unit=st.sampled_from([1, 4]), more=st.integers(1, 70))
def test_windows_are_pieces_of_the_clip(batch: int, unit: int, more: int) -> None:
    length = (NUM_WINDOWS * 8 + more) * unit
    source = uneven_input(length, 3, 2, batch)
    assert not is_short(whole_region(length, 3), unit)
    sample = Sample.from_windows(source, unit)
    frames = window_tiling(3, unit).tiles[0].padded.time.length
    windows = sample.values.view(len(sample.weights), batch, 2, frames, 3)
    pieces = {source[:, :, at : at + frames].numpy().tobytes() for at in range(0, length, unit)}
    assert all(window.numpy().tobytes() in pieces for window in windows)


def test_a_longer_clip_takes_more_windows_up_to_a_limit() -> None:
    counts = [num_windows(places) for places in (1, 128, 249, 1000, 100_000)]
    assert counts == [1, 42, 50, 60, NUM_WINDOWS - 1]


def test_a_shrunk_clip_is_one_window_of_the_same_look() -> None:
    source = uneven_input(NUM_WINDOWS * 8 * 3, 3, 2)
    sample = Sample.downsampled(source, 1)
    assert sample.values.shape == (1, 2, NUM_WINDOWS * 8, 3)
    assert torch.allclose(sample.values.mean((2, 3)), source.mean((2, 3)), atol=0.05)
    moments = Moments.of(sample.values, 2)
    assert torch.equal(sample.pool(moments).mean, moments.mean)
    seen = KeysValues(*2 * [torch.zeros(1, 1, NUM_WINDOWS * 8 * 3, 4)])
    counts = sample.far(seen, source.shape[2]).counts
    assert counts is not None
    assert torch.allclose(counts, torch.tensor(3.0))


def test_pooled_moments_repeat_each_window_by_its_weight() -> None:
    windows = uneven_input(20, 3, 4, batch=6)  # three windows of two samples
    weights = torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)
    found = Moments.of(windows, 2).pooled(weights)
    for sample in range(2):
        first, second, third = windows[sample::2]
        expected = Moments.of(torch.cat([first, first, second, third], dim=1)[None], 2)
        assert torch.allclose(found.mean[sample], expected.mean[0], atol=1e-5)
        assert torch.allclose(found.variance[sample], expected.variance[0], rtol=1e-5)


def attention() -> Attention:
    queue = decoder_queue(tiny_vae(AUDIOLDM).requires_grad_(False))
    return next(task for task in queue if isinstance(task, Attention))


def test_a_place_counted_twice_is_seen_as_two_places() -> None:
    task = attention()
    patch = Patch(uneven_input(6, 2, 16), whole_region(6, 2), whole_region(6, 2))
    seen = task.summarise(uneven_input(5, 2, 16))
    twice = KeysValues(*(torch.cat([part, part[:, :, :3]], dim=2) for part in seen[:2]))
    counts = torch.ones(10, dtype=torch.float64)
    counts[:3] = 2
    counted = seen._replace(counts=counts)
    expected = task.attend(patch, [twice]).values
    assert relative_error(task.attend(patch, [counted]).values, expected) < 1e-10
    parts = [
        KeysValues(seen.keys[:, :, part], seen.values[:, :, part], counts[part])
        for part in (slice(0, 4), slice(4, 10))
    ]
    assert relative_error(task.attend(patch, parts).values, expected) < 1e-10


def streamed(task: Attention, clip: Patch, far: KeysValues | None) -> torch.Tensor:
    stage = AttentionStage(task, block_frames=4, far=far)
    output = stage.push(task, clip)
    assert output is not None
    return output.values


def test_far_places_bring_attention_nearer_to_the_whole_clip() -> None:
    task = attention()
    clip = Patch(uneven_input(60, 2, 16), whole_region(60, 2), whole_region(60, 2))
    truth = task.attend(clip, [task.summarise(clip.values)]).values
    every_third = KeysValues(
        *(part[:, :, ::3] for part in task.summarise(clip.values)[:2]), torch.full((40,), 3.0)
    )
    near_only = (streamed(task, clip, None) - truth).abs().mean()
    with_far = (streamed(task, clip, every_third) - truth).abs().mean()
    assert with_far < 0.5 * near_only


def test_only_float32_on_the_cpu_is_sampled_in_half_precision() -> None:
    for dtype in (torch.float64, torch.bfloat16, torch.float16):
        assert sampling_dtype(CPU, dtype) == dtype
    assert sampling_dtype(torch.device("meta"), torch.float32) == torch.float32
    assert sampling_dtype(CPU, torch.float32) == torch.bfloat16  # the tests' processor is faster so
