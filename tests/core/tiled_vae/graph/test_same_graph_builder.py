"""SAME in stretches equals the untiled network, whose mask is as large as the clip's square."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.api.errors import ModelLoadError
from core.api.region import Span
from core.tiled_vae import WaveformVAE
from core.tiled_vae.graph import token_tasks
from core.tiled_vae.graph.waveform_graph_builder import (
    waveform_decoder_queue,
    waveform_encoder_queue,
)
from core.tiled_vae.planning import waveform_planner
from tests.core.tiled_vae.networks import relative_error
from tests.core.tiled_vae.waveform_networks import (
    LATENT_CHANNELS,
    decode_untiled,
    encode_same_untiled,
    tiny_same,
    uneven_waveform,
)

ROUNDED = 1e-5  # of a deviation; the network turns queries and keys in float32 in any case
NETWORKS = {
    "one level": tiny_same(),
    "two levels": tiny_same((2, 1)),
    "plain attention": tiny_same(differential=False),
    "a wide band": tiny_same((2,), window=3),
}
any_network = pytest.mark.parametrize("vae", NETWORKS.values(), ids=NETWORKS)


@any_network
@settings(max_examples=5, deadline=None)
@given(st.integers(1, 20), st.integers(1, 21), st.integers(1, 2))
def test_decoding_takes_any_length_and_any_chunks(vae, frames, chunk, batch) -> None:
    latents = uneven_waveform(frames, LATENT_CHANNELS, batch)
    found = WaveformVAE(vae, chunk_latents=chunk).decode(latents)
    assert relative_error(found, decode_untiled(vae, latents)) < ROUNDED


@any_network
@settings(max_examples=5, deadline=None)
@given(st.integers(1, 300), st.integers(1, 21), st.integers(1, 2))
def test_encoding_takes_any_length_and_any_chunks(vae, samples, chunk, batch) -> None:
    engine = WaveformVAE(vae, chunk_latents=chunk)
    values = uneven_waveform(samples, 2, batch)
    found = engine.encode_latents(values)
    assert found.shape[2] == engine.encoded_length(samples)
    assert relative_error(found, encode_same_untiled(vae, values)) < ROUNDED


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_blocks_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    vae = NETWORKS["one level"]
    monkeypatch.setitem(token_tasks.BLOCK_TOKENS, "cpu", block)
    latents = uneven_waveform(20, LATENT_CHANNELS)
    found = WaveformVAE(vae, chunk_latents=6).decode(latents)
    assert relative_error(found, decode_untiled(vae, latents)) < ROUNDED


@pytest.mark.parametrize("most", [1, 60, 1000])
def test_pieces_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    vae = NETWORKS["two levels"]
    monkeypatch.setitem(waveform_planner._PIECE_NUMBERS, "cpu", most)
    engine = WaveformVAE(vae, chunk_latents=5)
    latents, samples = uneven_waveform(11, LATENT_CHANNELS), uneven_waveform(500, 2)
    assert relative_error(engine.decode(latents), decode_untiled(vae, latents)) < ROUNDED
    found = engine.encode_latents(samples)
    assert relative_error(found, encode_same_untiled(vae, samples)) < ROUNDED


@any_network
def test_a_latent_frame_beyond_the_reach_of_the_bands_changes_nothing(vae) -> None:
    engine, latents = WaveformVAE(vae), uneven_waveform(60, LATENT_CHANNELS)
    wanted = Span(30 * engine.hop_length, 31 * engine.hop_length)
    read, truth = engine.latents_read(wanted), decode_untiled(vae, latents)
    assert 0 < read.start < read.stop < 60
    for frame, is_equal in (
        (read.start - 1, True),
        (read.start, False),
        (read.stop - 1, False),
        (read.stop, True),
    ):
        changed = latents.clone()
        changed[..., frame] += 1
        found = decode_untiled(vae, changed)
        difference = (found - truth)[..., wanted.slice].abs().max()
        assert (difference < 1e-12) == is_equal, (frame, difference)


def test_the_reach_is_a_latent_frame_for_each_layer() -> None:
    engine = WaveformVAE(tiny_same((12,)))
    read = engine.latents_read(Span(0, engine.hop_length))
    assert read == Span(-11, 13)  # twelve bands wide, and the frame's token comes first


def test_there_is_no_posterior() -> None:
    engine = WaveformVAE(tiny_same())
    assert not engine.has_posterior
    with pytest.raises(TypeError, match="encode_latents"):
        engine.encode(uneven_waveform(90, 2))


@pytest.mark.parametrize(("precision", "tolerance"), [("bfloat16", 0.3), ("float16", 0.05)])
def test_half_precision_stays_close_far_into_a_clip(precision: str, tolerance: float) -> None:
    vae = tiny_same(dtype=torch.float32)
    latents = uneven_waveform(300, LATENT_CHANNELS, dtype=torch.float32)  # 1,500 tokens
    found = WaveformVAE(vae, compute_dtype=precision).decode(latents)
    truth = WaveformVAE(vae).decode(latents)
    end = Span(truth.shape[2] - 120, truth.shape[2]).slice
    error = (found - truth)[..., end].abs().mean() / truth[..., end].std()
    assert found.dtype == torch.float32
    assert 0 < error < tolerance


def test_memory_does_not_depend_on_the_length() -> None:
    engine = WaveformVAE(NETWORKS["one level"])
    short, long = (engine.plan_decode((1, LATENT_CHANNELS, n)) for n in (100, 100_000))
    assert short.peak_bytes == long.peak_bytes


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("proj", nn.Identity()),
        ("blocks.0", nn.Identity()),
        ("blocks.0.transformers.1", nn.Identity()),
        ("blocks.0.transformers.1.norm_ff", nn.LayerNorm(16)),
        ("blocks.0.transformers.1.attn.q_norm", nn.Identity()),
        ("blocks.0.transformers.1.attn", nn.Identity()),
        ("blocks.0.transformers.1.ff", nn.Identity()),
        ("blocks.0.transformers.1.dropout", nn.Dropout()),
    ],
)
def test_an_unknown_layer_is_named(name: str, layer: nn.Module) -> None:
    vae = tiny_same()
    for coder, queue in (("decoder", waveform_decoder_queue), ("encoder", waveform_encoder_queue)):
        parent, _, child = f"{coder}.{name}".rpartition(".")
        setattr(vae.get_submodule(parent), child, layer) if "dropout" in name else (
            vae.set_submodule(f"{coder}.{name}", layer)
        )
        with pytest.raises(ModelLoadError, match=f"{coder}.{name}"):
            queue(vae)
