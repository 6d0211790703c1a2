"""Forms of a network's layers that `processor_speed` times against each other."""

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from core.kernels import polynomial_convolution
from core.kernels.packed_products import can_pack, packed_product, packed_weight
from core.kernels.upsampling import convolve_doubled, product_weights, transposed_weight
from core.kernels.winograd import BLOCK_ELEMENTS, convolve, winograd_weight

TAPS = 7  # of the convolution along time
_ELEMENTS = BLOCK_ELEMENTS // 2  # of each input: about what Winograd's form takes of a tile at once
_BINS = 16
_FRAMES, _BINS_OF_LEVEL, _HEADS, _GROWTH = 125, 8, 8, 4  # of a denoiser's level of most time

Form = Callable[[], Tensor]
Product = Callable[[Tensor], Tensor]


def direct_and_winograd(width: int) -> tuple[Form, Form]:
    """A 3x3 convolution."""
    values, weight = _convolution(width)
    kernels = winograd_weight(weight, torch.float32)
    direct = partial(F.conv2d, values, weight, padding=1)
    return direct, partial(convolve, values, kernels, None)


def direct_in_bfloat16(width: int) -> Form:
    """The same convolution."""
    values, weight = (tensor.bfloat16() for tensor in _convolution(width))
    return partial(F.conv2d, values, weight, padding=1)


def transposed_and_products(width: int) -> tuple[Form, Form]:
    """A 3x3 convolution of what is upsampled by 2."""
    values, weight = _convolution(width, part=4)  # the output has four times the size
    joint = transposed_weight(weight, torch.float32)
    kernels = product_weights(weight, torch.float32)
    transposed = partial(F.conv_transpose2d, values, joint, stride=2, padding=1)
    return transposed, partial(convolve_doubled, values, kernels, None)


def along_time(width: int) -> tuple[Form, Form, Form]:
    """Directly in torch's order, directly with channels innermost, and by polynomials."""
    values = torch.ones(_ELEMENTS // width, width)
    weight = torch.full((width, width, TAPS), 1 / (TAPS * width))
    picture = values.T[None, :, :, None]  # (T, C) -> (1, C, T, 1), channels last
    taps = weight.unsqueeze(3).contiguous(memory_format=torch.channels_last)
    kernels = polynomial_convolution.polynomial_weight(weight, torch.float32)

    def in_own_order() -> Tensor:
        return F.conv1d(values.T[None], weight)[0].T.contiguous()

    return (
        in_own_order,
        partial(F.conv2d, picture, taps),
        partial(polynomial_convolution.convolve, values, kernels, torch.ones(width), TAPS),
    )


def feed_forward(width: int) -> tuple[Form, Form]:
    """A feed-forward layer of a denoiser, plainly and with packed weights."""
    values = torch.ones(2 * _FRAMES * _BINS_OF_LEVEL, width)
    plain, packed = (_FeedForward(width, torch.float32, is_packed) for is_packed in (False, True))
    return partial(plain, values), partial(packed, values)


def denoisers(width: int) -> tuple[tuple[Form, Form], tuple[Form, Form]]:
    """A part of a denoiser in float32 against two ways to round its products.

    Its convolutions are by Winograd, in the second one direct and in bfloat16. Convolutions, other
    products and attention have about the shares of time that they have in a step of AudioLDM s.
    """
    weight = torch.full((width, width, 3, 3), 1 / (9 * width))
    kernels = winograd_weight(weight, torch.float32)
    low = weight.bfloat16().contiguous(memory_format=torch.channels_last)

    def winograd(values: Tensor) -> Tensor:
        return convolve(values, kernels, None)

    def direct(values: Tensor) -> Tensor:
        return F.conv2d(values.bfloat16(), low, padding=1).float()

    exact = _denoiser(width, torch.float32, winograd)
    return (
        (exact, _denoiser(width, torch.bfloat16, winograd)),
        (exact, _denoiser(width, torch.bfloat16, direct)),
    )


def _denoiser(width: int, dtype: torch.dtype, convolved: Product) -> Form:
    picture = torch.ones(1, width, _FRAMES, _BINS_OF_LEVEL)
    picture = picture.contiguous(memory_format=torch.channels_last)
    tokens = picture.permute(0, 2, 3, 1).flatten(1, 2)  # (1, T F, C)
    product = _product(torch.full((width, width), 1 / width), dtype, is_packed=can_pack(dtype))
    forward = _FeedForward(width, dtype, can_pack(dtype))

    def run() -> Tensor:
        convolved(convolved(picture))
        queries = product(tokens).view(1, -1, _HEADS, width // _HEADS)
        some = queries.transpose(1, 2)[:, : _HEADS // 2]
        F.scaled_dot_product_attention(some, some, some)
        return forward(tokens)

    return run


class _FeedForward:
    """Products for values and for gates, and one of their product; float32 comes out."""

    def __init__(self, width: int, dtype: torch.dtype, is_packed: bool) -> None:
        up, down = (
            torch.full(size, 1 / width)
            for size in ((_GROWTH * width, width), (width, _GROWTH * width))
        )
        self._joint = _product(torch.cat([up, up]), dtype, is_packed=False)
        self._values, self._gates = (_product(up, dtype, is_packed=is_packed) for _ in range(2))
        self._down = _product(down, dtype, is_packed=is_packed)
        self._is_packed = is_packed

    def __call__(self, tokens: Tensor) -> Tensor:
        if self._is_packed:
            gates = F.gelu(self._gates(tokens))
            return self._down(self._values(tokens).mul_(gates)).float()
        values, gates = self._joint(tokens).float().chunk(2, dim=-1)
        return self._down(values * F.gelu(gates)).float()


def _product(weight: Tensor, dtype: torch.dtype, *, is_packed: bool) -> Product:
    if is_packed:
        packed = packed_weight(weight, dtype)
        return lambda values: packed_product(values, packed, None)
    rounded = weight.to(dtype)
    return lambda values: F.linear(values.to(dtype), rounded)


def _convolution(width: int, part: int = 1) -> tuple[Tensor, Tensor]:
    """Values (1, C, T, F) and weights (C, C, 3, 3), channels last, of a part of the work."""
    frames = _ELEMENTS // (width * _BINS * part)
    values = torch.ones(1, width, frames, _BINS).contiguous(memory_format=torch.channels_last)
    weight = torch.full((width, width, 3, 3), 1 / (9 * width))
    return values, weight.contiguous(memory_format=torch.channels_last)
