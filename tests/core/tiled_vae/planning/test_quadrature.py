"""A few windows, well chosen and weighted, estimate the mean of all."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from core.tiled_vae.planning.quadrature import (
    MAX_CANDIDATES,
    candidate_windows,
    choose_windows,
    window_features,
)
from tests.core.tiled_vae.networks import uneven_input


def mixture(sizes: list[int], seed: int = 0) -> torch.Tensor:
    """Features of windows of several kinds, slightly different within each kind."""
    generator = torch.Generator().manual_seed(seed)
    kinds = torch.randn(len(sizes), 6, generator=generator, dtype=torch.float64) * 5
    rows = torch.repeat_interleave(kinds, torch.tensor(sizes), dim=0)
    return rows + 0.1 * torch.randn(rows.shape, generator=generator, dtype=torch.float64)


@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    count=st.integers(1, 12),
    seed=st.integers(0, 99),
)
def test_windows_are_chosen_in_order_with_weights_of_sum_one(
    sizes: list[int], count: int, seed: int
) -> None:
    features = mixture(sizes, seed)
    chosen, weights = choose_windows(features, count)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(count, len(features)) == len(weights)
    assert weights.min() >= 0
    assert abs(float(weights.sum()) - 1) < 1e-9


def test_kinds_weigh_by_their_length_and_rare_ones_are_chosen() -> None:
    sizes = [200, 50, 3]
    features = mixture(sizes)
    chosen, weights = choose_windows(features, 8)
    kinds = torch.repeat_interleave(torch.arange(3), torch.tensor(sizes))[chosen]
    shares = [float(weights[kinds == kind].sum()) for kind in range(3)]
    assert all(abs(share - size / 253) < 0.03 for share, size in zip(shares, sizes, strict=True))


def test_the_weighted_mean_is_nearer_than_that_of_even_windows() -> None:
    features = mixture([120, 60, 9, 40, 2, 77])
    chosen, weights = choose_windows(features, 16)
    truth = features.mean(dim=0)
    weighted = (weights[:, None] * features[chosen]).sum(dim=0)
    even = features[:: len(features) // 16].mean(dim=0)
    assert (weighted - truth).norm() < 0.5 * (even - truth).norm()


def test_a_silent_clip_gives_finite_weights() -> None:
    chosen, weights = choose_windows(torch.zeros(40, 6, dtype=torch.float64), 5)
    assert len(chosen) == 5
    assert torch.isfinite(weights).all()


def test_a_very_long_clip_is_thinned_evenly() -> None:
    candidates = candidate_windows(7 * MAX_CANDIDATES + 5)
    assert MAX_CANDIDATES // 2 < len(candidates) <= MAX_CANDIDATES
    assert candidates[-1] >= 7 * MAX_CANDIDATES + 5 - candidates.step
    values = uneven_input(120, 3, 2)
    every = window_features(values, 4, range(30))
    assert torch.equal(window_features(values, 4, range(0, 30, 7)), every[::7])


def test_features_are_means_and_mean_squares_of_each_window() -> None:
    values = uneven_input(11, 3, 2, batch=2)
    found = window_features(values, 4, candidate_windows(2))
    assert found.shape == (2, 2 * 2 * 2 * 3)
    second = values[:, :, 4:8]
    expected = torch.stack([second.mean(dim=2), second.square().mean(dim=2)]).flatten()
    assert torch.allclose(found[1], expected, atol=1e-4)
