"""Rendered clips in memory: log-mels with the plans that say what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bundled_model.data.clip import ClipPlan
from bundled_model.data.rendering import ClipSet
from bundled_model.stale import require_clips

MEL_CENTRE, MEL_SCALE = -5.5, 3.0
"""Log-mels lie around -5.5 with a deviation of about 3."""


@dataclass(frozen=True)
class ClipStore:
    """A rendered set.

    Attributes:
        log_mels: Shape (clips, T, F), float16.
        plans: What each clip holds.
    """

    log_mels: NDArray[np.float16]
    plans: tuple[ClipPlan, ...]

    @classmethod
    def load(cls, clip_set: ClipSet, files: Sequence[Path]) -> "ClipStore":
        """Read all files of a set, in order.

        Raises:
            StaleFilesError: They hold more clips or fewer.
        """
        log_mels = np.concatenate([np.load(file) for file in files])
        require_clips(files[0].parent, len(log_mels), clip_set.clips)
        planner = clip_set.planner
        plans = tuple(planner.plan(number) for number in range(clip_set.clips))
        return cls(log_mels, plans)

    def __len__(self) -> int:
        return len(self.plans)

    def first(self, clips: int) -> "ClipStore":
        """Return the first so many clips."""
        return ClipStore(self.log_mels[:clips], self.plans[:clips])

    def batch(self, numbers: Tensor) -> Tensor:
        """Return whole clips as (B, 1, T, F), float32."""
        return torch.from_numpy(self.log_mels[numbers.numpy()]).float()[:, None]

    def crops(self, numbers: Tensor, starts: Tensor, frames: int) -> Tensor:
        """Return a piece of each clip from its start frame on, as (B, 1, frames, F), float32."""
        pieces = [
            self.log_mels[number, start : start + frames]
            for number, start in zip(numbers.tolist(), starts.tolist(), strict=True)
        ]
        return torch.from_numpy(np.stack(pieces)).float()[:, None]
