import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.tiled_vae.graph.norm_moments import Moments
from tests.core.tiled_vae.networks import uneven_input

GROUPS = 2


def check_equal(found: Moments, truth: Moments) -> None:
    assert found.count == truth.count
    torch.testing.assert_close(found.mean, truth.mean)
    torch.testing.assert_close(found.variance, truth.variance)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.randoms())
def test_merging_is_order_free_and_equals_the_whole(lengths: list[int], random) -> None:
    whole = uneven_input(sum(lengths), 3, channels=4, batch=2)
    parts = [Moments.of(part, GROUPS) for part in torch.split(whole, lengths, dim=2)]
    random.shuffle(parts)
    check_equal(Moments.merge(parts), Moments.of(whole, GROUPS))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_moments_are_those_of_torch(dtype: torch.dtype) -> None:
    values = uneven_input(50, 6, channels=4, batch=2, dtype=dtype)
    moments = Moments.of(values, GROUPS)
    groups = values.double().reshape(2, GROUPS, -1)
    torch.testing.assert_close(moments.mean, groups.mean(2), atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(moments.variance, groups.var(2, correction=0), rtol=1e-6, atol=0)


def test_a_large_mean_does_not_cost_the_variance_its_digits() -> None:
    values = torch.randn(1, 2, 4096, 8, generator=torch.Generator().manual_seed(0)) + 1000
    truth = values.double().var(dim=(1, 2, 3), correction=0)
    found = Moments.of(values, 1).variance[:, 0]
    torch.testing.assert_close(found, truth, rtol=1e-5, atol=0)


def test_the_variance_between_two_flat_halves_is_kept() -> None:
    halves = torch.cat([torch.zeros(1, 2, 8, 4), torch.full((1, 2, 8, 4), 2.0)], dim=2)
    parts = [Moments.of(half, 1) for half in halves.chunk(2, dim=2)]
    assert float(Moments.merge(parts).variance) == 1.0


@pytest.mark.parametrize("broken", [float("inf"), float("-inf"), float("nan")])
def test_one_broken_value_shows_in_the_merged_moments(broken: float) -> None:
    values = torch.zeros(1, 4, 6, 3)
    values[0, 2, 3, 1] = broken
    sound = Moments.of(torch.ones(1, 4, 6, 3), GROUPS)
    assert sound.is_finite
    assert not Moments.merge([sound, Moments.of(values, GROUPS)]).is_finite
