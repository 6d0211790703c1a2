"""Streaming: exact for short clips, the same for any chunks, and no frame computed twice."""

from collections import Counter

import pytest
import torch

from core.events import TileAdvanced, TileDecoded, TileState
from core.progress import Progress
from core.tiled_vae import sampling, tasks
from core.tiled_vae.sampling import SHORT_TILE_LATENT_FRAMES
from tests.core.tiled_vae.networks import (
    AUDIOLDM,
    BUNDLED,
    EVERY_NAME,
    EVERY_SHAPE,
    LATENT_CHANNELS,
    TWO_LEVELS,
    decoded,
    encoded,
    engine,
    landscape,
    relative_error,
    scale_of,
    tiny_vae,
)

LONG = 140
shapes = pytest.mark.parametrize("shape", EVERY_SHAPE, ids=EVERY_NAME)


@pytest.fixture(autouse=True)
def few_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip of `LONG` latent frames is long."""
    monkeypatch.setattr(sampling, "NUM_WINDOWS", 12)


@shapes
@pytest.mark.parametrize("chunk_latents", [1, 5, 50])
def test_a_short_clip_is_decoded_exactly(shape: dict, chunk_latents: int) -> None:
    vae = tiny_vae(shape)
    latents = landscape(13, 3, LATENT_CHANNELS)
    found = engine(vae, mode="streaming", tile_frames=chunk_latents * scale_of(vae))
    assert relative_error(found.decode(latents), decoded(vae, latents)) < 1e-10


@shapes
@pytest.mark.parametrize("chunk_latents", [1, 5, 50])
def test_a_short_clip_is_encoded_exactly(shape: dict, chunk_latents: int) -> None:
    vae, scale = tiny_vae(shape), scale_of(tiny_vae(shape))
    mel = landscape(13 * scale + scale // 2, 3 * scale, batch=2)
    found = engine(vae, mode="streaming", tile_frames=chunk_latents * scale)
    assert relative_error(found.encode(mel).parameters, encoded(vae, mel)) < 1e-10


@pytest.mark.parametrize("shape", [BUNDLED, TWO_LEVELS], ids=["bundled", "two levels"])
def test_any_chunks_give_the_same_result(shape: dict) -> None:
    vae = tiny_vae(shape)
    latents = landscape(LONG, 2, LATENT_CHANNELS)
    results = [
        engine(vae, mode="streaming", tile_frames=chunk * scale_of(vae)).decode(latents)
        for chunk in (7, 64, LONG)
    ]
    assert all(relative_error(result, results[0]) < 1e-10 for result in results[1:])


def test_a_long_clip_comes_close_to_the_truth() -> None:
    vae = tiny_vae(BUNDLED)
    latents = landscape(LONG, 2, LATENT_CHANNELS)
    found = engine(vae, mode="streaming").decode(latents)
    truth = decoded(vae, latents)
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


@pytest.mark.parametrize("chunk_latents", [1, 3, 8])
def test_no_frame_is_convolved_twice(monkeypatch: pytest.MonkeyPatch, chunk_latents: int) -> None:
    vae = tiny_vae(AUDIOLDM)
    latents = landscape(21, 2, LATENT_CHANNELS)
    streaming = engine(vae, mode="streaming", tile_frames=chunk_latents * 4)
    statistics_pass = engine(vae, mode="exact", tile_frames=SHORT_TILE_LATENT_FRAMES * 4)
    once = convolved_frames(monkeypatch, lambda: engine(vae, mode="off").decode(latents))
    both = convolved_frames(monkeypatch, lambda: streaming.decode(latents))
    before = convolved_frames(monkeypatch, lambda: statistics_pass.decode(latents))
    del before["decoder.conv_out"]  # statistics end at the last group norm
    both.subtract(before)
    assert both == once


def test_the_first_tile_is_done_before_the_last_one_begins() -> None:
    vae = tiny_vae(BUNDLED, torch.float32)
    latents = landscape(LONG, 2, LATENT_CHANNELS, dtype=torch.float32)
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
