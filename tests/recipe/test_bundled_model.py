"""The recipe of the bundled model, from clips to the exported folder, on a few steps.

Only computed sounds are used, so that no sound font, voice or recording has to be installed.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from bundled_model.captions.caption import caption
from bundled_model.captions.scenes import SCENES
from bundled_model.captions.tokenizer import load_tokenizer
from bundled_model.data.attributes import Loudness, Register, Style, Tempo
from bundled_model.data.clip import CLIP_SAMPLES, ClipPlan, ClipPlanner
from bundled_model.data.concepts import CONCEPT_NAMES, CONCEPTS, Instrument, Samples, Synthesis
from bundled_model.data.score import Composer
from bundled_model.data.studio import Studio
from bundled_model.recipe import Recipe, missing_packages
from bundled_model.report.measures import (
    fundamental_hz,
    in_tune_share,
    level_db,
    onsets_per_second,
)
from bundled_model.report.prompts import FREE_PHRASINGS
from bundled_model.schedule import Schedule
from bundled_model.settings import CHECK
from hypothesis import given
from hypothesis import strategies as st

from core.api.progress import Progress
from core.mel import log_mel_spectrogram
from core.models.loader import load_model

EVERY_SOURCE = tuple({type(concept.source) for concept in CONCEPTS})


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder in which the whole recipe has run."""
    work = tmp_path_factory.mktemp("work")
    Recipe(CHECK, (Synthesis,), work).run(work / "model", work / "report")
    return work


def test_the_recipe_ends_in_a_folder_that_tessera_loads_and_runs(work: Path) -> None:
    model = load_model(
        str(work / "model"),
        device=torch.device("cpu"),
        dtype=torch.float32,
        progress=Progress(),
    )
    conditioning = model.encode_prompt("rain", "")
    noise = torch.randn(1, 16, 64, 8)
    assert model.card.window_frames == 512
    assert model.predict(noise, torch.tensor(500), conditioning.positive).shape == noise.shape
    assert model.vae.decode(noise).sample.shape == (1, 1, 512, 64)


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


@pytest.mark.parametrize("name", ["judge", "generator"])
def test_a_stopped_training_goes_on_to_the_same_weights(tmp_path: Path, name: str) -> None:
    steps = 4
    whole = replace(CHECK, **{name: Schedule(steps, 1e-3, 1e-5, 1, 0.25)})
    half = replace(CHECK, **{name: Schedule(steps // 2, 1e-3, 1e-3, 1, 0.5)})
    getattr(Recipe(half, (Synthesis,), tmp_path), name)
    resumed = getattr(Recipe(whole, (Synthesis,), tmp_path), name)
    (tmp_path / f"{name}.pt").unlink()
    straight = getattr(Recipe(whole, (Synthesis,), tmp_path), name)
    for left, right in zip(resumed.parameters(), straight.parameters(), strict=True):
        torch.testing.assert_close(left, right, rtol=0, atol=0)


@given(st.integers(0, 10**6))
def test_the_same_number_is_always_the_same_plan(number: int) -> None:
    planner = ClipPlanner(1, EVERY_SOURCE, 0.5)
    assert planner.plan(number) == ClipPlanner(1, EVERY_SOURCE, 0.5).plan(number)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_caption_names_the_sound_and_nothing_false(number: int, seed: int) -> None:
    plan = ClipPlanner(1, EVERY_SOURCE, 0.2).plan(number)
    words = caption(plan, np.random.default_rng(seed))
    sounding = [CONCEPTS[i] for i in (plan.concept, plan.second) if i is not None]
    for concept in sounding:
        known = (concept.name, *concept.synonyms, *SCENES[concept.name])
        assert any(name in words for name in known)
    told = set(words.split())
    assert plan.tempo is Tempo.SLOW or "slow" not in told
    assert plan.tempo is Tempo.FAST or "fast" not in told
    assert plan.loudness is Loudness.LOUD or "loud" not in told


def test_no_caption_is_a_prompt_of_the_report() -> None:
    planner, rng = ClipPlanner(1, EVERY_SOURCE, 0.0), np.random.default_rng(0)
    captions = {caption(planner.plan(number), rng) for number in range(20_000)}
    assert len(captions) > 10_000
    assert captions.isdisjoint(FREE_PHRASINGS)
    scenes = [scene for told in SCENES.values() for scene in told]
    assert not any(scene in phrase for phrase in FREE_PHRASINGS for scene in scenes)


@pytest.mark.parametrize("name", [c.name for c in CONCEPTS if isinstance(c.source, Synthesis)])
def test_every_computed_sound_keeps_its_length_and_its_loudness(name: str) -> None:
    planner = ClipPlanner(3, (Synthesis,), 0.0)
    plans = [planner.plan(number) for number in range(400)]
    plans = [plan for plan in plans if CONCEPT_NAMES[plan.concept] == name]
    soft, loud = (
        next(plan for plan in plans if plan.loudness is loudness)
        for loudness in (Loudness.SOFT, Loudness.LOUD)
    )
    quiet_sound, loud_sound = Studio().render(soft), Studio().render(loud)
    assert quiet_sound.shape == loud_sound.shape == (CLIP_SAMPLES,)
    assert 0.05 < np.abs(quiet_sound).max() < 0.12
    assert 0.9 < np.abs(loud_sound).max() <= 1


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
    assert onsets_per_second(log_mel_spectrogram(tone[None])[0, 0]) == pytest.approx(2, abs=0.3)
    assert in_tune_share(tone, 16000) == 1
    assert in_tune_share(torch.sin(2 * torch.pi * 452 * time_s), 16000) == 0
    assert level_db(tone) - level_db(tone / 10) == pytest.approx(20, abs=0.01)


def test_packages_are_required_only_if_sounds_are_missing() -> None:
    assert missing_packages(EVERY_SOURCE, EVERY_SOURCE) == ""
    assert missing_packages((Synthesis, Instrument), (Instrument, Samples)) == "sonic-pi-samples"


def test_a_pair_never_plays_in_two_keys() -> None:
    planner = ClipPlanner(5, EVERY_SOURCE, 1.0)
    plans: list[ClipPlan] = [planner.plan(number) for number in range(200)]
    for plan in plans:
        assert plan.second is not None
        both = (CONCEPTS[plan.concept], CONCEPTS[plan.second])
        assert not all(isinstance(concept.source, Instrument) for concept in both)
