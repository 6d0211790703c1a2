"""Products with weights that are packed once into the order that oneDNN reads.

torch's own product packs the weights again in each call, or has another library do it. Measured on
the widths of AudioLDM's denoiser, one thread of a processor without AMX: a feed-forward layer takes
0.80 of the time in float32 (0.91 as with AVX2 only), 0.75 in bfloat16. The result is equal up to
rounding.
"""

from functools import partial
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.kernels.kernels_of_weight import KernelsOfWeight


def can_pack(dtype: torch.dtype = torch.float32) -> bool:
    """Whether this torch has oneDNN, which macOS's has not, and that multiplies in a precision."""
    if not torch._C._has_mkldnn:
        return False
    has_bfloat16 = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return dtype == torch.float32 or (dtype == torch.bfloat16 and has_bfloat16)


def packed_weight(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """A weight (O, I) in this precision, in an order that only `packed_product` can read."""
    rounded = weight.detach().to(dtype).contiguous()
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(rounded, None)
    return packed


def packed_product(values: Tensor, packed: Tensor, bias: Tensor | None) -> Tensor:
    """A linear layer, (..., I) -> (..., O), all in the precision of the weight."""
    values, bias = values.to(packed.dtype), None if bias is None else bias.to(packed.dtype)
    product: Tensor = torch.ops.mkldnn._linear_pointwise(values, packed, bias, "none", [], "")
    return product


class PackedLinear(nn.Linear):
    """A linear layer. Where its product is in bfloat16, it takes values of both precisions."""

    kernels: KernelsOfWeight
    returns_rounded: bool

    @classmethod
    def of(cls, layer: nn.Linear, dtype: torch.dtype, *, returns_rounded: bool = False) -> Self:
        """The same layer, with its own weight and bias.

        Args:
            layer: The layer.
            dtype: Of the product.
            returns_rounded: Whether it returns that precision too, not that of the weight.
        """
        with torch.device("meta"):  # allocates no weights: they come from the layer
            packed = cls(layer.in_features, layer.out_features)
        packed.weight, packed.bias = layer.weight, layer.bias
        packed.kernels = KernelsOfWeight(partial(_packed_rows, slice(None), dtype))
        packed.returns_rounded = returns_rounded
        return packed.train(layer.training)

    def forward(self, values: Tensor) -> Tensor:
        """Multiply (..., I) -> (..., O)."""
        product = packed_product(values, self.kernels(self.weight), self.bias)
        return product if self.returns_rounded else product.to(self.weight.dtype)


class PackedGeglu(nn.Module):
    """diffusers' GEGLU (Shazeer 2020, arXiv 2002.05202) with a product for values and for gates.

    They are neighbours in the output of a single product, which is slower to read. It returns the
    precision of its products.

    Args:
        proj: The layer of the single product, values first.
        dtype: Of the products.
    """

    def __init__(self, proj: nn.Linear, dtype: torch.dtype) -> None:
        super().__init__()
        self.proj = proj
        half = proj.out_features // 2
        self._halves = slice(None, half), slice(half, None)
        self.values, self.gates = (
            KernelsOfWeight(partial(_packed_rows, rows, dtype)) for rows in self._halves
        )

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Multiply (..., I) -> (..., O)."""
        weight, bias = self.proj.weight, self.proj.bias
        value_bias, gate_bias = (None if bias is None else bias[rows] for rows in self._halves)
        gates = F.gelu(packed_product(hidden_states, self.gates(weight), gate_bias))
        return packed_product(hidden_states, self.values(weight), value_bias).mul_(gates)


class PackedPointwise(nn.Conv2d):
    """A 1x1 convolution as a linear layer, in channels-last order."""

    kernels: KernelsOfWeight

    @staticmethod
    def fits(layer: nn.Conv2d) -> bool:
        """Whether a convolution only has one tap."""
        has_one = layer.kernel_size == layer.stride == (1, 1)
        return has_one and layer.padding == (0, 0) and layer.groups == 1

    @classmethod
    def of(cls, layer: nn.Conv2d, dtype: torch.dtype) -> Self:
        """The same convolution, with the layer's own weights and bias.

        Args:
            layer: One that `fits`.
            dtype: Of the product.
        """
        with torch.device("meta"):  # allocates no weights: they come from the layer
            packed = cls(layer.in_channels, layer.out_channels, kernel_size=1)
        packed.weight, packed.bias = layer.weight, layer.bias
        packed.kernels = KernelsOfWeight(partial(_packed_rows, slice(None), dtype))
        return packed.train(layer.training)

    def forward(self, picture: Tensor) -> Tensor:
        """Convolve (B, C, T, F) -> (B, O, T, F)."""
        pixels = picture.permute(0, 2, 3, 1)  # (B, C, T, F) -> (B, T, F, C), as they lie in memory
        product = packed_product(pixels, self.kernels(self.weight), self.bias)
        return product.to(self.weight.dtype).permute(0, 3, 1, 2)


def _packed_rows(rows: slice, dtype: torch.dtype, weight: Tensor, _: torch.dtype) -> Tensor:
    """Some of a weight's outputs (O, I) or (O, I, 1, 1), packed."""
    return packed_weight(weight.flatten(1)[rows], dtype)
