"""The log-mel of a sound file as the model's encoder gets it, computed stretch by stretch.

A file of any length, rate and channel count takes little memory, so that the window can show it
before a run.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.mel import MelParams, log_mel_spectrogram
from core.runtime.spool import Spool
from core.sound_files.mono import Downmix, mono_pieces

_STRETCH_FRAMES = 1024


def preview_source(
    path: Path,
    params: MelParams,
    stretch_frames: int = _STRETCH_FRAMES,
    *,
    samples: Spool | None = None,
    downmix: Downmix | None = None,
) -> Iterator[FloatArray]:
    """Yield log-mel frames (t, F) of a sound in order, channels averaged.

    Law: together they are the log-mel of the whole sound; of a truncated file, of what is left.

    Args:
        path: The file.
        params: Of the log-mel; also the rate at which the encoder gets it.
        stretch_frames: Frames at once.
        samples: Where the samples (n,) go at that rate, to be heard; None = nowhere.
        downmix: Measures what is left of the channels; None = nobody asks.

    Raises:
        AudioFileError: It cannot be read, is damaged, empty or too long.
        DiskError: There is no room for the samples.
    """
    pieces = mono_pieces(path, params.sample_rate, downmix)
    if samples is not None:
        pieces = _kept(pieces, samples)
    yield from log_mel_stretches(pieces, params, stretch_frames)


def _kept(pieces: Iterator[FloatArray], samples: Spool) -> Iterator[FloatArray]:
    for piece in pieces:
        samples.append(piece)
        yield piece


def log_mel_stretches(
    pieces: Iterator[FloatArray], params: MelParams, stretch_frames: int
) -> Iterator[FloatArray]:
    """Yield log-mel frames (t, F) of samples in pieces (n,); they equal those of the whole.

    A frame needs some samples on both sides, so each stretch is computed with a few frames of its
    neighbours, which are then dropped.
    """
    hop = params.hop_length
    margin = -(-params.edge_padding // hop) + 1  # in frames
    buffer = np.zeros(0, np.float32)
    num_given = 0  # frames in `buffer` that were yielded
    for piece in pieces:
        buffer = np.concatenate([buffer, piece])
        while len(buffer) // hop >= num_given + stretch_frames + margin:
            stop = num_given + stretch_frames
            yield _log_mel(buffer[: (stop + margin) * hop], params)[num_given:stop]
            num_kept = min(stop, margin)
            buffer, num_given = buffer[(stop - num_kept) * hop :], num_kept
    if len(buffer) // hop > num_given:
        yield _log_mel(buffer, params)[num_given:]


def _log_mel(samples: FloatArray, params: MelParams) -> FloatArray:
    mel: FloatArray = log_mel_spectrogram(torch.from_numpy(samples)[None], params)[0, 0].numpy()
    return mel
