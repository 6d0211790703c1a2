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
    """Yield log-mel frames (t, F) of samples in pieces (n,); they equal those of the whole."""
    stream = LogMelStream(params, stretch_frames)
    for piece in pieces:
        yield from stream.push(piece)
    yield from stream.finish()


class LogMelStream:
    """The log-mel of samples that come in pieces, which equals that of the whole.

    A frame needs some samples on both sides, so each stretch is computed with a few frames of its
    neighbours, which are then dropped.

    Args:
        params: Of the log-mel.
        stretch_frames: Frames computed at once.
    """

    def __init__(self, params: MelParams, stretch_frames: int) -> None:
        self._params, self._stretch_frames = params, stretch_frames
        self._margin = -(-params.edge_padding // params.hop_length) + 1  # in frames
        self._buffer = np.zeros(0, np.float32)
        self._num_given = 0  # frames in the buffer that were returned

    def push(self, piece: FloatArray) -> list[FloatArray]:
        """Take the next samples (n,), and return the stretches (t, F) that are complete now."""
        hop, margin = self._params.hop_length, self._margin
        self._buffer, stretches = np.concatenate([self._buffer, piece]), []
        while len(self._buffer) // hop >= self._num_given + self._stretch_frames + margin:
            stop = self._num_given + self._stretch_frames
            known = self._buffer[: (stop + margin) * hop]
            stretches.append(_log_mel(known, self._params)[self._num_given : stop])
            num_kept = min(stop, margin)
            self._buffer, self._num_given = self._buffer[(stop - num_kept) * hop :], num_kept
        return stretches

    def finish(self) -> list[FloatArray]:
        """End the sound, and return the frames that are left."""
        if len(self._buffer) // self._params.hop_length <= self._num_given:
            return []
        return [_log_mel(self._buffer, self._params)[self._num_given :]]


def _log_mel(samples: FloatArray, params: MelParams) -> FloatArray:
    mel: FloatArray = log_mel_spectrogram(torch.from_numpy(samples)[None], params)[0, 0].numpy()
    return mel
