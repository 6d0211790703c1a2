import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.runtime.precision import at_least_float32, clamp_to_dtype, is_finite


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_what_is_clamped_to_half_precision_is_never_infinite(value: float) -> None:
    clamped = clamp_to_dtype(torch.tensor([value]), torch.float16)
    assert clamped.dtype == torch.float16
    assert torch.isfinite(clamped).all()
    expected = min(max(value, -65504.0), 65504.0)
    assert float(clamped) == pytest.approx(expected, rel=1e-3, abs=1e-7)


@pytest.mark.parametrize("broken", [float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_one_broken_value_is_noticed(broken: float, dtype: torch.dtype) -> None:
    values = torch.ones(1000, dtype=dtype)
    assert is_finite(values)
    values[777] = broken
    assert not is_finite(values)


def test_infinities_of_both_signs_do_not_hide_each_other() -> None:
    assert not is_finite(torch.tensor([float("inf"), float("-inf")]))


def test_a_sum_beyond_half_precision_is_no_alarm() -> None:
    assert is_finite(torch.full((1000,), 60000.0, dtype=torch.float16))


def test_the_wider_precision_of_half_is_single_and_double_stays() -> None:
    assert at_least_float32(torch.float16) == at_least_float32(torch.bfloat16) == torch.float32
    assert at_least_float32(torch.float64) == torch.float64
