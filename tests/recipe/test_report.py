"""The report: its words are its figures, its distances and its margins mean what they say."""

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from bundled_model.data.clip import CLIP_SAMPLES, MEL
from bundled_model.data.waveform_store import WaveformStore
from bundled_model.report import attributes
from bundled_model.report.attributes import measure_attributes
from bundled_model.report.curves import write_curves
from bundled_model.report.figures import Figures, read_figures
from bundled_model.report.generation import Clips
from bundled_model.report.measures import log_spectral_distance_db, noise_distances_db
from bundled_model.report.text import report_text
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mel import log_mel_spectrogram

REPORT = Path(__file__).parents[2] / "packaging" / "bundled_model"


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Those of the shipped model."""
    return read_figures(REPORT / "report.json")


def test_the_report_that_is_shipped_says_its_own_figures(figures: Figures) -> None:
    assert report_text(figures) == (REPORT / "REPORT.md").read_text(encoding="utf-8")


def test_every_figure_is_in_the_report(figures: Figures) -> None:
    changed = replace(figures, too_loud=0.123, noise=replace(figures.noise, drawings_db=98.7))
    text = report_text(changed)
    assert "12%" in text
    assert "98.7 dB" in text


def test_a_curve_that_began_under_former_names_is_drawn_whole(tmp_path: Path) -> None:
    curve = [
        {"step": 1, "told": 0.4, "untold": 0.5},
        {"step": 2, "captioned": 0.3, "uncaptioned": 1},
    ]
    write_curves(tmp_path / "curve.svg", "Loss", curve)
    picture = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    assert picture.count("<polyline") == 2
    assert ">captioned (last 0.3)<" in picture
    assert ">uncaptioned (last 1)<" in picture


def test_what_is_aimed_at_goes_with_the_number_of_instruments(figures: Figures) -> None:
    asked = replace(figures.attributes, instruments=4, register=4)
    text = report_text(replace(figures, attributes=asked))
    assert "| 4 of 4 instruments | 4 of 4 |" in text
    assert "of 10" not in text


def test_ten_times_louder_is_20_db_apart() -> None:
    sounds = torch.rand(2, 8000, generator=torch.Generator().manual_seed(0)) - 0.5
    assert log_spectral_distance_db(sounds, sounds) == 0
    assert log_spectral_distance_db(sounds, 10 * sounds) == pytest.approx(20, abs=0.01)


@settings(max_examples=10)  # each takes a tenth of a second, twice
@given(st.integers(0, 1000))
def test_noise_is_as_far_apart_as_in_theory(seed: int) -> None:
    distances = noise_distances_db(seed)
    deviation_db = 20 / math.log(10) * math.pi / math.sqrt(24)  # of a Rayleigh variable's logarithm
    assert distances.best_guess_db == pytest.approx(deviation_db, rel=0.02)
    assert distances.drawings_db == pytest.approx(math.sqrt(2) * deviation_db, rel=0.02)
    assert distances == noise_distances_db(seed)


def played(prompt: str, margins: float) -> torch.Tensor:
    """A struck tone: what is more of something lies so many margins above what is less."""
    adjective, time_s = prompt.split(maxsplit=1)[0], torch.arange(CLIP_SAMPLES) / 16000
    semitones = attributes.LEAST_SEMITONES * margins * (adjective == "high")
    beats_per_second = 3 * attributes.LEAST_TEMPO_RATIO ** (margins * (adjective == "fast"))
    gain_db = attributes.LEAST_DECIBELS * margins * (adjective == "loud")
    envelope = torch.exp(-(time_s % (1 / beats_per_second)) / 0.05)
    phase = 2 * torch.pi * 220 * 2 ** (semitones / 12) * time_s
    tone = sum(torch.sin(k * phase) / k for k in range(1, 6)) * envelope
    return 0.05 * 10 ** (gain_db / 20) * tone


@pytest.mark.parametrize(("margins", "heard"), [(-2, 0), (0, 0), (0.5, 0), (2, 1)])
def test_opposites_count_only_when_they_are_clearly_apart(
    monkeypatch: pytest.MonkeyPatch, margins: float, heard: int
) -> None:
    def generate(_model: object, prompts: list[str], *_rest: object) -> Clips:
        waveforms = torch.stack([played(prompt, margins) for prompt in prompts])
        return Clips(log_mel_spectrogram(waveforms, MEL), waveforms)

    monkeypatch.setattr(attributes, "generate", generate)
    model = SimpleNamespace(card=SimpleNamespace(guidance_scale=1.0), vocoder=None)
    nothing = WaveformStore(np.zeros((0, CLIP_SAMPLES), np.int16), ())
    measured = measure_attributes(model, nothing, ("piano",), (0,))
    assert (measured.register, measured.tempo, measured.loudness) == (heard, heard, heard)


def test_sounds_beyond_full_scale_are_counted() -> None:
    waveforms = torch.tensor([[0.5, -1.0], [0.2, -1.2], [1.01, 0.0], [0.0, 0.0]])
    assert Clips(torch.zeros(4, 1, 1, 1), waveforms).too_loud_share == 0.5
