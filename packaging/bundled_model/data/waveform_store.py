"""Rendered clips in memory as waveforms, for what a log-mel does not tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bundled_model.data.rendering import SAMPLE_SCALE, ClipSet
from bundled_model.stale import require_clips


@dataclass(frozen=True)
class WaveformStore:
    """Waveforms of a rendered set.

    Attributes:
        samples: Shape (clips, n), 16 bits.
    """

    samples: NDArray[np.int16]

    @classmethod
    def load(cls, clip_set: ClipSet, files: Sequence[Path]) -> "WaveformStore":
        """Read all files of a set, in order.

        Raises:
            StaleFilesError: They hold more clips or fewer.
        """
        samples = np.concatenate([np.load(file) for file in files])
        require_clips(files[0].parent, len(samples), clip_set.clips)
        return cls(samples)

    def first(self, clips: int) -> Tensor:
        """Return the first so many clips, whole, shape (B, n), float32."""
        return torch.from_numpy(self.samples[:clips]).float() / SAMPLE_SCALE

    def crops(self, numbers: Tensor, starts: Tensor, samples: int) -> Tensor:
        """Return a piece of each clip from its start sample on, shape (B, samples), float32."""
        pieces = [
            self.samples[number, start : start + samples]
            for number, start in zip(numbers.tolist(), starts.tolist(), strict=True)
        ]
        return torch.from_numpy(np.stack(pieces)).float() / SAMPLE_SCALE
