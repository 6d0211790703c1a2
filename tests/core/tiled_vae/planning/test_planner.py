import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.config import TilingMode
from core.tiled_vae.planning.planner import LONGEST_TILE_FRAMES
from tests.core.tiled_vae.networks import AUDIOLDM, BUNDLED, LATENT_CHANNELS, engine, tiny_vae

VAE = tiny_vae(AUDIOLDM)
PEAK = engine(VAE).plan_decode((1, LATENT_CHANNELS, 400, 4)).peak_bytes


def plan(frames: int = 400, **config):
    return engine(VAE, **config).plan_decode((1, LATENT_CHANNELS, frames, 4))


@given(st.floats(0.65, 1.2))
def test_a_plan_never_exceeds_the_budget(part: float) -> None:
    budget = int(PEAK * part)
    chosen = plan(memory_budget=budget, offload="cpu")
    assert chosen.peak_bytes <= budget


@given(st.floats(0.3, 1.0), st.floats(0.3, 1.0))
def test_more_memory_never_means_shorter_tiles(one: float, other: float) -> None:
    small, large = sorted((one, other))
    config = {"offload": "cpu"}
    shorter = plan(memory_budget=int(PEAK * small), **config)
    longer = plan(memory_budget=int(PEAK * large), **config)
    assert len(longer.tiles) <= len(shorter.tiles)


@given(st.integers(1, 900))
def test_the_tiles_cover_the_output_exactly_once(frames: int) -> None:
    chosen = plan(frames, memory_budget=1 << 40)
    assert sum(tile.area for tile in chosen.tiles) == frames * 4 * 16
    assert [tile.time.start for tile in chosen.tiles] == sorted(
        tile.time.start for tile in chosen.tiles
    )
    assert max(tile.time.length for tile in chosen.tiles) <= LONGEST_TILE_FRAMES


def test_the_length_that_was_asked_for_is_kept() -> None:
    assert {tile.time.length for tile in plan(tile_frames=160).tiles} == {160}


@pytest.mark.parametrize("mode", ["exact", "streaming", "padded", "off"])
def test_a_mode_that_was_asked_for_is_kept(mode: str) -> None:
    assert plan(mode=mode).mode == mode


def test_auto_is_exact_where_it_fits_and_streams_otherwise() -> None:
    frames = 4000
    exact_bytes = plan(frames).peak_bytes
    assert plan(frames, mode="auto", memory_budget=exact_bytes).mode is TilingMode.EXACT
    assert plan(frames, mode="auto", memory_budget=exact_bytes // 3).mode is TilingMode.STREAMING


def test_streaming_needs_no_more_for_a_longer_clip() -> None:
    peaks = {plan(frames, mode="streaming").peak_bytes for frames in (600, 2400, 9600)}
    assert max(peaks) < 1.05 * min(peaks)


def test_half_precision_at_rest_needs_less() -> None:
    assert plan(store_dtype="float16").peak_bytes < 0.6 * plan().peak_bytes


@pytest.mark.parametrize("mode", ["exact", "streaming", "padded", "off", "auto"])
def test_the_choice_is_explained_in_one_line(mode: str) -> None:
    explanation = plan(1000, mode=mode).explanation
    assert "\n" not in explanation
    assert explanation.endswith(".")
    assert "MB" in explanation
    assert ("approximate" in explanation) == (mode in ("streaming", "padded"))


def test_streaming_a_short_clip_is_said_to_be_exact() -> None:
    assert "exact" in plan(100, mode="streaming").explanation


def test_a_context_window_is_planned_by_itself() -> None:
    vae = tiny_vae(BUNDLED)
    shape = (1, LATENT_CHANNELS, 400, 4)
    whole = engine(vae).plan_decode(shape)
    windowed = engine(vae, context=512).plan_decode(shape)
    assert windowed.peak_bytes < whole.peak_bytes / 2
    assert sum(tile.area for tile in windowed.tiles) == 400 * 8 * 4 * 8
