"""The log-mel spectrogram against the formulas it is defined by."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.mel import (
    LOG_FLOOR,
    MelParams,
    bin_to_hz,
    hz_to_bin,
    hz_to_mel,
    log_mel_spectrogram,
    log_mel_to_db,
    mel_filter_bank,
    mel_to_hz,
)

PARAMS = MelParams()


@given(st.floats(0, 20000))
def test_mel_to_hz_inverts_hz_to_mel(hz: float) -> None:
    assert mel_to_hz(hz_to_mel(hz)) == pytest.approx(hz, abs=1e-6)


@given(st.floats(-1, 64))
def test_hz_to_bin_inverts_bin_to_hz(mel_bin: float) -> None:
    assert hz_to_bin(bin_to_hz(mel_bin, PARAMS), PARAMS) == pytest.approx(mel_bin, abs=1e-6)


@pytest.mark.parametrize(("hz", "mel"), [(0, 0), (500, 7.5), (1000, 15), (6400, 42), (200, 3)])
def test_slaneys_scale_is_linear_to_1_khz_and_then_logarithmic(hz: float, mel: float) -> None:
    assert hz_to_mel(float(hz)) == pytest.approx(mel)


def test_the_scale_takes_arrays_as_well_as_numbers() -> None:
    frequencies = np.array([100.0, 1000.0, 4000.0])
    expected = [hz_to_mel(float(hz)) for hz in frequencies]
    np.testing.assert_allclose(hz_to_mel(frequencies), expected)


def test_every_filter_peaks_at_its_centre_and_has_slaneys_height() -> None:
    params = MelParams(n_fft=65536)
    bank = mel_filter_bank(params)
    fft_hz = np.linspace(0, 8000, params.n_fft // 2 + 1)
    for mel_bin in (0, 10, 40, 63):
        width = bin_to_hz(mel_bin + 1.0, params) - bin_to_hz(mel_bin - 1.0, params)
        peak = bank[mel_bin].argmax()
        assert fft_hz[peak] == pytest.approx(bin_to_hz(float(mel_bin), params), abs=0.25)
        assert bank[mel_bin].max() == pytest.approx(2 / width, rel=0.01)
        assert bank[mel_bin].sum() * (fft_hz[1] - fft_hz[0]) == pytest.approx(1, rel=0.01)


@given(st.integers(1, 4000))
def test_every_full_hop_of_samples_gives_one_frame(samples: int) -> None:
    waveform = torch.zeros(1, samples)
    if samples < PARAMS.hop_length:
        with pytest.raises(ValueError, match="160 samples"):
            log_mel_spectrogram(waveform)
    else:
        assert log_mel_spectrogram(waveform).shape == (1, 1, samples // 160, 64)


def test_silence_is_the_floor() -> None:
    log_mel = log_mel_spectrogram(torch.zeros(2, 3200))
    torch.testing.assert_close(log_mel, torch.full((2, 1, 20, 64), LOG_FLOOR))


def test_a_frame_is_the_windowed_transform_around_its_centre() -> None:
    waveform = torch.from_numpy(np.random.default_rng(0).normal(0, 0.1, 8000))
    frame = 20
    centre = 160 * frame + 80
    cut = waveform[centre - 512 : centre + 512].numpy()
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    expected = np.log(mel_filter_bank(PARAMS) @ np.abs(np.fft.rfft(cut * window)))
    actual = log_mel_spectrogram(waveform[None])[0, 0, frame]
    np.testing.assert_allclose(actual.numpy(), expected, atol=1e-4)


def test_a_tone_is_in_the_bin_of_its_frequency() -> None:
    tone = torch.sin(2 * math.pi * 2000 * torch.arange(16000) / 16000)
    brightest = log_mel_spectrogram(tone[None])[0, 0, 50].argmax().item()
    assert brightest == pytest.approx(hz_to_bin(2000.0, PARAMS), abs=0.5)


def test_ten_times_the_amplitude_is_twenty_decibels() -> None:
    waveform = 0.05 * torch.randn(1, 4000, generator=torch.Generator().manual_seed(0))
    quiet, loud = log_mel_spectrogram(waveform), log_mel_spectrogram(10 * waveform)
    torch.testing.assert_close(
        log_mel_to_db(loud) - log_mel_to_db(quiet), torch.full_like(quiet, 20.0)
    )
