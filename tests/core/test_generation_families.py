"""AudioLDM2 and MusicLDM through the whole engine: any length, from noise or from a sound."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.config import EngineConfig, TilingConfig
from core.diffusion.prompts import num_latent_frames
from core.diffusion.windows import plan_windows
from core.generation import Engine
from core.progress import Progress
from core.request import GenerationRequest

DURATION_S = 1.5


@pytest.fixture(scope="module", params=["tiny_audioldm2_folder", "tiny_musicldm_folder"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the family that says it was trained on 0.64 s."""
    copied: Path = shutil.copytree(
        request.getfixturevalue(request.param), tmp_path_factory.mktemp("family") / "model"
    )
    (copied / "tessera.json").write_text(json.dumps({"window_frames": 64}))
    return copied


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu", tiling=TilingConfig(tile_frames=64)))


def _request(model: Path, **changes: object) -> GenerationRequest:
    values = {"prompt": "rain", "duration_s": DURATION_S, "num_inference_steps": 2, "seed": 3}
    return GenerationRequest.from_dict({**values, "model": str(model), **changes})


def test_a_take_longer_than_the_models_window_is_whole_audible_and_repeatable(
    engine: Engine, folder: Path
) -> None:
    model = engine.load(str(folder), Progress())
    windows = plan_windows(model, num_latent_frames(model, DURATION_S)).windows
    take, again = (engine.generate(_request(folder)) for _ in range(2))
    assert len(windows) > 1
    assert take.waveform.shape == (24000,)
    assert np.isfinite(take.waveform).all()
    assert np.abs(take.waveform).max() > 0
    assert np.array_equal(take.waveform, again.waveform)


def test_prompt_and_negative_prompt_are_both_heard(engine: Engine, folder: Path) -> None:
    takes = [
        engine.generate(_request(folder, **words)).latents
        for words in (
            {"prompt": "rain"},
            {"prompt": "church organ"},
            {"prompt": "rain", "negative_prompt": "wind"},
        )
    ]
    assert not np.allclose(takes[0], takes[1])
    assert not np.allclose(takes[0], takes[2])


def test_a_sound_to_start_from_is_heard_in_the_take(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    time_s = np.arange(24000) / 16000
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 440 * time_s), 16000)
    model = engine.load(str(folder), Progress())
    assert model.capabilities.audio_to_audio
    started = _request(folder, init_audio=str(tmp_path / "tone.wav"), strength=0.5)
    take, plain = engine.generate(started), engine.generate(_request(folder))
    assert take.waveform.shape == plain.waveform.shape
    assert not np.allclose(take.latents, plain.latents)
