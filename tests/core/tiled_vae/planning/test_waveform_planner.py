"""Chunks of a waveform cover it, and are as long as the memory allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import DeviceMemoryError
from core.tiled_vae.planning.waveform_planner import LONGEST_CHUNK
from core.tiled_vae.waveform_vae import WaveformVAE
from tests.core.tiled_vae.waveform_networks import EVERY_RATIOS, LATENT_CHANNELS, tiny_oobleck

NETWORKS = [tiny_oobleck(ratios) for ratios in EVERY_RATIOS]


@given(st.sampled_from(NETWORKS), st.integers(1, 300), st.integers(1, 40), st.booleans())
def test_chunks_cover_the_input_and_their_results_the_output(
    vae, frames: int, chunk: int, is_decoding: bool
) -> None:
    engine = WaveformVAE(vae, chunk_latents=chunk)
    if is_decoding:
        plan = engine.plan_decode((1, LATENT_CHANNELS, frames))
        num_results = engine.decoded_length(frames)
    else:
        frames += engine.samples_of_one_latent
        plan, num_results = engine.plan_encode((1, 2, frames)), engine.encoded_length(frames)
    for spans, size in ((plan.chunks, frames), (plan.results, num_results)):
        assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
        assert spans[-1].stop == size
    assert max(span.length for span in plan.chunks) < (chunk + 1) * plan.unit


def test_a_smaller_budget_gives_shorter_chunks_and_none_too_small_is_taken() -> None:
    vae, shape = NETWORKS[0], (1, LATENT_CHANNELS, 1000)
    free = WaveformVAE(vae).plan_decode(shape)
    assert len(free.chunks) == -(-1000 // LONGEST_CHUNK)
    tight = WaveformVAE(vae, memory_budget=free.peak_bytes * 3 // 4).plan_decode(shape)
    assert tight.peak_bytes <= free.peak_bytes * 3 // 4
    assert len(tight.chunks) > len(free.chunks)
    with pytest.raises(DeviceMemoryError, match="at least"):
        WaveformVAE(vae, memory_budget=100).plan_decode(shape)


def test_memory_does_not_depend_on_the_length() -> None:
    engine = WaveformVAE(NETWORKS[0])
    short, long = (engine.plan_encode((1, 2, samples)) for samples in (10_000, 10_000_000))
    assert short.peak_bytes == long.peak_bytes
    assert engine.plan_encode((2, 2, 10_000)).peak_bytes > short.peak_bytes
