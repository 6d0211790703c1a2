"""A few stretches, well chosen and weighted, tell the mean of all."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from core.tiled_vae.planning.quadrature import LOOKED_AT, choose, compared, looks
from tests.core.tiled_vae.networks import landscape


def mixture(sizes: list[int], seed: int = 0) -> torch.Tensor:
    """Looks of stretches of several kinds, a bit different within each kind."""
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
    clip = mixture(sizes, seed)
    chosen, weights = choose(clip, count)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(count, len(clip)) == len(weights)
    assert weights.min() >= 0
    assert abs(float(weights.sum()) - 1) < 1e-9


def test_kinds_weigh_by_their_length_and_rare_ones_are_chosen() -> None:
    sizes = [200, 50, 3]
    clip = mixture(sizes)
    chosen, weights = choose(clip, 8)
    kinds = torch.repeat_interleave(torch.arange(3), torch.tensor(sizes))[chosen]
    shares = [float(weights[kinds == kind].sum()) for kind in range(3)]
    assert all(abs(share - size / 253) < 0.03 for share, size in zip(shares, sizes, strict=True))


def test_the_weighted_mean_is_nearer_than_that_of_even_windows() -> None:
    clip = mixture([120, 60, 9, 40, 2, 77])
    chosen, weights = choose(clip, 16)
    truth = clip.mean(dim=0)
    weighted = (weights[:, None] * clip[chosen]).sum(dim=0)
    even = clip[:: len(clip) // 16].mean(dim=0)
    assert (weighted - truth).norm() < 0.5 * (even - truth).norm()


def test_a_silent_clip_gives_finite_weights() -> None:
    chosen, weights = choose(torch.zeros(40, 6, dtype=torch.float64), 5)
    assert len(chosen) == 5
    assert torch.isfinite(weights).all()


def test_a_very_long_clip_is_thinned_evenly() -> None:
    places = compared(7 * LOOKED_AT + 5)
    assert LOOKED_AT // 2 < len(places) <= LOOKED_AT
    assert places[-1] >= 7 * LOOKED_AT + 5 - places.step
    values = landscape(120, 3, 2)
    every = looks(values, 4, range(30))
    assert torch.equal(looks(values, 4, range(0, 30, 7)), every[::7])


def test_features_are_means_and_mean_squares_of_each_window() -> None:
    values = landscape(11, 3, 2, batch=2)
    found = looks(values, 4, compared(2))
    assert found.shape == (2, 2 * 2 * 2 * 3)
    second = values[:, :, 4:8]
    expected = torch.stack([second.mean(dim=2), second.square().mean(dim=2)]).flatten()
    assert torch.allclose(found[1], expected, atol=1e-4)
