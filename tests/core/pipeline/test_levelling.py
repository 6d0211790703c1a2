"""The gain of a take: near what its samples would ask for, and within its bounds."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.events import Event
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import Level
from core.mel import LOG_FLOOR, MelParams, log_mel_spectrogram
from core.pipeline.levelling import (
    LARGEST_BOOST_DB,
    RECOMMENDED_SHARE,
    MelLoudness,
    find_gain,
    is_levelled,
    take_head,
)
from core.sound_files.loudness import LoudnessMeter
from core.vocoders.phase_reconstruction import LOUDEST_RMS

RATE = 16_000
TIME_S = np.arange(4 * RATE) / RATE
NOISE = np.random.default_rng(0).standard_normal(4 * RATE)
SILENCE = np.full((100, 64), LOG_FLOOR, np.float32)
CARD = SimpleNamespace(loudness_lufs=-20.0, window_frames=1024)
VOCODER = SimpleNamespace(loudest_rms=1.0)
MODEL = SimpleNamespace(
    mel=MelParams(), card=CARD, vocoder=VOCODER, time_scale=4, latent_channels=16
)


def log_mel(samples: np.ndarray) -> FloatArray:
    waveform = torch.from_numpy(samples.astype(np.float32))[None]
    return log_mel_spectrogram(waveform, MODEL.mel)[0, 0].numpy()


def lufs_of(samples: np.ndarray) -> float:
    meter = LoudnessMeter(RATE)
    meter.add(samples[None])
    return meter.lufs


def gain_of(level: Level | float, head: FloatArray, latents: Tensor | None = None) -> float:
    return find_gain(MODEL, level, head, latents, Progress())


def gain_db(level: Level | float, head: FloatArray, latents: Tensor | None = None) -> float:
    return 20 * np.log10(gain_of(level, head, latents))


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
    assert gain_of(Level.UNCHANGED, log_mel(NOISE)) == 1.0
    head = log_mel(NOISE)
    assert find_gain(silent_card, Level.RECOMMENDED, head, None, Progress()) == 1.0
    assert not is_levelled(silent_card.card, Level.RECOMMENDED)
    assert is_levelled(silent_card.card, -20.0)


def test_silence_keeps_its_level_and_a_faint_sound_is_not_boosted_far() -> None:
    assert gain_of(-16.0, SILENCE) == 1.0
    assert gain_db(-16.0, log_mel(0.001 * NOISE)) == pytest.approx(LARGEST_BOOST_DB)


def test_a_short_loud_passage_holds_the_gain_back() -> None:
    samples = 0.002 * NOISE
    samples[RATE : RATE + 800] *= 150
    loudness = MelLoudness(MODEL)
    loudness.add(log_mel(samples))
    notices: list[Event] = []
    gain = find_gain(MODEL, -6.0, log_mel(samples), None, Progress(notices.append))
    assert gain == pytest.approx(LOUDEST_RMS / loudness.loudest_rms)
    reached = loudness.lufs + 20 * np.log10(gain)
    assert f"about {reached:.0f} LUFS: more would cut off" in notices[0].sentence
    find_gain(MODEL, -40.0, log_mel(samples), None, Progress(notices.append))
    assert len(notices) == 1


def linear_latents(mel: FloatArray) -> Tensor:
    """Latents (1, C, T, F) of a codec without losses: each square of 4 x 4 cells is 16 channels."""
    return torch.nn.functional.pixel_unshuffle(torch.from_numpy(mel)[None, None], 4)


@pytest.mark.parametrize("head_frames", [96, 200, 392])
def test_the_rest_of_a_sound_is_heard_in_its_latents(head_frames: int) -> None:
    samples = 0.02 * NOISE
    samples[2 * RATE :] *= 5
    mel = log_mel(samples)
    whole = gain_db(-23.0, mel)
    estimated = gain_db(-23.0, mel[:head_frames], linear_latents(mel))
    assert estimated == pytest.approx(whole, abs=0.5)
    if head_frames <= 200:
        assert gain_db(-23.0, mel[:head_frames]) > whole + 5  # it does not know the loud part


def test_of_a_long_sound_parts_are_read_and_few_at_a_time() -> None:
    mel = np.tile(log_mel(0.05 * NOISE), (100, 1))
    latents = RecordedLatents(linear_latents(mel))
    assert gain_of(-23.0, mel[:256], latents) == pytest.approx(gain_of(-23.0, mel), rel=0.03)
    assert sum(span.length for span in latents.spans) < latents.shape[2] / 2
    assert max(span.length for span in latents.spans) <= 64
    assert latents.spans[-1].stop == latents.shape[2]


class RecordedLatents:
    """A source that remembers what was read of it."""

    def __init__(self, latents: Tensor) -> None:
        self.shape, self.spans = tuple(latents.shape), list[Span]()
        self._latents = latents

    def read(self, span: Span) -> Tensor:
        self.spans.append(span)
        return self._latents[:, :, span.slice]


@pytest.mark.parametrize(("silent", "taken"), [(0, 6), (3, 6), (10, 11), (200, 82)])
def test_the_head_is_half_a_window_or_up_to_the_first_sound(silent: int, taken: int) -> None:
    sound = log_mel(0.05 * NOISE)[:100]
    stretches = iter([*[SILENCE] * silent, *[sound] * 20])
    assert len(take_head(MODEL, stretches)) == taken
    assert len(list(stretches)) == silent + 20 - taken


def test_a_head_that_is_the_whole_sound_needs_no_latents() -> None:
    mel = log_mel(0.05 * NOISE)
    latents = RecordedLatents(linear_latents(mel))
    assert gain_of(-23.0, mel, latents) == gain_of(-23.0, mel)
    assert latents.spans == []


def test_a_part_shorter_than_a_block_is_one_block() -> None:
    assert np.isfinite(gain_db(-20.0, log_mel(0.05 * NOISE)[:7]))
