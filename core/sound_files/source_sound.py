"""Reads the source sound of a request as log-mel frames for the model's encoder."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.progress import Progress
from core.mel import LOG_FLOOR, MelParams, log_mel_spectrogram
from core.sound_files.mono import mono_pieces


def read_source(path: str, params: MelParams, num_frames: int, progress: Progress) -> Tensor:
    """The log-mel (1, 1, num_frames, F) of a sound file of any length, rate and channel count.

    Channels are averaged and the rate is converted. Of a longer sound the rest is not read; a
    shorter one is padded with silence.

    Raises:
        AudioFileError: The file cannot be read, is damaged or empty.
        Cancelled: The run was cancelled through `progress`.
    """
    pieces = mono_pieces(path, params.sample_rate)
    waveform = _beginning(pieces, num_frames * params.hop_length, progress)
    if len(waveform) < params.hop_length:
        waveform = np.pad(waveform, (0, params.hop_length - len(waveform)))
    mel = log_mel_spectrogram(torch.from_numpy(waveform)[None], params)
    silence = mel.new_full((1, 1, num_frames - mel.shape[2], params.n_mels), LOG_FLOOR)
    return torch.cat([mel, silence], dim=2)


def _beginning(pieces: Iterator[FloatArray], num_samples: int, progress: Progress) -> FloatArray:
    """The first samples (n,), n at most `num_samples`; no further pieces are read."""
    samples, count = np.empty(num_samples, np.float32), 0
    for piece in pieces:
        progress.check_cancelled()
        part = piece[: num_samples - count]
        samples[count : count + len(part)] = part
        count += len(part)
        if count == num_samples:
            break
    return samples[:count]
