"""Phase reconstruction: lengths, determinism, likeness, and no seam between blocks."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.arrays import FloatArray
from core.api.region import Span
from core.mel import LOG_FLOOR, MelParams, log_mel_spectrogram
from core.models.folder import BUNDLED_FOLDER, open_folder
from core.models.networks import load_magnitude_network
from core.vocoders.magnitude_network import MagnitudeNetwork
from core.vocoders.phase_reconstruction import LOUDEST_RMS, PhaseReconstructionVocoder

PARAMS = MelParams()
VOCODER = PhaseReconstructionVocoder(PARAMS, n_iter=32)
QUICK = PhaseReconstructionVocoder(PARAMS, n_iter=2)
CONFIG = {
    "_class_name": "PhaseReconstructionVocoder",
    "sampling_rate": 16000,
    "model_in_dim": 64,
    "n_fft": 1024,
    "hop_length": 160,
    "n_iter": 32,
    "momentum": 0.99,
}


def log_mel(waveform: np.ndarray) -> torch.Tensor:
    return log_mel_spectrogram(torch.from_numpy(waveform)[None])[0, 0]


def make_chord(duration_s: float) -> np.ndarray:
    time = np.arange(round(duration_s * 16000)) / 16000
    partials = [
        np.sin(2 * np.pi * f0 * k * time + k) / k for f0 in (196, 247, 330) for k in range(1, 9)
    ]
    return (0.1 * np.sum(partials, axis=0)).astype(np.float32)


def make_noise(duration_s: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(0, 0.1, round(duration_s * 16000)).astype(np.float32)


@cache
def shipped() -> PhaseReconstructionVocoder:
    """The bundled model's, with its learnt magnitudes."""
    return VOCODER.with_network(load_magnitude_network(open_folder(BUNDLED_FOLDER), PARAMS))


def smooth() -> PhaseReconstructionVocoder:
    return VOCODER


def vocode(
    mel: torch.Tensor, sizes: list[int], vocoder: PhaseReconstructionVocoder = VOCODER
) -> np.ndarray:
    stream = vocoder.stream()
    rest = [len(mel) - sum(sizes)] if sum(sizes) < len(mel) else []
    parts = [stream.push(piece) for piece in mel.split([*sizes, *rest])]
    return np.concatenate([*parts, stream.finish()])


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
@settings(deadline=None, max_examples=10)
def test_pushes_do_not_change_a_single_bit(sizes: list[int]) -> None:
    mel = log_mel(make_chord(3.6))[: max(1, sum(sizes))]
    samples = vocode(mel, sizes, QUICK)
    assert samples.dtype == np.float32
    assert len(samples) == QUICK.num_samples(len(mel)) == 160 * len(mel)
    np.testing.assert_array_equal(samples, vocode(mel, [], QUICK))


@pytest.mark.parametrize("make", [make_chord, make_noise])
def test_the_log_mel_of_the_sound_is_the_log_mel_given(
    make: Callable[[float], np.ndarray],
) -> None:
    mel = log_mel(make(3.3))
    error = (log_mel(vocoded(make)) - mel).abs()
    assert error.mean() < 0.25  # 2 dB; most of it where the chord has nothing but window leakage
    assert error[:, mel.mean(dim=0) > mel.max() - 4].mean() < 0.15


def test_a_sudden_start_stays_where_it_was() -> None:
    waveform = make_chord(2.0)
    waveform[:16000] = 0
    samples = vocode(log_mel(waveform), [])
    level = np.sqrt(np.mean(samples.reshape(-1, 160) ** 2, axis=1))
    assert level[:94].max() < 0.02 * level[110:].mean()
    assert level[104:].min() > 0.3 * level[110:].mean()


@cache
def vocoded(
    make: Callable[[float], np.ndarray],
    vocoder: Callable[[], PhaseReconstructionVocoder] = smooth,
) -> np.ndarray:
    return vocode(log_mel(make(3.3)), [], vocoder())


def flux(samples: np.ndarray) -> np.ndarray:
    """Mean change of the log-mel into each frame, (frames,)."""
    mel = log_mel(samples)
    return np.pad((mel[1:] - mel[:-1]).abs().mean(dim=1).numpy(), (1, 0))


def roughness(samples: np.ndarray) -> np.ndarray:
    """Largest second difference in each hop, (frames,): clicks stand out."""
    second = np.pad(np.abs(np.diff(samples, 2)), (1, 1))
    return second.reshape(-1, 160).max(axis=1)


def by_place(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of the frames within four of a block border, and of all others inside the clip."""
    index = np.arange(len(values))
    inside, at_border = (index >= 28) & (index < len(values) - 28), (index + 4) % 32 < 8
    return values[inside & at_border], values[inside & ~at_border]


@pytest.mark.parametrize("make", [make_chord, make_noise])
@pytest.mark.parametrize("measure", [flux, roughness])
@pytest.mark.parametrize("vocoder", [smooth, shipped])
def test_block_borders_do_not_stand_out(
    make: Callable[[float], np.ndarray],
    measure: Callable[[np.ndarray], np.ndarray],
    vocoder: Callable[[], PhaseReconstructionVocoder],
) -> None:
    border, elsewhere = by_place(measure(vocoded(make, vocoder)))
    assert border.mean() < 1.15 * elsewhere.mean()
    assert border.max() < 1.3 * np.quantile(elsewhere, 0.99)


def test_blocks_reconstructed_apart_would_stand_out() -> None:
    mel = log_mel(make_chord(3.3))
    apart = np.concatenate([vocode(block, []) for block in mel.split(32)])
    border, elsewhere = by_place(flux(apart))
    assert border.mean() > 2 * elsewhere.mean()


def test_silence_stays_silence() -> None:
    assert np.abs(vocode(torch.full((100, 64), LOG_FLOOR), [])).max() < 1e-8


def test_samples_come_once_block_and_lookahead_are_there() -> None:
    stream, mel = QUICK.stream(), log_mel(make_chord(1.0))
    assert QUICK.context_frames == 16
    assert stream.push(mel[:47]).size == 0
    assert stream.push(mel[47:48]).size == 32 * 160 - 432  # frame 32 covers the others


def test_without_frames_there_are_no_samples() -> None:
    assert QUICK.stream().finish().size == 0


class WithContext:
    """A magnitude model that looks two frames to either side."""

    context_frames = 2

    def __call__(self, mel: torch.Tensor) -> torch.Tensor:
        padded = torch.nn.functional.pad(mel.exp().T[None], (2, 2))
        smooth = torch.nn.functional.avg_pool1d(padded, 5, stride=1)[0].T
        return smooth.mean(dim=1, keepdim=True).expand(-1, 513).contiguous()


def test_a_magnitude_model_sees_its_context_across_block_borders() -> None:
    asked: list[tuple[torch.Tensor, FloatArray]] = []
    model = WithContext()
    vocoder = PhaseReconstructionVocoder(PARAMS, n_iter=1, magnitudes=model)
    stream = vocoder.stream()
    mel = log_mel(make_noise(1.5))
    whole = model(mel)
    stream.push(mel)
    magnitudes_of = vocoder.magnitudes_of

    def listened(mel_of: Callable[[Span], torch.Tensor], clip: Span, span: Span) -> FloatArray:
        asked.append((whole[span.slice], magnitudes_of(mel_of, clip, span)))
        return asked[-1][1]

    vocoder.magnitudes_of = listened
    stream.finish()
    assert asked
    for expected, given_magnitudes in asked:
        np.testing.assert_allclose(given_magnitudes, expected, rtol=1e-5)


@pytest.mark.parametrize("louder_by", [0.0, 3.0, 8.0])
def test_no_sound_is_louder_than_a_file_can_hold(louder_by: float) -> None:
    chord = make_chord(1.0)
    waveform = vocode(log_mel(chord) + louder_by, [], QUICK)
    rms, wanted = (np.sqrt(np.square(x).mean()) for x in (waveform, math.exp(louder_by) * chord))
    assert 0.5 * min(LOUDEST_RMS, wanted) < rms < 1.1 * min(LOUDEST_RMS, wanted)


def test_a_network_changes_nothing_but_the_magnitudes() -> None:
    vocoder = PhaseReconstructionVocoder(PARAMS, 3, 0.5, block_frames=8, lookahead_frames=4)
    learnt = vocoder.with_network(MagnitudeNetwork(PARAMS, width=8, num_blocks=1))
    assert (learnt.n_iter, learnt.momentum) == (3, 0.5)
    assert (learnt.block_frames, learnt.lookahead_frames) == (8, 4)


def test_a_model_folders_config_builds_it() -> None:
    vocoder = PhaseReconstructionVocoder.from_config({**CONFIG, "n_iter": 5})
    assert vocoder.params == PARAMS
    assert (vocoder.sampling_rate, vocoder.hop_length) == (16000, 160)
    assert (vocoder.n_iter, vocoder.momentum) == (5, 0.99)


@pytest.mark.parametrize(
    "change",
    [
        {"n_fft": 0},
        {"n_fft": 10**12},
        {"n_iter": "many"},
        {"momentum": math.nan},
        {"momentum": [1]},
        {"hop_length": True},
        {"hop_length": 1000},
        {"model_in_dim": 5000},
        {"sampling_rate": 16000.5},
    ],
)
def test_a_config_out_of_range_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="has to be"):
        PhaseReconstructionVocoder.from_config({**CONFIG, **change})


def test_other_geometries_keep_their_lengths() -> None:
    params = MelParams(sample_rate=8000, n_fft=256, hop_length=80, n_mels=20, fmax=4000)
    vocoder = PhaseReconstructionVocoder(params, n_iter=2, block_frames=1, lookahead_frames=3)
    waveform = torch.from_numpy(make_noise(0.5))
    mel = log_mel_spectrogram(waveform[None], params)[0, 0]
    assert len(vocode(mel, [7, 1], vocoder)) == 80 * len(mel)
