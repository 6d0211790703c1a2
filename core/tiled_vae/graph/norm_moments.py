"""Count, mean and squared deviation of each group of channels, merged without loss.

The weighted mean of the tiles' variances would lose the variance *between* their means. So each
tile has (count, mean, M2), and these are merged as in Chan, Golub and LeVeque, "Updating formulae
and a pairwise algorithm for computing sample variances" (1979), in float64.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

BLOCK_ELEMENTS = 1 << 18  # values reduced at once: they stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The first two moments of each group of channels of an activation.

    Attributes:
        count: Number of values in each group.
        mean: Their mean, (B, G), float64, on the CPU.
        m2: Their summed squared deviation from the mean, (B, G), float64, on the CPU.
    """

    count: int
    mean: Tensor
    m2: Tensor

    @classmethod
    def of(cls, values: Tensor, groups: int) -> "Moments":
        """Moments of an activation (B, C, T, F) of any precision.

        Computed block by block along time, each centred on its own mean, so that neither large
        means nor float32 sums over millions of values cost digits.
        """
        bins = values.shape[3]
        rows = max(1, BLOCK_ELEMENTS // values[:, :, 0].numel())
        blocks = torch.split(values, rows, dim=2)
        stacked = torch.stack([_channel_moments(block) for block in blocks])
        stacked = stacked.cpu().double()  # in this order: MPS has no float64
        counts = [block.shape[2] * bins for block in blocks]
        return cls._merged(counts, *stacked.unbind(1)).grouped(groups)

    @property
    def variance(self) -> Tensor:
        """Population variance (B, G), as group norm uses it."""
        return self.m2 / self.count

    @property
    def is_finite(self) -> bool:
        """Whether all values were finite: infinities and NaNs survive every merge."""
        return bool(torch.isfinite(self.mean).all() and torch.isfinite(self.m2).all())

    @staticmethod
    def merge(parts: Iterable["Moments"]) -> "Moments":
        """Moments of all values together; any order gives the same up to float64 rounding."""
        merged = list(parts)
        means, m2s = (
            torch.stack([part.mean for part in merged]),
            torch.stack([part.m2 for part in merged]),
        )
        return Moments._merged([part.count for part in merged], means, m2s)

    def grouped(self, groups: int) -> "Moments":
        """Merge the channels of each group, (B, C) -> (B, G)."""
        batch, channels = self.mean.shape
        # (B, C) -> (B, G, C // G)
        mean, m2 = (x.view(batch, groups, channels // groups) for x in (self.mean, self.m2))
        centre = mean.mean(dim=2, keepdim=True)
        between = ((mean - centre) ** 2).sum(dim=2) * self.count
        return Moments(
            self.count * (channels // groups), centre.squeeze(2), m2.sum(dim=2) + between
        )

    def pooled(self, weights: Tensor) -> "Moments":
        """Moments of n windows, (n * B, G), merged to (B, G) by weights (n,) of sum 1."""
        # (n * B, G) -> (n, B, G)
        mean, variance = (x.view(len(weights), -1, x.shape[1]) for x in (self.mean, self.variance))
        share = weights[:, None, None]
        centre = (share * mean).sum(dim=0)
        spread = (share * (variance + (mean - centre) ** 2)).sum(dim=0)
        return Moments(self.count, centre, spread * self.count)

    @staticmethod
    def _merged(counts: Sequence[int], means: Tensor, m2s: Tensor) -> "Moments":
        """Merge n parts at once: means and m2s (n, B, C)."""
        shares = torch.tensor(counts, dtype=torch.float64)[:, None, None]
        count = sum(counts)
        mean = (shares * means).sum(dim=0) / count
        between = (shares * (means - mean) ** 2).sum(dim=0)
        return Moments(count, mean, m2s.sum(dim=0) + between)


def _channel_moments(block: Tensor) -> Tensor:
    """Mean and squared deviation of each channel of a block, (B, C, T, F) -> (2, B, C)."""
    if block.dtype != torch.float64:
        block = block.float()
    mean = block.mean(dim=(2, 3), keepdim=True)
    deviation = (block - mean).square_().sum(dim=(2, 3))
    return torch.stack([mean[:, :, 0, 0], deviation])
