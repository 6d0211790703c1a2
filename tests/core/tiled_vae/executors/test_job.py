"""Where activations live, on a device that counts them."""

import gc
from collections.abc import Iterator

import pytest
import torch

from core.api.config import TilingMode
from core.api.errors import Cancelled
from core.api.progress import Progress
from core.tiled_vae.executors import activation_store, job, synchronous
from core.tiled_vae.graph import norm_moments
from core.tiled_vae.planning import statistics_sample
from tests.core.devices.ledger import Ledger
from tests.core.devices.machine import device_of
from tests.core.devices.stand_in import StandIn
from tests.core.tiled_vae.networks import (
    ATTENTION,
    BUNDLED,
    LATENT_CHANNELS,
    TWO_LEVELS,
    decode_untiled,
    engine,
    relative_error,
    scale_of,
    tiny_vae,
    uneven_input,
)

BINS = 8
PLENTY = 1 << 40  # a budget for the planner beyond what the device has


def counted(device: StandIn) -> Ledger:
    """The ledger, which counts from zero and has no limit."""
    device.ledger.start()
    return device.ledger


def latents_of(frames: int) -> torch.Tensor:
    return uneven_input(frames, BINS, LATENT_CHANNELS, dtype=torch.float32)


@pytest.fixture
def device() -> Iterator[StandIn]:
    """One that counts bytes, and has no float64."""
    yield from device_of("mps")


def vae_on(device: StandIn, shape: dict = TWO_LEVELS):
    return tiny_vae(shape, torch.float32).to(device.device)


def measured(device: StandIn, tiled, frames: int) -> tuple[int, int, int]:
    """Peak bytes over the base, predicted peak, and bytes moved, of one decode."""
    latents = latents_of(frames).to(device.device)
    predicted = tiled.plan_decode(latents.shape).peak_bytes
    gc.collect()
    ledger = counted(device)
    base = ledger.live_bytes
    for _, mel in tiled.decode_tiles(latents):
        del mel
    gc.collect()
    assert ledger.live_bytes == base
    return ledger.peak_bytes - base, predicted, ledger.moved_bytes


def budget_for(tiled, frames: int, part: float) -> int:
    plan = tiled.plan_decode((1, LATENT_CHANNELS, frames, BINS))
    return int(plan.peak_bytes * part)


@pytest.mark.parametrize("mode", ["exact", "padded", "streaming"])
@pytest.mark.parametrize("offload", ["none", "cpu", "disk"])
def test_every_mode_runs_on_the_device_alone_and_is_right(
    device: StandIn, mode: str, offload: str
) -> None:
    latents = latents_of(9)
    tiled = engine(vae_on(device), mode=mode, tile_frames=6, offload=offload)
    found = tiled.decode(latents.to(device.device))
    assert found.device == device.device
    host = engine(tiny_vae(TWO_LEVELS, torch.float32), mode=mode, tile_frames=6)
    assert relative_error(found.cpu(), host.decode(latents)) < 1e-4


@pytest.mark.parametrize(
    "shape", [TWO_LEVELS, BUNDLED, ATTENTION], ids=["attention", "no attention", "in every block"]
)
@pytest.mark.parametrize("frames", [24, 60])
def test_the_exact_peak_is_within_a_tenth_of_its_prediction(
    device: StandIn, shape: dict, frames: int
) -> None:
    vae = vae_on(device, shape)
    peak, predicted, _ = measured(device, engine(vae, tile_frames=6 * scale_of(vae)), frames)
    assert peak == pytest.approx(predicted, rel=0.1)


def test_with_offload_the_peak_does_not_depend_on_the_length(device: StandIn) -> None:
    vae = vae_on(device, BUNDLED)
    budget = budget_for(engine(vae, tile_frames=32), 24, 0.8)
    tiled = engine(vae, tile_frames=32, offload="cpu", memory_budget=budget)
    peaks = [measured(device, tiled, frames)[0] for frames in (32, 96)]
    assert peaks[1] == pytest.approx(peaks[0], rel=0.1)
    assert max(peaks) < budget * 1.1


@pytest.mark.parametrize("fast", [False, True], ids=["windows", "shrunk"])
def test_the_peak_of_streaming_does_not_depend_on_the_length(
    device: StandIn, fast: bool, monkeypatch
) -> None:
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 4)
    tiled = engine(vae_on(device, BUNDLED), mode="streaming", tile_frames=64, fast=fast)
    peaks = [measured(device, tiled, frames)[0] for frames in (52, 240)]  # three windows each
    assert peaks[1] < 1.02 * peaks[0]


def test_zigzag_moves_fewer_bytes_than_going_forward_only(device: StandIn, monkeypatch) -> None:
    vae = vae_on(device, TWO_LEVELS)
    budget = budget_for(engine(vae, tile_frames=8), 40, 0.7)
    tiled = engine(vae, tile_frames=8, offload="cpu", memory_budget=budget)
    *_, zigzag_bytes = measured(device, tiled, 40)

    def forward_only(count: int, pass_index: int, num_passes: int) -> Iterator[int]:
        return iter(range(count))

    monkeypatch.setattr(synchronous.SynchronousExecutor, "order", staticmethod(forward_only))
    *_, forward_bytes = measured(device, tiled, 40)
    assert 0 < zigzag_bytes < 0.9 * forward_bytes


@pytest.mark.parametrize("mode", ["exact", "padded"])
def test_out_of_memory_halves_the_tile_and_loses_nothing(
    device: StandIn, mode: str, monkeypatch
) -> None:
    monkeypatch.setattr(norm_moments, "BLOCK_ELEMENTS", 4096)  # small, as it is beside real tiles
    vae = vae_on(device, BUNDLED)
    latents = latents_of(24).to(device.device)
    config = {"tile_frames": 192} if mode == "exact" else {"tile_frames": 64, "decoder_padding": 2}
    tiled = engine(vae, mode=mode, memory_budget=PLENTY, **config)
    part = 0.9 if mode == "exact" else 0.95  # resting tiles take most of it, and cannot be halved
    whole = tiled.decode(latents).cpu()
    gc.collect()
    ledger = counted(device)
    base = ledger.live_bytes
    tiled.decode(latents)
    peak = ledger.peak_bytes - base
    gc.collect()
    events: list[object] = []
    ledger = counted(device)
    ledger.capacity_bytes = ledger.live_bytes + int(peak * part)
    halved = tiled.decode(latents, Progress(events.append)).cpu()
    assert relative_error(halved, whole) < 1e-4


def test_out_of_memory_in_a_stream_halves_the_chunk(device: StandIn, monkeypatch) -> None:
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 4)
    vae = vae_on(device, BUNDLED)
    latents = latents_of(40).to(device.device)
    sample = job.TilingJob._sampled_statistics
    samples: list[statistics_sample.ClipStatistics] = []

    def sample_once(self: job.TilingJob) -> statistics_sample.ClipStatistics:
        samples.append(samples[0] if samples else sample(self))
        return samples[0]

    monkeypatch.setattr(job.TilingJob, "_sampled_statistics", sample_once)
    greedy = engine(vae, mode="streaming", tile_frames=320, memory_budget=PLENTY)
    whole = greedy.decode(latents).cpu()
    gc.collect()
    ledger = counted(device)
    base = ledger.live_bytes
    greedy.decode(latents)
    peak = ledger.peak_bytes - base
    gc.collect()
    ledger = counted(device)
    ledger.capacity_bytes = ledger.live_bytes + int(peak * 0.85)
    halved = greedy.decode(latents).cpu()
    assert relative_error(halved, whole) < 1e-4


def test_cancelling_at_any_event_releases_all_memory(device: StandIn, monkeypatch) -> None:
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 1)
    vae = vae_on(device)
    latents = latents_of(9).to(device.device)
    for mode in (TilingMode.EXACT, TilingMode.PADDED, TilingMode.STREAMING):
        tiled = engine(vae, mode=mode, tile_frames=6, decoder_padding=1)
        events: list[object] = []
        truth = tiled.decode(latents, Progress(events.append)).cpu()
        gc.collect()
        ledger = counted(device)
        base = ledger.live_bytes
        for stop_at in range(0, len(events), 29):
            with pytest.raises(Cancelled):
                _cancel_at(tiled, latents, stop_at)
            gc.collect()
            assert ledger.live_bytes == base
        assert torch.equal(tiled.decode(latents).cpu(), truth)


def _cancel_at(tiled, latents: torch.Tensor, stop_at: int) -> None:
    seen = 0

    def listen(event: object) -> None:
        nonlocal seen
        if seen == stop_at:
            progress.cancel()
        seen += 1

    progress = Progress(listen)
    for _ in tiled.decode_tiles(latents, progress):
        progress.check_cancelled()
    progress.check_cancelled()


def test_the_folder_on_disk_goes_with_success_and_with_failure(
    device: StandIn, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(activation_store.tempfile, "gettempdir", lambda: str(tmp_path))
    vae = vae_on(device)
    latents = latents_of(9).to(device.device)
    tiled = engine(vae, tile_frames=6, offload="disk", memory_budget=200_000)
    tiled.decode(latents)
    assert list(tmp_path.iterdir()) == []
    tiles = tiled.decode_tiles(latents)
    next(tiles)
    assert len(list(tmp_path.iterdir())) == 1
    tiles.close()
    assert list(tmp_path.iterdir()) == []


def test_the_untiled_truth_is_reached_through_the_disk(device: StandIn) -> None:
    latents = latents_of(30)
    vae = vae_on(device)
    budget = budget_for(engine(vae, tile_frames=8), 30, 0.6)
    tiled = engine(vae, tile_frames=8, offload="disk", memory_budget=budget)
    truth = decode_untiled(tiny_vae(TWO_LEVELS, torch.float32), latents)
    assert relative_error(tiled.decode(latents.to(device.device)).cpu(), truth) < 1e-4
