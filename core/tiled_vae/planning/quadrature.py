"""Which few windows of a clip to look at, and how much each counts, to know the whole clip's mean.

What every window looks like is known for nothing, from the network's input. So windows are chosen
that tell most of the rest, and those that are typical of much of the clip count more than those
that stand for themselves: Bayesian quadrature (Rasmussen and Ghahramani, "Bayesian Monte Carlo",
2003; Huszar and Duvenaud, "Optimally-weighted herding is Bayesian quadrature", 2012).
"""

import torch
from torch import Tensor

LOOKED_AT = 1024  # stretches compared with each other at most: 8 MB of likenesses
NOISE = 0.05  # what a window's look leaves unsaid of its statistics, as a part of their variance


def compared(count: int) -> range:
    """Which of a clip's stretches are compared: all of them, or in a very long clip every n-th."""
    return range(0, count, max(1, -(-count // LOOKED_AT)))


def looks(values: Tensor, frames: int, places: range) -> Tensor:
    """What stretches of `frames` look like: mean and mean square of every channel and bin.

    Group norms are about first and second moments; so is this.

    Args:
        values: The network's input (B, C, T, F).
        frames: Length of a stretch.
        places: Which stretches: N of them, by their numbers.

    Returns:
        (N, 2 * B * C * F), float64, on the CPU.
    """
    # (B, C, T, F) -> (B, C, T // frames, frames, F) -> (B, C, N, F), a view until the moments
    batch, channels, _, bins = values.shape
    cut = values[:, :, : places.stop * frames].reshape(batch, channels, -1, frames, bins)
    cut = cut[:, :, :: places.step]
    deviation, mean = torch.std_mean(cut.float(), dim=3, correction=0)
    found = torch.stack([mean, deviation.square() + mean.square()])
    # (2, B, C, N, F) -> (N, 2 * B * C * F)
    return found.permute(3, 0, 1, 2, 4).flatten(1).cpu().double()  # MPS has no float64


def choose(clip: Tensor, count: int) -> tuple[list[int], Tensor]:
    """Stretches that tell most of the clip's mean, in the order of time, and their weights.

    Args:
        clip: The looks of the stretches compared, (N, D).
        count: How many to choose.

    Returns:
        Indices into N, and weights (count,) with a sum of 1, none of them negative.
    """
    likeness = _likeness(clip)
    chosen = sorted(_most_telling(likeness, count))
    return chosen, _weights(likeness, chosen)


def _likeness(looks: Tensor) -> Tensor:
    """How alike stretches are, (N, N), 1 on the diagonal: Gaussian, as wide as they lie apart."""
    deviation, mean = torch.std_mean(looks, dim=0, correction=0)
    scaled = (looks - mean) / deviation.clamp_min(torch.finfo(looks.dtype).tiny)
    distances = torch.cdist(scaled, scaled).square_()
    width = 2 * float(distances.median().clamp_min(1e-9))
    return distances.div_(-width).exp_()


def _most_telling(likeness: Tensor, count: int) -> list[int]:
    """Choose one after the other what narrows the mean most, given those chosen before.

    By a Cholesky factorisation whose pivots are picked on the way.
    """
    typical, unsaid = likeness.mean(dim=1), likeness.diagonal() + NOISE
    columns = torch.zeros(count, len(likeness), dtype=likeness.dtype)
    chosen: list[int] = []
    for step in range(min(count, len(likeness))):
        gain = typical.square() / unsaid
        gain[chosen] = -1
        best = int(gain.argmax())
        column = likeness[best] - columns[:step, best] @ columns[:step]
        column = column / unsaid[best].sqrt()
        typical = typical - column * (typical[best] / unsaid[best].sqrt())
        unsaid = (unsaid - column.square()).clamp_min(NOISE)
        columns[step] = column
        chosen.append(best)
    return chosen


def _weights(likeness: Tensor, chosen: list[int]) -> Tensor:
    """Weights with which the chosen ones come closest to the mean of all."""
    among = likeness[chosen][:, chosen] + NOISE * torch.eye(len(chosen), dtype=likeness.dtype)
    typical = likeness[chosen].mean(dim=1)
    both = torch.stack([typical, torch.ones_like(typical)], dim=1)
    best, even = torch.linalg.solve(among, both).unbind(dim=1)
    found = (best + even * (1 - best.sum()) / even.sum()).clamp_min(0)
    total: Tensor = found / found.sum()
    return total
