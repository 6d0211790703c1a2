"""Streaming: exact for short clips, equal for any chunks, and no frame is computed twice."""

from collections import Counter

import pytest
import torch

from core.api.events import TileAdvanced, TileDecoded, TileState
from core.api.progress import Progress
from core.tiled_vae.executors import job
from core.tiled_vae.executors.activation_store import ActivationStore
from core.tiled_vae.executors.streaming import StreamingExecutor
from core.tiled_vae.executors.synchronous import SynchronousExecutor
from core.tiled_vae.graph import tasks
from core.tiled_vae.graph.geometry import whole_region
from core.tiled_vae.graph.tiling import shared_tiles
from core.tiled_vae.planning import statistics_sample
from tests.core.tiled_vae.networks import (
    ATTENTION,
    AUDIOLDM,
    BUNDLED,
    EVERY_NAME,
    EVERY_SHAPE,
    LATENT_CHANNELS,
    TWO_LEVELS,
    decode_untiled,
    encode_untiled,
    engine,
    relative_error,
    scale_of,
    tiny_vae,
    uneven_input,
)

LONG = 140
shapes = pytest.mark.parametrize("shape", EVERY_SHAPE, ids=EVERY_NAME)


@pytest.fixture(autouse=True)
def few_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip of `LONG` latent frames is long."""
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 12)


@pytest.fixture
def exact_statistics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams have the exact statistics, and attention attends to the whole clip."""

    def collect_statistics(self: job.TilingJob) -> statistics_sample.ClipStatistics:
        area = whole_region(*self.source.shape[2:])
        tiling = shared_tiles(area, (area.time.length, area.bins.length))
        runner = self._make_runner(self.source, tiling, ActivationStore(self.device), {})
        return statistics_sample.ClipStatistics(
            SynchronousExecutor(runner, Progress()).collect_statistics(), {}
        )

    monkeypatch.setattr(job, "is_short", lambda *_: False)
    monkeypatch.setattr(job, "ATTENTION_LATENT_FRAMES", 50)
    monkeypatch.setattr(job.TilingJob, "_sampled_statistics", collect_statistics)


@shapes
def test_a_short_clip_is_decoded_exactly(shape: dict) -> None:
    vae = tiny_vae(shape)
    latents = uneven_input(13, 3, LATENT_CHANNELS)
    found = engine(vae, mode="streaming", tile_frames=5 * scale_of(vae))
    assert relative_error(found.decode(latents), decode_untiled(vae, latents)) < 1e-10


@shapes
@pytest.mark.parametrize("chunk_latents", [1, 5, 50])
def test_with_exact_statistics_a_stream_decodes_exactly(
    exact_statistics: None, shape: dict, chunk_latents: int
) -> None:
    vae = tiny_vae(shape)
    latents = uneven_input(13, 3, LATENT_CHANNELS)
    found = engine(vae, mode="streaming", tile_frames=chunk_latents * scale_of(vae))
    assert relative_error(found.decode(latents), decode_untiled(vae, latents)) < 1e-10


@shapes
@pytest.mark.parametrize("chunk_latents", [1, 5, 50])
def test_with_exact_statistics_a_stream_encodes_exactly(
    exact_statistics: None, shape: dict, chunk_latents: int
) -> None:
    vae, scale = tiny_vae(shape), scale_of(tiny_vae(shape))
    mel = uneven_input(13 * scale + scale // 2, 3 * scale, batch=2)
    found = engine(vae, mode="streaming", tile_frames=chunk_latents * scale)
    assert relative_error(found.encode(mel).parameters, encode_untiled(vae, mel)) < 1e-10


@pytest.mark.parametrize(
    "shape", [BUNDLED, TWO_LEVELS, ATTENTION], ids=["bundled", "two levels", "attention"]
)
def test_any_chunks_give_the_same_result(shape: dict) -> None:
    vae = tiny_vae(shape)
    latents = uneven_input(LONG, 2, LATENT_CHANNELS)
    results = [
        engine(vae, mode="streaming", tile_frames=chunk * scale_of(vae)).decode(latents)
        for chunk in (7, 64, LONG)
    ]
    assert all(relative_error(result, results[0]) < 1e-10 for result in results[1:])


def test_whether_a_clip_is_short_depends_on_windows_not_chunks() -> None:
    vae = tiny_vae(TWO_LEVELS)
    for frames, is_exact in ((12 * 8, True), (12 * 8 + 1, False)):
        latents = uneven_input(frames, 2, LATENT_CHANNELS)
        found = engine(vae, mode="streaming").decode(latents)
        assert (relative_error(found, decode_untiled(vae, latents)) < 1e-10) == is_exact


@pytest.mark.parametrize("shape", [BUNDLED, ATTENTION], ids=["bundled", "attention"])
def test_a_long_clip_comes_close_to_the_truth(shape: dict) -> None:
    vae = tiny_vae(shape)
    latents = uneven_input(LONG, 2, LATENT_CHANNELS)
    found = engine(vae, mode="streaming").decode(latents)
    truth = decode_untiled(vae, latents)
    assert 0 < (found - truth).abs().mean() / truth.std() < 0.2


def convolved_frames(monkeypatch: pytest.MonkeyPatch, run) -> Counter[str]:
    """Frames that each convolution gave, by its name."""
    frames: Counter[str] = Counter()

    def counting(original):
        def counted(self, patch, wanted):
            result = original(self, patch, wanted)
            frames[self.name] += result.values.shape[2]
            return result

        return counted

    with monkeypatch.context() as patched:
        for kind in (tasks.Pointwise, tasks.Convolution, tasks.Downsample, tasks.Upsample):
            patched.setattr(kind, "run", counting(kind.run))
        run()
    return frames


@shapes
@pytest.mark.parametrize("chunk_latents", [1, 3])
def test_no_frame_of_a_short_clip_is_convolved_twice(
    monkeypatch: pytest.MonkeyPatch, shape: dict, chunk_latents: int
) -> None:
    vae, scale = tiny_vae(shape), scale_of(tiny_vae(shape))
    latents, mel = (
        uneven_input(7, 2, LATENT_CHANNELS),
        uneven_input(7 * scale + scale // 2, 2 * scale),
    )
    whole = engine(vae, mode="off")
    tiled = engine(vae, mode="streaming", tile_frames=chunk_latents * scale)
    once = convolved_frames(monkeypatch, lambda: whole.decode(latents))
    assert convolved_frames(monkeypatch, lambda: tiled.decode(latents)) == once
    once = convolved_frames(monkeypatch, lambda: whole.encode(mel))
    assert convolved_frames(monkeypatch, lambda: tiled.encode(mel)) == once


@pytest.mark.parametrize("chunk_latents", [3, 50])
def test_outside_the_sample_no_frame_is_convolved_twice(
    monkeypatch: pytest.MonkeyPatch, chunk_latents: int
) -> None:
    vae = tiny_vae(AUDIOLDM)
    latents = uneven_input(LONG, 2, LATENT_CHANNELS)
    once = convolved_frames(monkeypatch, lambda: engine(vae, mode="off").decode(latents))
    streaming = engine(vae, mode="streaming", tile_frames=chunk_latents * 4)
    both = convolved_frames(monkeypatch, lambda: streaming.decode(latents))
    monkeypatch.setattr(StreamingExecutor, "run", lambda self: iter([]))
    sample = convolved_frames(monkeypatch, lambda: list(streaming.decode_tiles(latents)))
    both.subtract(sample)
    assert both == once


def test_the_first_tile_is_done_before_the_last_one_begins() -> None:
    vae = tiny_vae(BUNDLED, torch.float32)
    latents = uneven_input(LONG, 2, LATENT_CHANNELS, dtype=torch.float32)
    events: list[object] = []
    engine(vae, mode="streaming", tile_frames=64 * 8).decode(latents, Progress(events.append))
    last = max(event.tile for event in events if isinstance(event, TileAdvanced))
    began = next(
        i
        for i, event in enumerate(events)
        if isinstance(event, TileAdvanced)
        and (event.tile, event.state) == (last, TileState.RUNNING)
    )
    decoded_tiles = [i for i, event in enumerate(events) if isinstance(event, TileDecoded)]
    assert decoded_tiles[0] < began
    assert len(decoded_tiles) == last + 1
