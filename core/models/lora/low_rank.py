"""A low-rank change of one layer, and the weights that come of it.

Hu et al. 2021, *LoRA*, arXiv 2106.09685, section 4.1: W' = W + (alpha / r) B A.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class LowRankChange:
    """A change B A of a layer's weights.

    Attributes:
        down: A, (r, in) of a linear layer, (r, in, time, mel) of a convolution.
        up: B, (out, r), with further axes of length 1 for a convolution.
        scale: alpha / r, by which the change was multiplied in training.
    """

    down: Tensor
    up: Tensor
    scale: float

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the weights that it changes, without axes of length 1 at its end."""
        return _without_ones((self.up.shape[0], *self.down.shape[1:]))

    def fits(self, layer: nn.Module) -> bool:
        """Whether it changes weights of the layer's shape."""
        weight = layer.weight
        return isinstance(weight, Tensor) and self.shape == _without_ones(tuple(weight.shape))

    def delta(self, weight: Tensor) -> Tensor:
        """The change in float32, of the shape and on the device of `weight`."""
        down, up = (each.to(weight.device, torch.float32) for each in (self.down, self.up))
        return (up.flatten(1) @ down.flatten(1)).mul_(self.scale).view(weight.shape)


def merged_weight(weight: Tensor, changes: Iterable[tuple[float, LowRankChange]]) -> Tensor:
    """W plus each change times its weight: summed in float32, then rounded to W's precision."""
    merged = weight.to(torch.float32, copy=True)
    for factor, change in changes:
        merged += factor * change.delta(weight)
    return merged.to(weight.dtype)


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return shape
