"""Waveform to log-mel spectrogram, exactly as AudioLDM's networks were trained with it.

The mel axis (`MelParams`, mel and bins to Hz) is in `core.mel_scale`, which needs no torch, and is
exported here too.
"""

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from core.mel_scale import (
    MelParams,
    bin_to_hz,
    hz_to_bin,
    hz_to_mel,
    mel_filter_bank,
    mel_to_hz,
)

__all__ = [
    "LOG_FLOOR",
    "MelParams",
    "bin_to_hz",
    "hz_to_bin",
    "hz_to_mel",
    "log_mel_spectrogram",
    "log_mel_to_db",
    "mel_filter_bank",
    "mel_to_hz",
]

LOG_FLOOR = math.log(1e-5)
"""The value of silence in a log-mel spectrogram: magnitudes are clamped at 1e-5."""


def log_mel_spectrogram(waveform: Tensor, params: MelParams | None = None) -> Tensor:
    """Return the natural logarithm of the mel-filtered magnitudes of a waveform.

    Frame i is centred at sample hop_length * i + hop_length / 2: the waveform is mirrored by
    (n_fft - hop_length) / 2 samples at either end, as HiFi-GAN's training does.

    Args:
        waveform: Samples in [-1, 1], shape (B, samples), of at least one hop. A waveform too
            short to be mirrored is padded with silence.
        params: Geometry; AudioLDM's when left out.

    Returns:
        Log-mel spectrogram of shape (B, 1, T, F) with T = samples // hop_length, float32, at
        least `LOG_FLOOR`.

    Raises:
        ValueError: The waveform is shorter than one hop.
    """
    params = params or MelParams()
    frames = params.frames_of(waveform.shape[-1])
    if frames < 1:
        raise ValueError(f"a mel frame needs {params.hop_length} samples")
    magnitudes = _magnitudes(waveform.float(), params)[..., :frames]
    mel = _filter_bank_tensor(params).to(waveform.device) @ magnitudes
    return mel.clamp(min=1e-5).log().transpose(1, 2).unsqueeze(1)  # (B, F, T) -> (B, 1, T, F)


def log_mel_to_db(log_mel: Tensor) -> Tensor:
    """Return decibels of a natural-log mel spectrogram; 0 dB is a mel magnitude of one."""
    return log_mel * (20 / math.log(10))


def _magnitudes(waveform: Tensor, params: MelParams) -> Tensor:
    """Return Fourier magnitudes of shape (B, n_fft // 2 + 1, frames)."""
    padding = params.edge_padding
    if waveform.shape[-1] <= padding:
        waveform = F.pad(waveform, (0, padding + 1 - waveform.shape[-1]))
    padded = F.pad(waveform, (padding, padding), mode="reflect")
    window = torch.hann_window(params.n_fft, device=waveform.device)
    spectrum = torch.stft(
        padded, params.n_fft, params.hop_length, window=window, center=False, return_complex=True
    )
    return spectrum.abs()


@lru_cache(maxsize=8)
def _filter_bank_tensor(params: MelParams) -> Tensor:
    """Return the filter bank as float32, cached for each geometry."""
    return torch.from_numpy(mel_filter_bank(params)).float()
