"""A 3x3 convolution of inputs that are two bins wide, as three matrix products."""

from functools import partial
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.kernels.kernels_of_weight import ONE_LAYER_AT_A_TIME, KernelsOfWeight
from core.kernels.packed_products import packed_product, packed_weight
from core.runtime.file_pages import drop_file_pages

BINS = 2


class NarrowConvolution(nn.Conv2d):
    """A 3x3 convolution that keeps the size, and is fast where the mel axis has two bins left.

    At the UNet's deepest level every second tap beside the centre reads zeros beyond the border,
    and torch packs the weights again in each call, which takes longer than the sums. Here the
    weights are stored in the order that the matrix products read, from the first call on. Measured
    on AudioLDM's 640 channels at 10 s, one thread: 14.7 -> 4.8 ms in float32, 5.0 -> 2.5 ms in
    bfloat16. Inputs of another width are convolved directly.
    """

    @classmethod
    def of(cls, layer: nn.Conv2d) -> Self:
        """The same convolution, with the layer's own weights and bias."""
        with torch.device("meta"):  # allocates no weights: they come from the layer
            narrow = cls(layer.in_channels, layer.out_channels, kernel_size=3, padding=1)
        narrow.weight, narrow.bias = layer.weight, layer.bias
        return narrow.train(layer.training)

    def forward(self, picture: Tensor) -> Tensor:
        """Convolve (B, C, T, F) -> (B, O, T, F)."""
        if not self._is_ordered():
            with ONE_LAYER_AT_A_TIME:
                if not self._is_ordered():  # another thread may have done it
                    self._order_weight()
        if picture.shape[3] != BINS or self.bias is None:
            return super().forward(picture)
        batch, channels, frames, _ = picture.shape
        neighbours = _neighbours(picture)
        lower, centre, upper = self.weight.permute(3, 2, 1, 0).reshape(3, 3 * channels, -1)
        out = torch.addmm(self.bias, neighbours.flatten(0, 1), centre).view(
            -1, BINS, self.out_channels
        )
        out[:, 0].addmm_(neighbours[:, 1], upper)
        out[:, 1].addmm_(neighbours[:, 0], lower)
        # (B T, F, O) -> (B, O, T, F), channels innermost in memory
        return out.view(batch, frames, BINS, -1).permute(0, 3, 1, 2)

    def _is_ordered(self) -> bool:
        return self.weight.permute(3, 2, 1, 0).is_contiguous()

    def _order_weight(self) -> None:
        """Copy the weight into the order that `forward` reads, and drop what it was read from."""
        read = self.weight
        # Within inference mode, tensors could not be used outside it afterwards.
        with torch.inference_mode(False), torch.no_grad():
            # stored as (mel tap, time tap, in, out), seen as (out, in, time tap, mel tap)
            stored = read.permute(3, 2, 1, 0).contiguous()
            self.weight = nn.Parameter(stored.permute(3, 2, 1, 0), requires_grad=False)
        drop_file_pages([read])


class PackedNarrowConvolution(nn.Conv2d):
    """The same in float32 with three quarters of the multiplications, by packed weights.

    The bins become C x0 + U x1 and L x0 + C x1, for the mel taps L, C and U. Both contain
    C (x0 + x1), so that U - C and L - C are all that is left to multiply (Winograd, "Arithmetic
    Complexity of Computations", 1980). Measured on AudioLDM's 640 channels at 10 s, one thread:
    7.7 -> 5.1 ms, as with AVX2 only 5.8 ms.
    """

    lower: KernelsOfWeight
    centre: KernelsOfWeight
    upper: KernelsOfWeight

    @classmethod
    def of(cls, layer: nn.Conv2d) -> Self:
        """The same convolution, with the layer's own weights and bias."""
        with torch.device("meta"):  # allocates no weights: they come from the layer
            packed = cls(layer.in_channels, layer.out_channels, kernel_size=3, padding=1)
        packed.weight, packed.bias = layer.weight, layer.bias
        packed.lower, packed.centre, packed.upper = (
            KernelsOfWeight(partial(_packed_taps, tap)) for tap in range(3)
        )
        return packed.train(layer.training)

    def forward(self, picture: Tensor) -> Tensor:
        """Convolve (B, C, T, F) -> (B, O, T, F)."""
        if picture.shape[3] != BINS:
            return super().forward(picture)
        batch, _, frames, _ = picture.shape
        low, high = _neighbours(picture).unbind(1)
        common = packed_product(low + high, self.centre(self.weight), self.bias)
        out = common.new_empty(len(common), BINS, self.out_channels)
        torch.add(common, packed_product(high, self.upper(self.weight), None), out=out[:, 0])
        torch.add(common, packed_product(low, self.lower(self.weight), None), out=out[:, 1])
        # (B T, F, O) -> (B, O, T, F), channels innermost in memory
        return out.view(batch, frames, BINS, -1).permute(0, 3, 1, 2)


def _neighbours(picture: Tensor) -> Tensor:
    """What each frame reads along time, (B, C, T, F) -> (B T, F, 3 C); zeros beyond both ends."""
    batch, channels, frames, bins = picture.shape
    padded = F.pad(picture.permute(0, 2, 3, 1), (0, 0, 0, 0, 1, 1))  # (B, T + 2, F, C)
    neighbours = torch.cat([padded[:, i : i + frames] for i in range(3)], dim=3)
    # (B, T, F, 3 C) -> (B T, F, 3 C)
    return neighbours.reshape(batch * frames, bins, 3 * channels)


def _packed_taps(mel_tap: int, weight: Tensor, dtype: torch.dtype) -> Tensor:
    """The time taps at one mel tap, less those in the centre for the outer two; packed."""
    taps = weight.detach()[..., mel_tap]
    if mel_tap != 1:
        taps = taps - weight.detach()[..., 1]
    return packed_weight(taps.transpose(1, 2).flatten(1), dtype)  # (O, C, 3) -> (O, 3 C)
