"""The gain of a take: near what its samples would ask for, and within its bounds."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.api.arrays import FloatArray
from core.api.events import Event
from core.api.progress import Progress
from core.api.request import Level
from core.mel import LOG_FLOOR, MelParams, log_mel_spectrogram
from core.pipeline.levelling import (
    LARGEST_BOOST_DB,
    RECOMMENDED_SHARE,
    MelLoudness,
    find_gain,
    is_levelled,
)
from core.sound_files.loudness import LoudnessMeter
from core.vocoders.phase_reconstruction import LOUDEST_RMS

RATE = 16_000
TIME_S = np.arange(4 * RATE) / RATE
NOISE = np.random.default_rng(0).standard_normal(4 * RATE)
SILENCE = np.full((100, 64), LOG_FLOOR, np.float32)
CARD = SimpleNamespace(loudness_lufs=-20.0)
MODEL = SimpleNamespace(mel=MelParams(), card=CARD, vocoder=None)


def log_mel(samples: np.ndarray) -> FloatArray:
    waveform = torch.from_numpy(samples.astype(np.float32))[None]
    return log_mel_spectrogram(waveform, MODEL.mel)[0, 0].numpy()


def lufs_of(samples: np.ndarray) -> float:
    meter = LoudnessMeter(RATE)
    meter.add(samples[None])
    return meter.lufs


def gain_db(level: Level | float, *parts: FloatArray, model: object = MODEL) -> float:
    return 20 * np.log10(find_gain(model, level, parts))


@pytest.mark.parametrize(
    "samples",
    [
        0.05 * NOISE,
        0.3 * np.sin(2 * np.pi * 220 * TIME_S),
        0.1 * sum(np.sin(2 * np.pi * 150 * n * TIME_S) / n for n in range(1, 20)),
        0.1 * NOISE * (TIME_S % 1 < 0.2),
        0.2 * NOISE * np.exp(-3 * (TIME_S % 2)),
    ],
)
def test_the_loudness_of_a_log_mel_is_near_that_of_its_sound(samples: np.ndarray) -> None:
    loudness = MelLoudness(MODEL)
    loudness.add(log_mel(samples))
    assert loudness.lufs == pytest.approx(lufs_of(samples), abs=1.5)


def test_a_loudness_that_is_asked_for_is_met() -> None:
    mel = log_mel(0.05 * NOISE)
    wanted = gain_db(-23.0, mel)
    assert lufs_of(0.05 * NOISE) + wanted == pytest.approx(-23, abs=1.5)
    assert gain_db(-20.0, mel) == pytest.approx(wanted + 3, abs=1e-6)


def test_a_recommendation_keeps_part_of_the_difference() -> None:
    loud, quiet = log_mel(0.1 * NOISE), log_mel(0.01 * NOISE)
    change = gain_db(Level.RECOMMENDED, quiet) - gain_db(Level.RECOMMENDED, loud)
    assert change == pytest.approx(20 * RECOMMENDED_SHARE, abs=0.1)


def test_without_a_level_the_gain_is_exactly_one() -> None:
    silent_card = SimpleNamespace(card=SimpleNamespace(loudness_lufs=None))
    assert find_gain(MODEL, Level.UNCHANGED, [log_mel(NOISE)]) == 1.0
    assert find_gain(silent_card, Level.RECOMMENDED, [log_mel(NOISE)]) == 1.0
    assert not is_levelled(silent_card.card, Level.RECOMMENDED)
    assert is_levelled(silent_card.card, -20.0)


def test_silence_keeps_its_level_and_a_faint_sound_is_not_boosted_far() -> None:
    assert find_gain(MODEL, -16.0, [SILENCE]) == 1.0
    assert gain_db(-16.0, log_mel(0.001 * NOISE)) == pytest.approx(LARGEST_BOOST_DB)


def test_a_short_loud_passage_holds_the_gain_back() -> None:
    samples = 0.002 * NOISE
    samples[RATE : RATE + 800] *= 150
    loudness = MelLoudness(MODEL)
    loudness.add(log_mel(samples))
    notices: list[Event] = []
    gain = find_gain(MODEL, -6.0, [log_mel(samples)], Progress(notices.append))
    assert gain == pytest.approx(LOUDEST_RMS / loudness.loudest_rms)
    reached = loudness.lufs + 20 * np.log10(gain)
    assert f"about {reached:.0f} LUFS: more would cut off" in notices[0].sentence
    find_gain(MODEL, -40.0, [log_mel(samples)], Progress(notices.append))
    assert len(notices) == 1


def test_parts_of_a_sound_count_as_one_sound() -> None:
    mel = log_mel(0.05 * NOISE)
    whole = find_gain(MODEL, -20.0, [mel])
    assert find_gain(MODEL, -20.0, [mel[:200], mel[200:]]) == pytest.approx(whole, rel=0.02)


def test_a_part_shorter_than_a_block_is_one_block() -> None:
    assert np.isfinite(gain_db(-20.0, log_mel(0.05 * NOISE)[:7]))
