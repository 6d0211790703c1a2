"""How often work on a device starts a kernel, and how often it makes the host wait.

Copies to the device wait as well, unless asked not to: torch hands them over and waits for
the end. So both directions count.
"""

from pathlib import Path

import pytest
import torch
from torch import nn

from core.api.config import EngineConfig
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.guidance import guided_denoiser
from core.engine import Engine
from core.models.loader import load_model
from core.tiled_vae.planning import statistics_sample
from tests.core.devices.ledger import Ledger
from tests.core.devices.stand_in import StandIn
from tests.core.tiled_vae.networks import AUDIOLDM, LATENT_CHANNELS, engine, tiny_vae, uneven_input

FAMILIES = ["tiny_model_folder", "tiny_audioldm2_folder", "tiny_musicldm_folder"]
NORMS, TILES, BINS = 24, 5, 16
EXACT_LAUNCHES = 2000
EXACT_WAITS = 300  # it was 1,388 when every tile fetched and brought the factors of its norms
STREAMING_WAITS = 260  # mostly for the factors of the norms: for the statistics, then to stream


def _decode(stand_in: StandIn, frames: int, dtype: torch.dtype, **config: object) -> Ledger:
    vae = tiny_vae(AUDIOLDM, torch.float32)
    nn.Module.to(vae, stand_in.device, dtype)  # diffusers' own warns of half precision
    latents = uneven_input(frames, BINS, LATENT_CHANNELS, dtype=torch.float32)
    latents = latents.to(stand_in.device, dtype)
    tiled = engine(vae, **config)
    stand_in.ledger.start()
    tiled.decode(latents)
    return stand_in.ledger


def _waits(ledger: Ledger) -> int:
    return ledger.num_synchronisations + ledger.uploads


def test_a_long_exact_decode_waits_once_a_tile_and_norm(mps: StandIn) -> None:
    ledger = _decode(mps, 563, torch.float32, mode="exact")
    assert ledger.launches <= EXACT_LAUNCHES
    assert NORMS * TILES < _waits(ledger) <= EXACT_WAITS, ledger.synchronisations


def test_a_stream_in_half_precision_waits_once_a_chunk(
    cuda: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 2)
    few, many = (
        _waits(_decode(cuda, frames, torch.float16, mode="streaming", tile_frames=64))
        for frames in (64, 128)
    )
    assert many <= STREAMING_WAITS
    assert many - few <= 4 * 4  # four more chunks: flags, two copies of the result, one upload


@pytest.mark.parametrize("family", FAMILIES)
def test_a_prediction_makes_nobody_wait(
    cuda: StandIn, family: str, request: pytest.FixtureRequest
) -> None:
    model = load_model(
        str(request.getfixturevalue(family)),
        device=cuda.device,
        dtype=torch.float16,
        progress=Progress(),
    )
    predict = guided_denoiser(model, model.encode_prompt("rain", "wind"), 2.5)
    noise = torch.randn(1, model.latent_channels, 16, model.latent_bins).to(cuda.device)
    step = torch.tensor(5).to(cuda.device)
    cuda.ledger.start()
    predict(noise, step)
    assert _waits(cuda.ledger) == 0, cuda.ledger.synchronisations
    assert cuda.ledger.launches <= 700


def test_a_step_waits_for_its_picture_alone(cuda: StandIn, tiny_model_folder: Path) -> None:
    made = Engine(EngineConfig(device="cuda", precision="float32"))
    waits = []
    for steps in (2, 2, 6):  # the first one loads the model
        request = GenerationRequest(
            prompt="rain",
            model=str(tiny_model_folder),
            duration_s=0.5,
            num_inference_steps=steps,
        )
        cuda.ledger.start()
        made.generate(request)
        waits.append(_waits(cuda.ledger))
    _, few, many = waits
    assert many - few <= 4 * 5, cuda.ledger.synchronisations
