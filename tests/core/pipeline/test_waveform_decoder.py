"""Latents of samples become sound with a measured picture, exactly, and sounds become latents."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from core.api.config import EngineConfig, TilingMode
from core.api.events import AudioChunk, DenoisingStep, Event, TileDecoded, TilePlanned
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.latent_clip import ClipInMemory
from core.editing.sound_parts import log_mel_of
from core.engine import Engine
from core.models.text_to_audio_model import WaveformModel
from core.pipeline.decoding import decoder_of
from core.sound_files.loudness import LoudnessMeter
from tests.tiny_stable_audio import HOP_LENGTH, SAMPLE_RATE

EDGE = round(0.01 * SAMPLE_RATE)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(previews=True)


@pytest.fixture(scope="module")
def model(engine: Engine, tiny_stable_audio_folder: Path) -> WaveformModel:
    model = engine.load(str(tiny_stable_audio_folder), Progress())
    assert isinstance(model, WaveformModel)
    return model


def request_of(folder: Path, **values: object) -> GenerationRequest:
    settings = {"prompt": "organ", "duration_s": 0.3, "num_inference_steps": 3, "seed": 3}
    return GenerationRequest.from_dict({"model": str(folder), **settings, **values})


@torch.inference_mode()
def test_a_clip_is_decoded_as_by_the_whole_network(model: WaveformModel) -> None:
    latents = torch.randn(1, 4, 90, 1, generator=torch.Generator().manual_seed(1))
    num_samples = 50 * HOP_LENGTH + 7
    found = decoder_of(model).decode(
        ClipInMemory(latents), num_samples, config=EngineConfig(), progress=Progress()
    )
    whole = model.waveform_vae.decode(latents[..., 0]).sample[0].numpy().T[:num_samples]
    assert found.waveform.shape == (num_samples, 2)
    np.testing.assert_allclose(found.waveform[EDGE:-EDGE], whole[EDGE:-EDGE], atol=1e-5)
    assert found.mode is TilingMode.EXACT


def test_sound_and_picture_come_while_they_are_made(
    engine: Engine, tiny_stable_audio_folder: Path
) -> None:
    events: list[Event] = []
    take = engine.generate(request_of(tiny_stable_audio_folder), Progress(events.append))
    chunks = [event for event in events if isinstance(event, AudioChunk)]
    assert np.array_equal(np.concatenate([chunk.samples for chunk in chunks]), take.waveform)
    picture = [event for event in events if isinstance(event, TileDecoded)]
    assert np.array_equal(np.concatenate([tile.mel for tile in picture]), take.mel)
    (plan,) = (event for event in events if isinstance(event, TilePlanned))
    assert plan.tiles[-1].time.stop == len(take.mel) == 30
    measured = log_mel_of(
        take.waveform, SAMPLE_RATE, engine.load(take.request.model, Progress()).mel
    )
    np.testing.assert_allclose(take.mel, measured, atol=1e-4)
    steps = [event for event in events if isinstance(event, DenoisingStep)]
    assert all(step.preview is not None and step.preview.shape[1] == 64 for step in steps)


def test_a_loudness_that_is_asked_for_is_met(
    engine: Engine, tiny_stable_audio_folder: Path
) -> None:
    take = engine.generate(request_of(tiny_stable_audio_folder, duration_s=0.6, level=-24.0))
    meter = LoudnessMeter(SAMPLE_RATE, 2)
    meter.add(np.ascontiguousarray(take.waveform.T))
    assert meter.lufs == pytest.approx(-24.0, abs=0.5)
    assert take.gain != 1


def test_a_source_sound_decides_more_the_weaker_the_change(
    engine: Engine, tiny_stable_audio_folder: Path, tmp_path: Path, model: WaveformModel
) -> None:
    tone = 0.3 * np.sin(np.arange(2400)[:, None] * np.array([0.2, 0.31]))
    soundfile.write(tmp_path / "tone.wav", tone, SAMPLE_RATE, subtype="FLOAT")
    source = tmp_path / "tone.wav"
    with torch.inference_mode():
        samples = torch.from_numpy(np.pad(tone, ((0, 32), (0, 0))).astype(np.float32).T)[None]
        posterior = model.waveform_vae.encode(samples).latent_dist.mode()
    distances = []
    for strength in (0.0, 0.34, 1.0):
        take = engine.generate(
            request_of(tiny_stable_audio_folder, init_audio=str(source), strength=strength)
        )
        assert take.latents is not None
        near = slice(0, 28)  # farther on the encoder hears where the sound ends
        difference = take.latents[:, near, 0] - posterior[0, :, near].numpy()
        distances.append(float(np.abs(difference).max()))
    assert distances[0] < 1e-4
    assert distances[0] < distances[1] < distances[2]


@torch.inference_mode()
def test_silence_behind_a_source_is_encoded_once(tmp_path: Path, model: WaveformModel) -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal((700, 2))
    soundfile.write(tmp_path / "a.wav", noise, SAMPLE_RATE, subtype="FLOAT")
    events: list[Event] = []
    found = decoder_of(model).encode_source(
        str(tmp_path / "a.wav"), 200, EngineConfig(), Progress(events.append)
    )
    (plan,) = (event for event in events if isinstance(event, TilePlanned))
    assert plan.tiles[-1].time.stop * SAMPLE_RATE < 100 * 100 * HOP_LENGTH  # of 200 frames
    samples = torch.zeros(1, 2, 200 * HOP_LENGTH)
    samples[0, :, :700] = torch.from_numpy(noise.T.astype(np.float32))
    whole = model.waveform_vae.encode(samples).latent_dist.mode()
    torch.testing.assert_close(found[0, :, :160, 0], whole[0, :, :160], atol=1e-5, rtol=1e-5)
    assert found.shape == (1, 4, 200, 1)


def test_mono_sounds_go_on_both_channels(
    engine: Engine, tiny_stable_audio_folder: Path, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "mono.wav", np.full(4000, 0.1), 16000)
    request = request_of(tiny_stable_audio_folder, init_audio=str(tmp_path / "mono.wav"))
    events: list[Event] = []
    assert engine.generate(request, Progress(events.append)).waveform.shape == (2400, 2)
    plans = [event for event in events if isinstance(event, TilePlanned)]  # encoding, decoding
    assert [{tile.bins.length for tile in plan.tiles} for plan in plans] == [{64}, {64}]


def test_the_memory_of_two_channels_is_counted(
    engine: Engine, tiny_stable_audio_folder: Path, model: WaveformModel
) -> None:
    estimate = engine.estimate(request_of(tiny_stable_audio_folder))
    assert estimate is not None
    assert estimate.mode is TilingMode.EXACT
    assert estimate.result_bytes == (2400 * 2 + 30 * 64) * 4
