"""Memory that runs out at any moment: the result is the same or the error says so, and is clean."""

import gc
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from core.api.config import EngineConfig
from core.api.errors import DeviceMemoryError
from core.api.request import GenerationRequest
from core.engine import Engine
from core.runtime.device import available_bytes
from core.tiled_vae.planning import statistics_sample
from tests.core.devices.stand_in import StandIn
from tests.core.tiled_vae.networks import (
    LATENT_CHANNELS,
    TWO_LEVELS,
    engine,
    relative_error,
    tiny_vae,
    uneven_input,
)

BINS = 4
# As few layers as have every kind of task between them: a decode runs once for each allocation.
# Blocks that upsample have one residual block more than `layers_per_block`: here none.
ONE_LEVEL = {"block_out_channels": (8,), "layers_per_block": -1}
UPSAMPLING = {"block_out_channels": (8, 8), "layers_per_block": -1}
WITHOUT_ATTENTION = {**ONE_LEVEL, "mid_block_add_attention": False}
WAYS = [
    pytest.param("exact", ONE_LEVEL, 4, 2, id="exact"),
    pytest.param("padded", WITHOUT_ATTENTION, 6, 3, id="padded"),
    pytest.param("streaming", UPSAMPLING, 9, 10, id="streaming"),
]


def _live_bytes(stand_in: StandIn, base: int) -> int:
    """What lives on the device; cycles are looked for only where more is left than expected."""
    if stand_in.ledger.live_bytes != base:
        gc.collect()
    return stand_in.ledger.live_bytes


@pytest.mark.parametrize(("mode", "shape", "frames", "tile_frames"), WAYS)
def test_each_allocation_of_a_decode_may_fail(
    *,
    mps: StandIn,
    mode: str,
    shape: dict,
    frames: int,
    tile_frames: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 1)
    vae = tiny_vae(shape, torch.float32).to(mps.device)
    latents = uneven_input(frames, BINS, LATENT_CHANNELS, dtype=torch.float32).to(mps.device)
    tiled = engine(
        vae, mode=mode, tile_frames=tile_frames, decoder_padding=1, memory_budget=1 << 24
    )
    assert len(tiled.plan_decode(latents.shape).tiles) > 1
    mps.ledger.start()
    truth = tiled.decode(latents).cpu()
    count = mps.ledger.allocations
    gc.collect()
    base, survived = mps.ledger.live_bytes, 0
    for number in range(count):
        mps.ledger.start(failing_allocation=number)
        try:
            found = tiled.decode(latents).cpu()
        except DeviceMemoryError:
            found = None
        if found is not None:
            assert relative_error(found, truth) < 1e-4, number
            survived += 1
        del found
        assert _live_bytes(mps, base) == base, number
    assert survived > 0.7 * count


def test_any_part_of_a_run_may_fail(stand_in: StandIn, tiny_model_folder: Path) -> None:
    request = GenerationRequest(
        prompt="rain", model=str(tiny_model_folder), duration_s=0.5, num_inference_steps=1
    )
    made = Engine(EngineConfig(device=stand_in.kind), previews=True)
    made.generate(request)
    ledger = stand_in.ledger
    ledger.start()
    truth = made.generate(request)
    for number in range(0, ledger.allocations, ledger.allocations // 5):
        ledger.start(failing_allocation=number)
        with suppress(DeviceMemoryError):
            made.generate(request)
    ledger.start()
    again = made.generate(request)
    assert (again.waveform == truth.waveform).all()


@pytest.mark.parametrize("kind", ["mps", "cuda"])
def test_a_model_that_does_not_fit_is_a_sentence(
    kind: str, tiny_model_folder: Path, request: pytest.FixtureRequest
) -> None:
    stand_in: StandIn = request.getfixturevalue(kind)
    wanted = GenerationRequest(
        prompt="rain", model=str(tiny_model_folder), duration_s=0.5, num_inference_steps=1
    )
    made = Engine(EngineConfig(device=stand_in.kind))
    stand_in.ledger.start(capacity_bytes=stand_in.ledger.live_bytes + 10_000)
    with pytest.raises(DeviceMemoryError, match=f"does not fit into the memory of {stand_in.kind}"):
        made.generate(wanted)
    stand_in.ledger.start()
    assert made.generate(wanted).waveform.size == 8000


def test_an_error_that_is_kept_leaves_the_device_empty(cuda: StandIn) -> None:
    vae = tiny_vae(TWO_LEVELS, torch.float32).to(cuda.device)
    latents = uneven_input(9, BINS, LATENT_CHANNELS, dtype=torch.float32).to(cuda.device)
    tiled = engine(vae, mode="exact", tile_frames=10, memory_budget=1 << 20)
    gc.collect()
    base = cuda.ledger.live_bytes
    cuda.ledger.start(capacity_bytes=base + 2_000)
    with pytest.raises(DeviceMemoryError) as kept:
        tiled.decode(latents)
    assert kept.value.__cause__ is not None
    assert _live_bytes(cuda, base) == base


def test_what_torch_keeps_for_later_counts_as_free(stand_in: StandIn) -> None:
    gc.collect()
    before = available_bytes(stand_in.device)
    values = torch.empty(1 << 20).to(stand_in.device)
    assert available_bytes(stand_in.device) == before - values.nbytes
    del values
    assert stand_in.ledger.reserved_bytes >= 4 << 20
    assert available_bytes(stand_in.device) == before
