"""A stream of a waveform: what it says, how it is cancelled, and what becomes of failures."""

import pytest
import torch

from core.api.errors import Cancelled, DeviceMemoryError, NonFiniteError
from core.api.events import Notice, TileAdvanced, TilePlanned, TileState
from core.api.progress import Progress
from core.kernels import strided_products
from core.tiled_vae.graph.waveform_tasks import DilatedConvolution
from core.tiled_vae.planning import waveform_planner
from core.tiled_vae.waveform_vae import WaveformVAE
from tests.core.tiled_vae.networks import relative_error
from tests.core.tiled_vae.waveform_networks import (
    LATENT_CHANNELS,
    decode_untiled,
    encode_untiled,
    tiny_oobleck,
    uneven_waveform,
)

FLUSHED = 23  # latent frames in front of the last one, which it makes complete
BLOWN_UP = "decoder.block.0.res_unit2.conv1"


def test_every_chunk_is_planned_run_and_done_in_turn() -> None:
    events: list[object] = []
    engine = WaveformVAE(tiny_oobleck(), chunk_latents=5)
    engine.decode(uneven_waveform(23, LATENT_CHANNELS), Progress(events.append))
    assert isinstance(events[0], TilePlanned)
    assert len(events[0].tiles) == 5
    for tile in range(5):
        states = [e.state for e in events if isinstance(e, TileAdvanced) and e.tile == tile]
        assert states == [
            TileState.WAITING,
            TileState.RUNNING,
            TileState.PARKED,
            TileState.DONE,
        ]


def test_it_can_be_cancelled_between_chunks_and_used_again() -> None:
    vae = tiny_oobleck()
    engine, progress = WaveformVAE(vae, chunk_latents=8), Progress()
    latents = uneven_waveform(60, LATENT_CHANNELS)
    stretches = engine.decode_stretches(latents, progress)
    next(stretches)
    progress.cancel()
    with pytest.raises(Cancelled):
        next(stretches)
    assert relative_error(engine.decode(latents), decode_untiled(vae, latents)) < 1e-12


def test_kernels_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    converted, convert = [], DilatedConvolution.to

    def count(task: DilatedConvolution, *args: object) -> DilatedConvolution:
        converted.append(task.name)
        return convert(task, *args)

    monkeypatch.setattr(DilatedConvolution, "to", count)
    engine, latents = WaveformVAE(tiny_oobleck()), uneven_waveform(20, LATENT_CHANNELS)
    first, second = engine.decode(latents), engine.decode(latents)
    assert torch.equal(first, second)
    assert len(converted) == len(set(converted)) > 0


@pytest.mark.parametrize("most_frames", [1, 7])
def test_a_chunk_too_large_for_the_memory_is_halved(
    monkeypatch: pytest.MonkeyPatch, most_frames: int
) -> None:
    vae = tiny_oobleck()
    engine = WaveformVAE(vae, chunk_latents=50)
    run, refused = DilatedConvolution.run, []

    def run_if_small(self, patch, wanted):
        if (
            "conv1" in self.name
            and wanted.time.length > (most_frames + FLUSHED) * engine.hop_length
        ):
            refused.append(wanted)
            raise torch.OutOfMemoryError
        return run(self, patch, wanted)

    monkeypatch.setattr(DilatedConvolution, "run", run_if_small)
    latents = uneven_waveform(50, LATENT_CHANNELS)
    samples = uneven_waveform(50 * engine.hop_length + 1, 2)
    assert relative_error(engine.decode(latents), decode_untiled(vae, latents)) < 1e-12
    found = engine.encode(samples).parameters
    assert relative_error(found, encode_untiled(vae, samples)) < 1e-12
    assert refused


@pytest.mark.parametrize("most", [1, 60, 1000])
def test_pieces_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    vae = tiny_oobleck()
    monkeypatch.setitem(waveform_planner._PIECE_NUMBERS, "cpu", most)
    engine = WaveformVAE(vae, chunk_latents=5)
    latents, samples = uneven_waveform(11, LATENT_CHANNELS, 2), uneven_waveform(65, 2, 2)
    assert relative_error(engine.decode(latents), decode_untiled(vae, latents)) < 1e-12
    found = engine.encode(samples).parameters
    assert relative_error(found, encode_untiled(vae, samples)) < 1e-12


def test_no_memory_for_a_single_frame_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self, patch, wanted):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(DilatedConvolution, "run", run)
    with pytest.raises(DeviceMemoryError, match="single frame"):
        WaveformVAE(tiny_oobleck()).decode(uneven_waveform(9, LATENT_CHANNELS))


def test_an_overflow_is_computed_again_in_float32_and_said() -> None:
    vae = tiny_oobleck(dtype=torch.float32)
    with torch.no_grad():
        vae.get_submodule(BLOWN_UP).weight_g.mul_(1e6)
        vae.get_submodule(BLOWN_UP.replace("conv1", "conv2")).weight_g.mul_(1e-6)
    latents = uneven_waveform(30, LATENT_CHANNELS, dtype=torch.float32)
    events: list[object] = []
    half = WaveformVAE(vae, chunk_latents=8, compute_dtype="float16")
    found = half.decode(latents, Progress(events.append))
    truth = decode_untiled(vae, latents)
    assert (found - truth).abs().mean() / truth.std() < 0.02
    sentences = [event.sentence for event in events if isinstance(event, Notice)]
    assert sentences
    assert all(BLOWN_UP in sentence and "float32" in sentence for sentence in sentences)


def test_a_broken_network_is_named_with_layer_and_chunk() -> None:
    vae = tiny_oobleck(dtype=torch.float32)
    vae.get_submodule(BLOWN_UP).bias.data[0] = float("nan")
    with pytest.raises(NonFiniteError, match=f"{BLOWN_UP}.*0"):
        WaveformVAE(vae).decode(uneven_waveform(9, LATENT_CHANNELS, dtype=torch.float32))


def test_large_weights_read_where_they_lie_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    vae = tiny_oobleck()
    monkeypatch.setattr(strided_products, "LARGE_WEIGHT", 1)
    engine = WaveformVAE(vae, chunk_latents=5)
    latents, samples = uneven_waveform(23, LATENT_CHANNELS, 2), uneven_waveform(140, 2, 2)
    assert relative_error(engine.decode(latents), decode_untiled(vae, latents)) < 1e-12
    found = engine.encode(samples).parameters
    assert relative_error(found, encode_untiled(vae, samples)) < 1e-12
