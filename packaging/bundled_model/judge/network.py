"""The judge's network: a small convolutional classifier of log-mel spectrograms."""

import torch
from torch import Tensor, nn

from bundled_model.data.clip_store import MEL_CENTRE, MEL_SCALE
from bundled_model.data.concepts import CONCEPTS


class Judge(nn.Module):
    """Tells which concept a log-mel spectrogram holds.

    Five strided convolutions, then mean and maximum over time, so that it hears both what lasts
    and what happens once.
    """

    def __init__(self, widths: tuple[int, ...] = (24, 48, 72, 96, 128)) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in zip((1, *widths), widths, strict=False):
            layers += [
                nn.Conv2d(before, after, 3, stride=2, padding=1),
                nn.GroupNorm(8, after),
                nn.SiLU(),
            ]
        self.features = nn.Sequential(*layers)
        self.classes = nn.Linear(4 * widths[-1], len(CONCEPTS))

    def describe(self, log_mel: Tensor) -> Tensor:
        """Return features of shape (B, 4 C), for log-mels (B, 1, T, F)."""
        features = self.features((log_mel - MEL_CENTRE) / MEL_SCALE)  # (B, C, T/32, 2)
        over_time = torch.cat([features.mean(dim=2), features.amax(dim=2)], dim=1)
        return over_time.flatten(1)

    def forward(self, log_mel: Tensor) -> Tensor:
        """Return logits over the concepts, shape (B, concepts)."""
        return self.classes(self.describe(log_mel))
