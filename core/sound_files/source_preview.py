"""The spectrogram of a sound file as the model's encoder would see it, stretch by stretch.

A file of any length, rate and channel count passes through in little memory, so that it can be
shown before anything is made of it.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.mel import MelParams, log_mel_spectrogram
from core.sound_files.mono import mono_pieces

_STRETCH_FRAMES = 1024


def preview_source(
    path: Path, params: MelParams, stretch_frames: int = _STRETCH_FRAMES
) -> Iterator[FloatArray]:
    """Log-mel frames (t, F) of a sound, channels averaged, in order.

    All of them together are the log-mel of the whole sound; of a truncated file, of what is left.

    Raises:
        AudioFileError: It cannot be read, is damaged, empty or too long.
    """
    yield from log_mel_stretches(mono_pieces(path, params.sample_rate), params, stretch_frames)


def log_mel_stretches(
    pieces: Iterator[FloatArray], params: MelParams, stretch_frames: int
) -> Iterator[FloatArray]:
    """Log-mel frames (t, F) of samples that come as pieces (n,); equal to those of the whole.

    A frame needs some samples on both sides, so each stretch is computed with a few frames of its
    neighbours, which are then dropped.
    """
    hop = params.hop_length
    margin = -(-params.edge_padding // hop) + 1  # in frames
    held = np.zeros(0, np.float32)
    before = 0  # frames in `held` that were given out
    for piece in pieces:
        held = np.concatenate([held, piece])
        while len(held) // hop >= before + stretch_frames + margin:
            stop = before + stretch_frames
            yield _log_mel(held[: (stop + margin) * hop], params)[before:stop]
            kept = min(stop, margin)
            held, before = held[(stop - kept) * hop :], kept
    if len(held) // hop > before:
        yield _log_mel(held, params)[before:]


def _log_mel(samples: FloatArray, params: MelParams) -> FloatArray:
    mel: FloatArray = log_mel_spectrogram(torch.from_numpy(samples)[None], params)[0, 0].numpy()
    return mel
