"""Bayesian quadrature: chooses a few windows of a clip, with weights, to estimate the clip's mean.

Features of every window come cheaply from the network's input. Windows are chosen that say most
about the others, and those typical of much of the clip weigh more than exceptions (Rasmussen and
Ghahramani, "Bayesian Monte Carlo", 2003; Huszar and Duvenaud, "Optimally-weighted herding is
Bayesian quadrature", 2012).
"""

import torch
from torch import Tensor

MAX_CANDIDATES = 1024  # windows compared with each other: a kernel matrix of 8 MB
NOISE = 0.05  # the part of the statistics' variance that a window's features do not explain


def candidate_windows(count: int) -> range:
    """Numbers of the windows to choose from: all `count`, or in a very long clip every n-th."""
    return range(0, count, max(1, -(-count // MAX_CANDIDATES)))


def window_features(values: Tensor, frames: int, candidates: range) -> Tensor:
    """Features of windows of `frames`: mean and mean square of every channel and bin.

    These are the first and second moments, which group norms depend on.

    Args:
        values: The network's input (B, C, T, F).
        frames: Length of a window; windows do not overlap.
        candidates: Numbers of the N windows.

    Returns:
        (N, 2 * B * C * F), float64, on the CPU.
    """
    # (B, C, T, F) -> (B, C, T // frames, frames, F) -> (B, C, N, F), a view until the moments
    batch, channels, _, bins = values.shape
    cut = values[:, :, : candidates.stop * frames].reshape(batch, channels, -1, frames, bins)
    cut = cut[:, :, :: candidates.step]
    deviation, mean = torch.std_mean(cut.float(), dim=3, correction=0)
    found = torch.stack([mean, deviation.square() + mean.square()])
    # (2, B, C, N, F) -> (N, 2 * B * C * F)
    return found.permute(3, 0, 1, 2, 4).flatten(1).cpu().double()  # MPS has no float64


def choose_windows(features: Tensor, count: int) -> tuple[list[int], Tensor]:
    """Choose the windows that say most about the clip's mean, in the order of time.

    Args:
        features: Features of the candidates, (N, D), float64.
        count: How many to choose.

    Returns:
        Indices into N, and weights (count,) with a sum of 1, none of them negative.
    """
    kernel = _kernel_matrix(features)
    chosen = sorted(_choose_greedily(kernel, count))
    return chosen, _weights(kernel, chosen)


def _kernel_matrix(window_features: Tensor) -> Tensor:
    """Gaussian kernel of all pairs of windows, (N, N); its width is their median distance."""
    deviation, mean = torch.std_mean(window_features, dim=0, correction=0)
    scaled = (window_features - mean) / deviation.clamp_min(torch.finfo(window_features.dtype).tiny)
    distances = torch.cdist(scaled, scaled).square_()
    width = 2 * float(distances.median().clamp_min(1e-9))
    return distances.div_(-width).exp_()


def _choose_greedily(kernel: Tensor, count: int) -> list[int]:
    """Choose one window after the other, each the one that narrows the mean's variance most.

    A Cholesky factorisation whose pivots are chosen on the way.
    """
    kernel_mean, variance_left = kernel.mean(dim=1), kernel.diagonal() + NOISE
    columns = torch.zeros(count, len(kernel), dtype=kernel.dtype)
    chosen: list[int] = []
    for step in range(min(count, len(kernel))):
        gain = kernel_mean.square() / variance_left
        gain[chosen] = -1
        best = int(gain.argmax())
        column = kernel[best] - columns[:step, best] @ columns[:step]
        column = column / variance_left[best].sqrt()
        kernel_mean = kernel_mean - column * (kernel_mean[best] / variance_left[best].sqrt())
        variance_left = (variance_left - column.square()).clamp_min(NOISE)
        columns[step] = column
        chosen.append(best)
    return chosen


def _weights(kernel: Tensor, chosen: list[int]) -> Tensor:
    """Weights of sum 1 with which the chosen windows come closest to the mean of all."""
    chosen_kernel = kernel[chosen][:, chosen] + NOISE * torch.eye(len(chosen), dtype=kernel.dtype)
    kernel_mean = kernel[chosen].mean(dim=1)
    both = torch.stack([kernel_mean, torch.ones_like(kernel_mean)], dim=1)
    best, even = torch.linalg.solve(chosen_kernel, both).unbind(dim=1)
    found = (best + even * (1 - best.sum()) / even.sum()).clamp_min(0)
    total: Tensor = found / found.sum()
    return total
