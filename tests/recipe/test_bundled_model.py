"""The recipe of the bundled model, from clips to the exported folder, on a few steps.

Computed sounds and a library of noise are used, so that no package has to be installed.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from bundled_model.captions.tokenizer import load_tokenizer
from bundled_model.data.attributes import HIGHEST_PEAK, LEVEL_DB, Loudness, Register, Style, Tempo
from bundled_model.data.clip import CLIP_SAMPLES, MEL
from bundled_model.data.concepts import CONCEPT_NAMES, CONCEPTS, Instrument, Samples, Synthesis
from bundled_model.data.planning import ClipPlanner
from bundled_model.data.recordings.library import Library
from bundled_model.data.recordings.split import Part
from bundled_model.data.score import Composer
from bundled_model.data.studio import Studio
from bundled_model.data.waveform_mixing import sounding_level_db
from bundled_model.recipe import Recipe, missing_packages
from bundled_model.report import generation
from bundled_model.report.measures import (
    fundamental_hz,
    in_tune_share,
    level_db,
    onsets_per_second,
)
from bundled_model.schedule import Schedule
from bundled_model.settings import CHECK, Settings
from torch import nn

from core.api.progress import Progress
from core.diffusion.denoising import denoise
from core.mel import log_mel_spectrogram
from core.models.loader import load_model

EVERY_SOURCE = tuple({type(concept.source) for concept in CONCEPTS if concept.source})


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, library_folder: Path) -> Path:
    """A work folder in which the whole recipe has run."""
    work = tmp_path_factory.mktemp("work")
    in_two_steps = {"num_inference_steps": 2}  # the card asks for 25, of a model that knows nothing
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            generation, "denoise", lambda *args, **more: denoise(*args, **more | in_two_steps)
        )
        Recipe(CHECK, (Synthesis,), work, library_folder).run(work / "model", work / "report")
    return work


def test_the_recipe_ends_in_a_folder_that_tessera_loads_and_runs(work: Path) -> None:
    model = load_model(
        str(work / "model"),
        device=torch.device("cpu"),
        dtype=torch.float32,
        progress=Progress(),
    )
    conditioning = model.encode_prompt("rain, then a siren", "")
    noise = torch.randn(1, 16, 64, 16)
    assert model.capabilities.reads_word_order
    assert model.card.window_frames == 512
    assert model.predict(noise, torch.tensor(500), conditioning.positive).shape == noise.shape
    assert model.vae.decode(noise).sample.shape == (1, 1, 512, 128)


def test_every_file_of_the_folder_may_be_read_by_everyone(work: Path) -> None:
    files = [path for path in (work / "model").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}


def test_the_report_has_a_figure_for_every_question(work: Path) -> None:
    figures = json.loads((work / "report" / "report.json").read_text())
    shares = [figures["recognition"][name] for name in ("real", "codec", "generated", "heard")]
    assert all(0 <= share <= 1 for share in shares)
    assert figures["attributes"]["instruments"] == 1
    text = (work / "report" / "REPORT.md").read_text()
    for picture in (
        "codec.svg",
        "generator.svg",
        "judge.svg",
        "vocoder.svg",
        "contact_sheet.png",
    ):
        assert picture in text
        assert (work / "report" / picture).stat().st_size > 200


def test_capitals_are_small_letters_to_the_tokenizer(work: Path) -> None:
    tokenizer = load_tokenizer(work / "model" / "tokenizer")
    assert tokenizer("Rain and WIND").input_ids == tokenizer("rain and wind").input_ids


@pytest.mark.parametrize("name", ["judge", "generator", "decoder"])
def test_a_stopped_training_goes_on_to_the_same_weights(
    tmp_path: Path, library_folder: Path, name: str
) -> None:
    def trained(settings: Settings) -> nn.Module:
        return Recipe(settings, (Synthesis,), tmp_path, library_folder).train(name).averaged

    steps = 4
    whole = replace(CHECK, **{name: Schedule(steps, 1e-3, 1e-5, 1, 0.25)})
    half = replace(CHECK, **{name: Schedule(steps // 2, 1e-3, 1e-3, 1, 0.5)})
    trained(half)
    resumed = trained(whole)
    (tmp_path / f"{name}.pt").unlink()
    straight = trained(whole)
    for left, right in zip(resumed.parameters(), straight.parameters(), strict=True):
        torch.testing.assert_close(left, right, rtol=0, atol=0)


@pytest.mark.parametrize("name", [c.name for c in CONCEPTS if isinstance(c.source, Synthesis)])
def test_every_computed_sound_keeps_its_length_and_its_loudness(name: str) -> None:
    planner = ClipPlanner(3, (Synthesis,))
    plans = [planner.plan(number) for number in range(400)]
    plans = [plan for plan in plans if CONCEPT_NAMES[plan.concept] == name]
    for loudness in (Loudness.SOFT, Loudness.NORMAL):
        sound = Studio().render(next(plan for plan in plans if plan.loudness is loudness))
        low, high = LEVEL_DB[loudness]
        assert sound.shape == (CLIP_SAMPLES,)
        assert low - 0.1 < sounding_level_db(sound) < high + 0.1
        assert np.abs(sound).max() <= HIGHEST_PEAK + 1e-6


def test_a_recording_is_heard_in_its_clip(library: Library) -> None:
    planner = ClipPlanner(3, (), library.numbered(Part.TRAINING))
    for number in range(30):
        plan = planner.plan(number)
        sound = Studio(library).render(plan)
        assert sound.shape == (CLIP_SAMPLES,)
        assert np.isfinite(sound).all()
        assert 0.01 < np.abs(sound).max() <= HIGHEST_PEAK + 1e-6


@pytest.mark.parametrize("style", [style for style in Style if style is not Style.FREE])
@pytest.mark.parametrize("register", list(Register))
def test_composed_notes_stay_within_the_instrument(style: Style, register: Register) -> None:
    for seed in range(20):
        composer = Composer(np.random.default_rng(seed), Tempo.MEDIUM, 5.12)
        notes = composer.notes(style, register, (40, 72))
        assert notes
        assert all(40 <= note.key <= 72 and 0 <= note.start_s < 5.12 for note in notes)


def test_fast_music_has_more_notes_than_slow() -> None:
    counts = [
        len(Composer(np.random.default_rng(0), tempo, 5.12).drums(()))
        for tempo in (Tempo.SLOW, Tempo.MEDIUM, Tempo.FAST)
    ]
    assert counts == sorted(set(counts))


def test_the_measures_find_pitch_beats_and_level() -> None:
    time_s = torch.arange(CLIP_SAMPLES) / 16000
    struck = torch.exp(-(time_s % 0.5) / 0.1)
    tone = sum(torch.sin(2 * torch.pi * 220 * k * time_s) / k for k in range(1, 6)) * struck / 4
    assert fundamental_hz(tone, 16000) == pytest.approx(220, rel=0.02)
    log_mel = log_mel_spectrogram(tone[None], MEL)[0, 0]
    assert onsets_per_second(log_mel) == pytest.approx(2, abs=0.3)
    assert in_tune_share(tone, 16000) == 1
    assert in_tune_share(torch.sin(2 * torch.pi * 452 * time_s), 16000) == 0
    assert level_db(tone) - level_db(tone / 10) == pytest.approx(20, abs=0.01)


def test_packages_are_required_only_if_sounds_are_missing() -> None:
    assert missing_packages(EVERY_SOURCE, EVERY_SOURCE) == ""
    assert missing_packages((Synthesis, Instrument), (Instrument, Samples)) == "sonic-pi-samples"
