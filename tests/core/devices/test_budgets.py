"""What work on a device is expected to take, how many kernels it starts, how often the host waits.

Copies to the device wait as well, unless asked not to: torch hands them over and waits for
the end. So both directions count.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
import torch
from torch import nn

from core.api.config import EngineConfig
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import GenerationRequest
from core.diffusion.guidance import guided_denoiser
from core.engine import Engine
from core.models.loader import load_model
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline import forecast
from core.tiled_vae.planning import statistics_sample
from tests.core.devices.ledger import Ledger
from tests.core.devices.machine import device_of
from tests.core.devices.stand_in import StandIn
from tests.core.tiled_vae.networks import AUDIOLDM, LATENT_CHANNELS, engine, tiny_vae, uneven_input

FAMILIES = ["tiny_model_folder", "tiny_bundled_folder", "tiny_audioldm2_folder"]
LAUNCH_S = 0.001
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


@pytest.fixture(scope="module")
def device() -> Iterator[StandIn]:
    """NVIDIA's, with what was loaded on it."""
    yield from device_of("cuda")


def test_a_stream_in_half_precision_waits_once_a_chunk(
    device: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 2)
    few, many = (
        _waits(_decode(device, frames, torch.float16, mode="streaming", tile_frames=64))
        for frames in (64, 128)
    )
    assert many <= STREAMING_WAITS
    assert many - few <= 4 * 4  # four more chunks: flags, two copies of the result, one upload


@pytest.fixture(scope="module")
def load(device: StandIn) -> Callable[[Path], TextToAudioModel]:
    """Loads a model in half precision, once."""
    half = partial(load_model, device=device.device, dtype=torch.float16, progress=Progress())
    return cache(lambda folder: half(str(folder)))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_prediction_makes_nobody_wait(
    device: StandIn,
    load: Callable[[Path], TextToAudioModel],
    family: str,
    request: pytest.FixtureRequest,
) -> None:
    loaded = load(request.getfixturevalue(family))
    predict = guided_denoiser(loaded, loaded.encode_prompt("rain", "wind"), 2.5)
    noise = torch.randn(1, loaded.latent_channels, 16, loaded.latent_bins).to(device.device)
    step = torch.tensor(5).to(device.device)
    device.ledger.start()
    predict(noise, step, [Span(0, 16)])
    assert _waits(device.ledger) == 0, device.ledger.synchronisations
    assert device.ledger.launches <= 700


class DeviceClock:
    """A clock that only a wait for the device moves: by the launches since the last one."""

    def __init__(self, stand_in: StandIn) -> None:
        self._ledger = stand_in.ledger
        self._done = 0
        self._now_s = 0.0

    def perf_counter(self) -> float:
        """Seconds."""
        return self._now_s

    def synchronize(self, device: torch.device) -> None:
        """Wait for the device."""
        self._now_s += (self._ledger.launches - self._done) * LAUNCH_S
        self._done = self._ledger.launches


def test_expectations_wait_for_the_device(
    device: StandIn,
    load: Callable[[Path], TextToAudioModel],
    tiny_model_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = load(tiny_model_folder)
    clock = DeviceClock(device)
    monkeypatch.setattr(forecast, "time", clock)
    monkeypatch.setattr(forecast, "synchronize", clock.synchronize)
    one, two, four = (
        forecast.expected_s(
            loaded,
            GenerationRequest(duration_s=0.5, num_inference_steps=steps),
            EngineConfig(device="cuda"),
            Progress(),
        )
        for steps in (1, 2, 4)
    )
    assert one > 100 * LAUNCH_S
    assert two - one > 50 * LAUNCH_S
    assert four - two == pytest.approx(2 * (two - one))


def test_a_step_waits_for_its_picture_alone(device: StandIn, tiny_model_folder: Path) -> None:
    made = Engine(EngineConfig(device="cuda", precision="float32"))
    waits = []
    for steps in (2, 2, 4):  # the first one loads the model
        request = GenerationRequest(
            prompt="rain",
            model=str(tiny_model_folder),
            duration_s=0.5,
            num_inference_steps=steps,
        )
        device.ledger.start()
        made.generate(request)
        waits.append(_waits(device.ledger))
    _, few, many = waits
    assert many - few <= 2 * 5, device.ledger.synchronisations
