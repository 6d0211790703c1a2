"""A sound to start from: any file becomes log-mel frames that the model's encoder knows."""

import numpy as np
import soxr
import torch
from torch import Tensor

from core.arrays import FloatArray
from core.mel import LOG_FLOOR, MelParams, log_mel_spectrogram
from core.sound_files.audio_file import read_audio


def read_source(path: str, params: MelParams, num_frames: int) -> Tensor:
    """The log-mel (1, 1, num_frames, F) of a sound file of any length, rate and channel count.

    Channels are averaged and the rate is converted. What is longer is cut off, what is shorter
    is continued with silence.

    Raises:
        AudioFileError: The file cannot be read, is damaged or empty.
    """
    samples, sample_rate = read_audio(path)
    waveform = to_mono(samples, sample_rate, params.sample_rate)[: num_frames * params.hop_length]
    if len(waveform) < params.hop_length:
        waveform = np.pad(waveform, (0, params.hop_length - len(waveform)))
    mel = log_mel_spectrogram(torch.from_numpy(waveform)[None], params)
    silence = mel.new_full((1, 1, num_frames - mel.shape[2], params.n_mels), LOG_FLOOR)
    return torch.cat([mel, silence], dim=2)


def to_mono(samples: FloatArray, sample_rate: int, wanted_rate: int) -> FloatArray:
    """Samples (channels, n) as one channel (m,) at another rate, m about n x wanted / rate."""
    mono = samples.mean(axis=0)
    resampled: FloatArray = soxr.resample(mono, sample_rate, wanted_rate, quality="HQ")
    return np.ascontiguousarray(resampled, dtype=np.float32)
