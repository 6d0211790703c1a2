"""Edits where latents are those of samples: outside of their cross-fades no bit changes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.arrays import FloatArray
from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.editing.edit_site import FADE_LATENTS
from core.editing.sound_parts import log_mel_of
from core.engine import Engine
from core.mel import MelParams
from tests.tiny_stable_audio import HOP_LENGTH, SAMPLE_RATE

EDGE = round(0.01 * SAMPLE_RATE)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def request_of(folder: Path, **values: object) -> GenerationRequest:
    settings = {"prompt": "organ", "duration_s": 0.4, "num_inference_steps": 3, "seed": 3}
    return GenerationRequest.from_dict({"model": str(folder), **settings, **values})


@pytest.fixture(scope="module")
def take(engine: Engine, tiny_stable_audio_folder: Path) -> Take:
    return engine.generate(request_of(tiny_stable_audio_folder), Progress())


def recording(engine: Engine, folder: Path, path: Path, rate: int, channels: int | None) -> Take:
    shape = (rate // 2,) if channels is None else (rate // 2, channels)
    noise = 0.1 * np.random.default_rng(1).standard_normal(shape)
    soundfile.write(path, noise, rate, subtype="FLOAT")
    return engine.generate(request_of(folder, recording=str(path)))


def changed(before: FloatArray, after: FloatArray) -> tuple[int, int]:
    """The first sample that differs, and the one behind the last."""
    rows = (before != after).reshape(len(before), -1).any(axis=1)
    places = np.flatnonzero(rows)
    return int(places[0]), int(places[-1]) + 1


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_a_repair_changes_its_stretch_and_its_fades_alone(
    engine: Engine, take: Take, strength: float
) -> None:
    edit = Edit(
        kind=EditKind.REGENERATE, prompt="rain", start_s=0.16, stop_s=0.24, strength=strength
    )
    edited = engine.edit(take, edit)
    first, stop = changed(take.waveform, edited.waveform)
    fade = FADE_LATENTS * HOP_LENGTH
    assert 1280 - fade <= first < 1280
    assert 1920 < stop <= 1920 + fade
    assert take.latents is not None
    assert edited.latents is not None
    free = slice(20, 30)
    assert np.array_equal(np.delete(take.latents, free, 1), np.delete(edited.latents, free, 1))
    measured = log_mel_of(edited.waveform, SAMPLE_RATE, MelParams())
    np.testing.assert_allclose(edited.mel[: len(measured)], measured, atol=1e-3)


def test_a_continuation_keeps_what_was_there(engine: Engine, take: Take) -> None:
    longer = engine.edit(take, Edit(kind=EditKind.CONTINUE_RIGHT, prompt="rain", added_s=0.2))
    assert longer.waveform.shape == (4800, 2)
    kept = 3200 - EDGE
    assert np.array_equal(longer.waveform[:kept], take.waveform[:kept])
    assert longer.latents is not None
    assert longer.latents.shape[1] == 75
    assert len(longer.mel) == 60


def test_a_beginning_is_added_before_what_was_there(engine: Engine, take: Take) -> None:
    longer = engine.edit(take, Edit(kind=EditKind.CONTINUE_LEFT, prompt="rain", added_s=0.2))
    added = len(longer.waveform) - 3200
    assert added == 25 * HOP_LENGTH
    assert np.array_equal(longer.waveform[added + EDGE :], take.waveform[EDGE:])


def test_a_loop_leads_from_its_end_to_its_beginning(engine: Engine, take: Take) -> None:
    loop = engine.edit(take, Edit(kind=EditKind.LOOP, prompt="organ"))
    step = np.abs(loop.waveform[0] - loop.waveform[-1]).max()
    steps = np.abs(np.diff(loop.waveform, axis=0)).max()
    assert step <= 1.5 * steps
    middle = slice(1000, 2200)
    assert np.array_equal(loop.waveform[middle], take.waveform[middle])


@pytest.mark.parametrize(("rate", "channels"), [(8000, None), (44100, 2), (16000, 1)])
def test_a_recording_keeps_its_form_and_all_else(
    engine: Engine,
    tiny_stable_audio_folder: Path,
    tmp_path: Path,
    rate: int,
    channels: int | None,
) -> None:
    before = recording(engine, tiny_stable_audio_folder, tmp_path / "r.wav", rate, channels)
    edit = Edit(kind=EditKind.REGENERATE, prompt="rain", start_s=0.16, stop_s=0.24)
    after = engine.edit(before, edit)
    assert after.waveform.shape == before.waveform.shape
    first, stop = changed(before.waveform, after.waveform)
    assert first / rate >= 0.16 - FADE_LATENTS * 0.008 - 1e-3
    assert stop / rate <= 0.24 + FADE_LATENTS * 0.008 + 1e-3
    longer = engine.edit(before, Edit(kind=EditKind.CONTINUE_RIGHT, prompt="rain", added_s=0.1))
    assert len(longer.waveform) == round(0.6 * rate)


def test_a_band_of_frequencies_is_refused(engine: Engine, take: Take) -> None:
    edit = Edit(kind=EditKind.REGENERATE, start_s=0.1, stop_s=0.2, low_hz=500.0)
    with pytest.raises(InvalidRequestError, match="not a band of them"):
        engine.edit(take, edit)


def test_latents_of_another_model_are_refused(engine: Engine, take: Take) -> None:
    other = replace(take, latents=np.zeros((8, 50, 1), np.float32))
    with pytest.raises(InvalidRequestError, match="no latents of"):
        engine.edit(other, Edit(kind=EditKind.LOOP))
