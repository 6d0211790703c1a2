"""The whole engine on every kind of device: the processor's sound, and nothing refused."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingConfig
from core.api.edit import Edit, EditKind
from core.api.errors import Cancelled
from core.api.events import DenoisingStep, Event, Notice, RunExpected, TileDecoded
from core.api.progress import Progress
from core.api.request import GenerationRequest, Scheduler
from core.diffusion.latent_clip import ClipInMemory
from core.diffusion.run_checkpoint import RunCheckpoint
from core.engine import Engine, Take
from core.models.loader import load_model
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.decoder import Decoding
from core.pipeline.decoding import decoder_of
from core.pipeline.endless import EndlessStretch
from core.pipeline.latents import make_latents
from core.tiled_vae.planning import statistics_sample
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder
from tests.core.devices.conftest import with_short_windows
from tests.core.devices.machine import KINDS, device_of
from tests.core.devices.stand_in import StandIn

FAMILIES = [
    "tiny_bundled_folder",
    "tiny_audioldm2_folder",
    "tiny_musicldm_folder",
    "tiny_t5_folder",
    "tiny_stable_audio_folder",
    "model",  # last: the tests that follow use it
]
INTERRUPTED_AT = {"mps": DenoisingStep, "cuda": TileDecoded, "xpu": DenoisingStep}
TILING = TilingConfig(tile_frames=64)
WAYS = [
    TilingConfig(mode="exact", tile_frames=64, tile_bins=32),
    TilingConfig(mode="exact", tile_frames=64, offload="cpu", memory_budget=3 << 20),
    TilingConfig(mode="exact", tile_frames=64, offload="disk", memory_budget=3 << 20),
    TilingConfig(mode="padded", tile_frames=64),
    TilingConfig(mode="padded", tile_frames=64, fast=True),
    TilingConfig(mode="streaming", tile_frames=64),
    TilingConfig(mode="streaming", tile_frames=64, fast=True),
    TilingConfig(mode="off"),
    TilingConfig(mode="auto"),
]
EDITS = [
    Edit(kind=EditKind.REGENERATE, prompt="a dog", seed=5, start_s=0.68, stop_s=0.8),
    Edit(kind=EditKind.REGENERATE, seed=5, start_s=0.2, stop_s=0.9, low_hz=500, strength=0.5),
    Edit(kind=EditKind.CONTINUE_RIGHT, prompt="rain", added_s=0.4, seed=1),
    Edit(kind=EditKind.CONTINUE_LEFT, prompt="rain", added_s=0.4, seed=1),
    Edit(kind=EditKind.LOOP, prompt="rain", seed=2),
]
SHORT_EDIT = Edit(kind=EditKind.REGENERATE, prompt="a dog", seed=5, start_s=0.1, stop_s=0.2)
TOLERANCE = 2e-3  # of log-mel and samples: rounding in another order


@pytest.fixture(scope="module", params=KINDS)
def device(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    """Each kind in turn, with what was loaded on it."""
    yield from device_of(request.param)


@pytest.fixture(scope="module", params=FAMILIES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of each family, which says that it was trained on 0.64 s."""
    found: Path = request.getfixturevalue(request.param)
    if request.param == "model":
        return found
    return with_short_windows(found, tmp_path_factory.mktemp("family"))


@pytest.fixture(scope="module")
def shared_models(device: StandIn) -> Iterator[None]:
    """Engines on the device share its models: loading one takes longer than a run."""

    @cache
    def load(folder: str, device: torch.device, dtype: torch.dtype) -> TextToAudioModel:
        return load_model(folder, device=device, dtype=dtype, progress=Progress())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "core.engine.load_model",
            lambda folder, *, device, dtype, **_: load(folder, device, dtype),
        )
        yield


@pytest.fixture(scope="module")
def there(device: StandIn, shared_models: None) -> Engine:
    """An engine on the device, in the processor's precision."""
    config = EngineConfig(device=device.kind, precision="float32", tiling=TILING)
    return Engine(config, previews=True)


@pytest.fixture(scope="module")
def own_take(device: StandIn, shared_models: None, model: Path) -> Take:
    """What the device makes in the precision that it is given by itself."""
    engine = Engine(EngineConfig(device=device.kind, tiling=TILING))
    return engine.generate(_request(model))


class Processor:
    """What the processor makes, each thing once for all devices."""

    def __init__(self) -> None:
        self._engine = Engine(EngineConfig(device="cpu", precision="float32", tiling=TILING))
        self._made: dict[str, Any] = {}

    def generate(self, request: GenerationRequest) -> Take:
        """A take."""
        return self._once(f"{request}", lambda: self._engine.generate(request))

    def denoise(self, request: GenerationRequest) -> FloatArray:
        """The latents of a request."""
        loaded = self._engine.load(request.model, Progress())
        return self._once(f"latents{request}", lambda: _denoise(loaded, request))

    def decode(self, model: str, latents: Tensor, way: TilingConfig) -> Decoding:
        """Latents to sound."""
        loaded = self._engine.load(model, Progress())
        return self._once(f"{way}", lambda: _decode(loaded, latents, way))

    def edit(self, take: Take, edit: Edit) -> Take:
        """The take with an edit."""
        return self._once(f"{take.request}{edit}", lambda: self._engine.edit(take, edit))

    def endless(self, request: GenerationRequest, count: int) -> list[EndlessStretch]:
        """The first passages of a sound without an end."""
        return self._once(
            f"endless{request}", lambda: [*islice(self._engine.endless(request), count)]
        )

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


@pytest.fixture(scope="module")
def here() -> Processor:
    """The truth."""
    return Processor()


def _request(folder: Path, **changes: object) -> GenerationRequest:
    values = {"prompt": "rain", "duration_s": 0.96, "num_inference_steps": 2, "seed": 3}
    return GenerationRequest.from_dict({**values, "model": str(folder), **changes})


@torch.inference_mode()
def _denoise(model: TextToAudioModel, request: GenerationRequest) -> FloatArray:
    clip = make_latents(
        model, request, EngineConfig(), checkpoint=None, preview=None, progress=Progress()
    )
    return clip.mapped()


@torch.inference_mode()
def _decode(model: TextToAudioModel, latents: Tensor, way: TilingConfig) -> Decoding:
    return decoder_of(model).decode(
        ClipInMemory(latents),
        model.clock.samples_of(latents.shape[2]),
        config=EngineConfig(tiling=way, context_of_take=False),
        progress=Progress(),
    )


def _assert_same(found: Take, truth: Take, *, has_phases: bool = True) -> None:
    """Phases that are reconstructed may turn over by a rounding: only levels are alike there."""
    _assert_close(found.latents, truth.latents)
    _assert_close(found.mel, truth.mel)
    if has_phases:
        _assert_close(found.waveform, truth.waveform)
    else:
        levels = [np.sqrt(np.square(take.waveform).mean()) for take in (found, truth)]
        assert levels[0] == pytest.approx(levels[1], rel=0.1)


def _assert_close(found: FloatArray, truth: FloatArray) -> None:
    np.testing.assert_allclose(found, truth, atol=TOLERANCE, rtol=TOLERANCE)


def test_every_family_makes_the_processors_sound(
    there: Engine, here: Processor, folder: Path, device: StandIn
) -> None:
    events: list[Event] = []
    take = there.generate(_request(folder), Progress(events.append))
    model = there.load(str(folder), Progress())
    assert model.device == device.device
    has_phases = not isinstance(getattr(model, "vocoder", None), PhaseReconstructionVocoder)
    _assert_same(take, here.generate(_request(folder)), has_phases=has_phases)
    steps = [event for event in events if isinstance(event, DenoisingStep)]
    assert [step.preview is None for step in steps] == [False, False]


def test_a_text_is_spoken_as_on_the_processor(
    there: Engine, here: Processor, tiny_speech_folder: Path
) -> None:
    request = _request(tiny_speech_folder, transcription="good day")
    _assert_same(there.generate(request), here.generate(request))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.mode}-{way.offload}")
def test_every_mode_decodes_as_on_the_processor(
    there: Engine,
    here: Processor,
    model: Path,
    way: TilingConfig,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 2)
    monkeypatch.setattr(statistics_sample, "use_bfloat16", lambda device, dtype: False)
    loaded = there.load(str(model), Progress())
    shape = 1, loaded.latent_channels, 30, loaded.latent_bins
    latents = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    found = _decode(loaded, latents.to(loaded.device), way)
    truth = here.decode(str(model), latents, way)
    _assert_close(found.mel, truth.mel)
    _assert_close(found.waveform, truth.waveform)


@pytest.mark.parametrize("scheduler", Scheduler)
def test_every_scheduler_walks_there(
    there: Engine, here: Processor, model: Path, scheduler: Scheduler
) -> None:
    request = _request(model, duration_s=0.6, scheduler=scheduler)
    loaded = there.load(request.model, Progress())
    _assert_close(_denoise(loaded, request), here.denoise(request))


def test_a_sound_to_start_from_is_encoded_there(
    there: Engine, here: Processor, model: Path, tmp_path: Path
) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(20000) / 16000)
    soundfile.write(tmp_path / "tone.wav", tone, 16000)
    request = _request(model, init_audio=str(tmp_path / "tone.wav"), strength=0.5)
    _assert_same(there.generate(request), here.generate(request))


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.kind)
def test_every_edit_is_made_there(there: Engine, here: Processor, model: Path, edit: Edit) -> None:
    take = here.generate(_request(model))
    _assert_same(there.edit(take, edit), here.edit(take, edit))


def test_endless_sound_comes_from_there(there: Engine, here: Processor, model: Path) -> None:
    made = islice(there.endless(_request(model)), 3)
    for found, truth in zip(made, here.endless(_request(model), 3), strict=True):
        _assert_close(found.samples, truth.samples)


def test_waveforms_are_encoded_edited_and_endless_there(
    there: Engine, here: Processor, tiny_stable_audio_folder: Path, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "a.wav", 0.1 * np.sin(np.arange(4000)), 8000)
    source = _request(
        tiny_stable_audio_folder, init_audio=str(tmp_path / "a.wav"), strength=0.5, duration_s=0.3
    )
    take = here.generate(source)
    _assert_same(there.generate(source), take)
    _assert_same(there.edit(take, SHORT_EDIT), here.edit(take, SHORT_EDIT))
    request = _request(tiny_stable_audio_folder)
    for found, truth in zip(
        islice(there.endless(request), 1), here.endless(request, 1), strict=True
    ):
        _assert_close(found.samples, truth.samples)


def test_an_interrupted_run_goes_on_to_the_same_bits(
    device: StandIn, own_take: Take, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.engine.LONG_S", 0.5)
    monkeypatch.setattr(RunCheckpoint.__init__, "__defaults__", (0.0,))  # all is kept
    engine = Engine(EngineConfig(device=device.kind, tiling=TILING), tmp_path)

    events: list[Event] = []

    def hear(event: Event) -> None:
        events.append(event)
        if isinstance(event, INTERRUPTED_AT[device.kind]):
            progress.cancel()

    progress = Progress(hear)
    with pytest.raises(Cancelled):
        engine.generate(_request(model), progress)
    assert any(isinstance(event, RunExpected) for event in events)
    events.clear()
    resumed = engine.generate(_request(model), Progress(events.append))
    assert any(isinstance(event, Notice) and "Goes on" in str(event) for event in events)
    assert np.array_equal(resumed.latents, own_take.latents)
    assert np.array_equal(resumed.waveform, own_take.waveform)


def test_a_clip_on_the_disk_goes_there_stretch_by_stretch(
    there: Engine, here: Processor, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.diffusion.noise.STRETCH_FRAMES", 16)
    monkeypatch.setattr("core.diffusion.latent_clip.STRETCH_FRAMES", 16)
    _assert_same(there.generate(_request(model)), here.generate(_request(model)))


def test_its_own_precision_is_finite_and_alike(
    own_take: Take, here: Processor, model: Path
) -> None:
    assert np.isfinite(own_take.waveform).all()
    assert np.abs(own_take.mel - here.generate(_request(model)).mel).mean() < 0.05
