"""Songs are edited as other sounds are, in one go with their lyrics."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.events import AudioChunk, DenoisingStep, Event
from core.api.progress import Progress
from core.api.request import GenerationRequest, Scheduler
from core.api.take import Take
from core.editing.edit_site import FADE_LATENTS
from core.engine import Engine
from tests.tiny_stable_audio import HOP_LENGTH, SAMPLE_RATE

EDGE = round(0.01 * SAMPLE_RATE)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def request_of(folder: Path, **values: object) -> GenerationRequest:
    settings = {
        "prompt": "organ",
        "lyrics": "la la",
        "bpm": 120,
        "duration_s": 0.24,
        "num_inference_steps": 2,
        "guidance_scale": 1.0,
        "scheduler": Scheduler.EULER,
        "seed": 3,
    }
    return GenerationRequest.from_dict({"model": str(folder), **settings, **values})


@pytest.fixture(scope="module")
def take(engine: Engine, tiny_ace_step_folder: Path) -> Take:
    return engine.generate(request_of(tiny_ace_step_folder), Progress())


def test_a_repair_changes_its_stretch_and_its_fades_alone(engine: Engine, take: Take) -> None:
    edit = Edit(kind=EditKind.REGENERATE, prompt="rain", start_s=0.08, stop_s=0.16)
    edited = engine.edit(take, edit)
    places = np.flatnonzero((edited.waveform != take.waveform).any(axis=1))
    fade = FADE_LATENTS * HOP_LENGTH
    assert 640 - fade <= places[0] < 640
    assert 1280 < places[-1] + 1 <= 1280 + fade
    assert edited.request.lyrics == "la la"


def test_a_continuation_keeps_what_was_there(engine: Engine, take: Take) -> None:
    longer = engine.edit(take, Edit(kind=EditKind.CONTINUE_RIGHT, prompt="rain", added_s=0.08))
    assert longer.waveform.shape == (2560, 2)
    kept = len(take.waveform) - EDGE
    assert np.array_equal(longer.waveform[:kept], take.waveform[:kept])


def test_a_loop_leads_from_its_end_to_its_beginning(engine: Engine, take: Take) -> None:
    loop = engine.edit(take, Edit(kind=EditKind.LOOP, prompt="organ"))
    step = np.abs(loop.waveform[0] - loop.waveform[-1]).max()
    assert step <= 1.5 * np.abs(np.diff(loop.waveform, axis=0)).max()


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_a_song_starts_from_a_sound(
    engine: Engine, take: Take, tiny_ace_step_folder: Path, tmp_path: Path, strength: float
) -> None:
    source = tmp_path / "source.wav"
    noise = 0.1 * np.random.default_rng(1).standard_normal((1920, 2))
    soundfile.write(source, noise, SAMPLE_RATE, subtype="FLOAT")
    request = request_of(tiny_ace_step_folder, init_audio=str(source), strength=strength)
    made = engine.generate(request)
    assert np.array_equal(made.waveform, take.waveform) == (strength == 1.0)


def test_steps_are_previewed(tiny_ace_step_folder: Path) -> None:
    shown: list[DenoisingStep] = []

    def note(event: Event) -> None:
        if isinstance(event, DenoisingStep):
            shown.append(event)

    Engine(previews=True).generate(request_of(tiny_ace_step_folder), Progress(note))
    assert len(shown) == 2
    assert all(event.preview is not None for event in shown)


def test_endless_music_is_made_in_windows_without_lyrics(
    engine: Engine, tiny_ace_step_folder: Path
) -> None:
    heard = []

    def hear(event: Event) -> None:
        if isinstance(event, AudioChunk):
            heard.append(event.samples)
            if len(heard) == 2:
                progress.cancel()

    progress = Progress(hear)
    with pytest.raises(InvalidRequestError, match="Lyrics have an end"):
        engine.record_endless(request_of(tiny_ace_step_folder), progress)
    take = engine.record_endless(request_of(tiny_ace_step_folder, lyrics=""), progress)
    assert take.waveform.shape == (sum(map(len, heard)), 2)
