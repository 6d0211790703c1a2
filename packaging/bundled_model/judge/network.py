"""The judge's network: a small residual classifier of log-mel spectrograms."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bundled_model.data.clip import MEL, MEL_CENTRE, MEL_SCALE
from bundled_model.data.concepts import CONCEPTS

WIDTHS = (32, 64, 96, 128, 192)
RESIDUAL_LEVELS = 3
"""The last levels have a residual block each; before them, patches are too small to tell much."""


class Judge(nn.Module):
    """Tells which concept a log-mel spectrogram holds.

    Five strided convolutions, then mean and maximum over time, so that it hears both what lasts
    and what happens once.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for level, (before, after) in enumerate(zip((1, *widths), widths, strict=False)):
            layers += [
                nn.Conv2d(before, after, 3, stride=2, padding=1),
                nn.GroupNorm(8, after),
                nn.SiLU(),
            ]
            if level >= len(widths) - RESIDUAL_LEVELS:
                layers.append(_Residual(after))
        self.features = nn.Sequential(*layers)
        bins = MEL.n_mels // 2 ** len(widths)
        self.classes = nn.Linear(2 * bins * widths[-1], len(CONCEPTS))

    def describe(self, log_mel: Tensor) -> Tensor:
        """Return features of shape (B, 8 C), for log-mels (B, 1, T, F)."""
        features = self.features((log_mel - MEL_CENTRE) / MEL_SCALE)  # (B, C, T/32, 4)
        over_time = torch.cat([features.mean(dim=2), features.amax(dim=2)], dim=1)
        return over_time.flatten(1)

    def forward(self, log_mel: Tensor) -> Tensor:
        """Return logits over the concepts, shape (B, concepts)."""
        return self.classes(self.describe(log_mel))


class _Residual(nn.Module):
    """Two convolutions around which the input passes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Conv2d(width, width, 3, padding=1) for _ in "ab")
        self.norms = nn.ModuleList(nn.GroupNorm(8, width) for _ in "ab")

    def forward(self, features: Tensor) -> Tensor:
        inner = F.silu(self.norms[0](self.first(features)))
        return F.silu(features + self.norms[1](self.second(inner)))
