"""Reads the source sound of a request as log-mel frames for the model's encoder."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.events import Notice
from core.api.progress import Progress
from core.clock import Clock
from core.mel import LOG_FLOOR, MelParams, log_mel_spectrogram
from core.sound_files.audio_file import MAX_READ_BYTES, read_blocks, read_facts, read_header
from core.sound_files.mono import Downmix, mono_pieces
from core.sound_files.resampling import resampled_channels

_NOTICED_SILENCE_S = 0.25  # lengths are rounded up to whole latent frames
_CANCELLED = (
    ": its channels cancel each other out, so that almost nothing of it is left as one channel. "
    "Please invert one of them in an audio editor, or keep only one."
)


def read_source(path: str, params: MelParams, num_frames: int, progress: Progress) -> Tensor:
    """The log-mel (1, 1, num_frames, F) of a sound file of any length, rate and channel count.

    Channels are averaged and the rate is converted. Of a longer sound the rest is not used; a
    shorter one is padded with silence. A notice says so, and when the end of the file is missing or
    its channels cancel each other out.

    Raises:
        AudioFileError: The file cannot be read, is damaged or empty.
        Cancelled: The run was cancelled through `progress`.
    """
    _announce_missing(path, num_frames / params.frames_per_second, progress)
    downmix = Downmix()
    pieces = mono_pieces(path, params.sample_rate, downmix)
    waveform = _beginning(pieces, num_frames * params.hop_length, progress)
    if downmix.is_cancelled:
        progress.emit(Notice(f"{Path(path).name}{_CANCELLED}"))
    if len(waveform) < params.hop_length:
        waveform = np.pad(waveform, (0, params.hop_length - len(waveform)))
    mel = log_mel_spectrogram(torch.from_numpy(waveform)[None], params)
    silence = mel.new_full((1, 1, num_frames - mel.shape[2], params.n_mels), LOG_FLOOR)
    return torch.cat([mel, silence], dim=2)


def read_source_samples(
    path: str, clock: Clock, num_samples: int, progress: Progress
) -> FloatArray:
    """The samples (channels, num_samples) of a sound file, at a model's rate and channels.

    One channel is put on all; of other numbers the average is. Of a longer sound the rest is not
    used; a shorter one is padded with silence. Notices and errors are those of `read_source`.
    """
    _announce_missing(path, num_samples / clock.sample_rate, progress)
    samples, count = np.zeros((clock.channels, num_samples), np.float32), 0
    own_rate = read_header(path, MAX_READ_BYTES).sample_rate
    blocks: Iterator[FloatArray] = (
        _on_channels(block, clock.channels) for block in read_blocks(path, MAX_READ_BYTES)
    )
    if own_rate != clock.sample_rate:
        blocks = resampled_channels(blocks, own_rate, clock.sample_rate, clock.channels)
    for block in blocks:
        progress.check_cancelled()
        part = block[:, : num_samples - count]
        samples[:, count : count + part.shape[1]] = part
        count += part.shape[1]
        if count == num_samples:
            break
    return samples


def _on_channels(block: FloatArray, channels: int) -> FloatArray:
    """Samples (c, n) as (channels, n)."""
    if len(block) == channels:
        return block
    return np.repeat(block.mean(axis=0, keepdims=True), channels, axis=0)


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


def _announce_missing(path: str, duration_s: float, progress: Progress) -> None:
    """Say what of the file is missing, and from when on there is no source sound."""
    facts, name = read_facts(path), Path(path).name
    if facts.missing_s and facts.duration_s < duration_s:
        progress.emit(
            Notice(
                f"{name} was cut off or is damaged: {facts.missing_s:.1f} s of it are missing, "
                f"and the {facts.duration_s:.1f} s before them are used."
            )
        )
    if duration_s - facts.duration_s > _NOTICED_SILENCE_S and facts.num_frames:
        progress.emit(
            Notice(
                f"{name} ends after {facts.duration_s:.1f} s; from there on the sound starts from "
                f"silence. To avoid that, make {facts.duration_s:.1f} s of sound, or choose a "
                "longer file."
            )
        )
