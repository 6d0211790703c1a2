"""Runs a network on the meta device faster: frequent operations by their shapes alone.

torch runs them there in Python, as a dozen smaller operations each.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode


class ShapeInference(TorchFunctionMode):
    """While it is entered, operations whose arguments fit give a tensor of the right shape.

    Whatever does not fit, or is not known here, is left to torch, which says what is wrong.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        options = kwargs or {}
        rule = _RULES.get(func)
        result = None if rule is None else rule(*args, **options)
        return func(*args, **options) if result is None else result


def _group_norm(
    values: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *_: float,
    **__: float,
) -> Tensor | None:
    num_channels = values.shape[1]
    is_divided = num_groups > 0 and num_channels % num_groups == 0 and values.numel() > num_groups
    fits = is_divided and _have((num_channels,), weight, bias)
    return torch.empty_like(values) if fits else None


def _layer_norm(
    values: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *_: float,
    **__: float,
) -> Tensor | None:
    shape = tuple(normalized_shape)
    fits = values.shape[-len(shape) :] == shape and _have(shape, weight, bias)
    return torch.empty_like(values) if fits else None


def _linear(values: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor | None:
    num_outputs, num_inputs = weight.shape
    fits = values.shape[-1] == num_inputs and _have((num_outputs,), bias)
    return values.new_empty(*values.shape[:-1], num_outputs) if fits else None


def _attention(
    queries: Tensor, keys: Tensor, values: Tensor, attn_mask: Tensor | None = None, **options: Any
) -> Tensor | None:
    *places, num_queries, width = queries.shape
    num_keys = keys.shape[-2]
    fits = (
        not options.get("enable_gqa")
        and keys.shape == (*places, num_keys, width)
        and values.shape[:-1] == (*places, num_keys)
        and (attn_mask is None or _spreads(attn_mask, (*places, num_queries, num_keys)))
    )
    return queries.new_empty(*places, num_queries, values.shape[-1]) if fits else None


def _leaky_relu(values: Tensor, *_: float, **options: Any) -> Tensor | None:
    return None if options.get("inplace") else torch.empty_like(values)


def _spreads(mask: Tensor, shape: tuple[int, ...]) -> bool:
    """Whether a mask can be broadcast to a shape of as many axes."""
    pairs = zip(mask.shape, shape, strict=False)
    return mask.ndim == len(shape) and all(size in (1, whole) for size, whole in pairs)


def _have(shape: tuple[int, ...], *weights: Tensor | None) -> bool:
    """Whether all weights that there are have this shape."""
    return all(weight is None or weight.shape == shape for weight in weights)


_RULES: dict[Callable[..., Any], Callable[..., Tensor | None]] = {
    functional.group_norm: _group_norm,
    functional.layer_norm: _layer_norm,
    functional.linear: _linear,
    functional.leaky_relu: _leaky_relu,
    functional.scaled_dot_product_attention: _attention,
}
