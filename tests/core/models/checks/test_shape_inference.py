"""Operations that are answered by their shapes give what torch gives, and leave errors to it."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.models.checks.shape_inference import ShapeInference


def meta(*shape: int) -> Tensor:
    return torch.empty(shape, device="meta")


def attention(*shapes: tuple[int, ...], mask: Tensor | None = None) -> Tensor:
    return functional.scaled_dot_product_attention(*(meta(*each) for each in shapes), mask)


@pytest.mark.parametrize(
    "operation",
    [
        lambda: functional.group_norm(meta(2, 8, 5, 3), 4, meta(8), meta(8), 1e-6),
        lambda: functional.group_norm(meta(2, 8, 5), num_groups=2, weight=None, eps=1e-6),
        lambda: functional.layer_norm(meta(2, 5, 8), (8,), meta(8), meta(8), 1e-5),
        lambda: functional.layer_norm(meta(2, 5, 8), (5, 8), eps=1e-5),
        lambda: functional.linear(meta(2, 5, 8), meta(3, 8), meta(3)),
        lambda: functional.linear(meta(8), meta(3, 8)),
        lambda: functional.leaky_relu(meta(2, 8), 0.1),
        lambda: functional.leaky_relu(meta(2, 8), negative_slope=0.1, inplace=True),
        lambda: attention((1, 2, 5, 8), (1, 2, 3, 8), (1, 2, 3, 6)),
        lambda: attention((1, 2, 5, 8), (1, 2, 3, 8), (1, 2, 3, 8), mask=meta(1, 1, 1, 3)),
    ],
)
def test_shapes_and_types_are_those_of_torch(operation: Callable[[], Tensor]) -> None:
    expected = operation()
    with ShapeInference():
        found = operation()
    assert (found.shape, found.dtype, found.device) == (
        expected.shape,
        expected.dtype,
        expected.device,
    )


@pytest.mark.parametrize(
    "operation",
    [
        lambda: functional.group_norm(meta(2, 8, 5), 3, meta(8), meta(8)),
        lambda: functional.group_norm(meta(2, 8, 5), 0),
        lambda: functional.group_norm(meta(2, 8, 5), 4, meta(4), meta(8)),
        lambda: functional.group_norm(meta(1, 8, 1), 8, meta(8), meta(8)),
        lambda: functional.layer_norm(meta(2, 5, 8), (7,), meta(7)),
        lambda: functional.layer_norm(meta(2, 5, 8), (8,), meta(7)),
        lambda: functional.linear(meta(2, 5, 8), meta(3, 7)),
        lambda: functional.linear(meta(2, 8), meta(3, 8), meta(4)),
        lambda: attention((1, 2, 5, 8), (1, 2, 3, 7), (1, 2, 3, 8)),
        lambda: attention((1, 2, 5, 8), (1, 2, 3, 8), (1, 2, 4, 8)),
        lambda: attention((1, 2, 5, 8), (1, 2, 3, 8), (1, 2, 3, 8), mask=meta(1, 1, 5, 4)),
    ],
)
def test_what_does_not_fit_raises_what_torch_raises(operation: Callable[[], Tensor]) -> None:
    with pytest.raises(Exception, match=r".") as expected:
        operation()
    with ShapeInference(), pytest.raises(type(expected.value)) as found:
        operation()
    assert str(found.value) == str(expected.value)
