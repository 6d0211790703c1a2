"""Rendered clips as waveforms and as log-mels, with the plans that say what they hold."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bundled_model.data.augmentation import Waveform
from bundled_model.data.clip import MEL, SAMPLE_SCALE
from bundled_model.data.planning import ClipPlan
from bundled_model.data.rendering import ClipSet, render_set
from core.mel import log_mel_spectrogram

MEASURED_AT_ONCE = 16
"""Clips whose log-mels are computed together."""


@dataclass(frozen=True)
class WaveformStore:
    """A rendered set.

    Attributes:
        samples: Shape (clips, n), 16 bits; they may stay on disk.
        plans: What each clip holds.
    """

    samples: NDArray[np.int16]
    plans: tuple[ClipPlan, ...]

    @classmethod
    def rendered(cls, clip_set: ClipSet, work: Path, processes: int) -> "WaveformStore":
        """Return a set, of which what is missing is rendered first."""
        samples = render_set(clip_set, work, processes)
        return cls(samples, tuple(map(clip_set.planner.plan, range(clip_set.clips))))

    def __len__(self) -> int:
        return len(self.plans)

    def head(self, clips: int) -> "WaveformStore":
        """Return a store of the first so many clips."""
        return WaveformStore(self.samples[:clips], self.plans[:clips])

    @property
    def waveforms(self) -> Tensor:
        """All clips, whole, shape (B, n), float32."""
        return torch.from_numpy(np.array(self.samples)).float() / SAMPLE_SCALE

    def waveform(self, number: int) -> Waveform:
        """Return one clip, whole, shape (n,)."""
        return self.samples[number].astype(np.float32) / SAMPLE_SCALE

    def log_mels(self, numbers: Tensor) -> Tensor:
        """Return whole clips as log-mels (B, 1, T, F), float32."""
        if not len(numbers):
            return torch.zeros(0, 1, MEL.frames_of(self.samples.shape[1]), MEL.n_mels)
        pieces = [
            log_mels_of([self.waveform(number) for number in piece.tolist()])
            for piece in numbers.split(MEASURED_AT_ONCE)
        ]
        return torch.cat(pieces)

    def crops(self, numbers: Tensor, starts: Tensor, samples: int) -> Tensor:
        """Return a piece of each clip from its start sample on, shape (B, samples), float32."""
        pieces = [
            self.samples[number, start : start + samples]
            for number, start in zip(numbers.tolist(), starts.tolist(), strict=True)
        ]
        return torch.from_numpy(np.stack(pieces)).float() / SAMPLE_SCALE


def log_mels_of(waveforms: list[Waveform], device: torch.device | None = None) -> Tensor:
    """Return the log-mels (B, 1, T, F) of waveforms (n,) of one length, computed on a device."""
    return log_mel_spectrogram(torch.from_numpy(np.stack(waveforms)).to(device), MEL)
