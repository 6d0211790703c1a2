"""The two barriers: tasks that need something from every tile before any tile can go on.

Group norm needs the moments of the whole activation, attention the keys and values of all its
positions. Each tile computes its summary; the task runs with the summaries of all tiles.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from core.api.region import Region
from core.runtime.device import convolution_format
from core.runtime.precision import at_least_float32
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.graph.tasks import Task

MAX_SCORES = 1 << 21  # attention scores held at once, where no fused kernel avoids them
QUERIES_PER_CHUNK = 256  # where keys and values come in parts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupNorm(Task):
    """Normalise each group of channels over time and mel, then scale and shift each channel."""

    groups: int
    channels: int
    eps: float
    weight: Tensor | None
    bias: Tensor | None

    def summarise(self, values: Tensor) -> Moments:
        """The moments of a tile's core (B, C, T, F)."""
        return Moments.of(values, self.groups)

    def affine(self, moments: Moments, like: Tensor) -> "Affine":
        """Scale and shift for values such as these; computed in float64.

        They are made once for all tiles: on a device, each time would make the host wait.
        """
        per_group = like.shape[1] // self.groups
        inverse = (moments.variance + self.eps).rsqrt().repeat_interleave(per_group, dim=1)
        mean = moments.mean.repeat_interleave(per_group, dim=1)
        scale = inverse if self.weight is None else inverse * self.weight.cpu().double()
        shift = -mean * scale if self.bias is None else self.bias.cpu().double() - mean * scale
        dtype = at_least_float32(like.dtype)
        return Affine(scale.to(dtype).to(like.device), shift.to(dtype).to(like.device))

    def normalise(self, patch: Patch, affine: "Affine") -> Patch:
        """The patch normalised, in a new tensor."""
        scale, shift = affine
        if len(scale) == 1 and patch.values.dtype != scale.dtype:
            return patch.with_values(_scale_and_shift(patch.values, scale[0], shift[0]))
        out = torch.empty_like(patch.values)
        self.write(patch.values, affine, out)
        return patch.with_values(out)

    def write(self, values: Tensor, affine: "Affine", out: Tensor) -> None:
        """Normalise `values` (B, C, T, F) into `out`, by one scale and one shift per channel.

        Those of b < B samples are used in turn: for samples 0, b, 2 b and so on the first ones.
        """
        scale, shift = affine
        count = len(scale)
        if values.dtype == out.dtype == scale.dtype and count in (1, len(values)):
            torch.addcmul(shift[..., None, None], values, scale[..., None, None], out=out)
            return
        for sample in range(count):
            row = slice(sample, None, count)
            out[row].copy_(_scale_and_shift(values[row], scale[sample], shift[sample]))


class Affine(NamedTuple):
    """What a group norm does to each channel once its moments are known.

    Attributes:
        scale: (B, C), float32 or wider: never rounded to half precision.
        shift: The same shape and precision.
    """

    scale: Tensor
    shift: Tensor


class KeysValues(NamedTuple):
    """Keys and values of attention.

    Attributes:
        keys: (B, heads, positions, channels of a head).
        values: The same shape.
        counts: How many positions each one stands for, (positions,); None = itself alone.
    """

    keys: Tensor
    values: Tensor
    counts: Tensor | None = None

    def to(self, dtype: torch.dtype) -> "KeysValues":
        """Keys and values in the precision to compute in; they may be stored in another."""
        return self._replace(keys=self.keys.to(dtype), values=self.values.to(dtype))

    def score_bias(self, queries: Tensor) -> Tensor | None:
        """What the counts add to the scores: a position that stands for two weighs double."""
        if self.counts is None:
            return None
        return self.counts.log().to(queries).expand(1, 1, queries.shape[2], -1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attention(Task):
    """Self-attention over all positions of the activation, without its norm and residual."""

    heads: int
    query_weight: Tensor
    query_bias: Tensor | None
    key_weight: Tensor
    key_bias: Tensor | None
    value_weight: Tensor
    value_bias: Tensor | None
    out_weight: Tensor
    out_bias: Tensor | None

    def summarise(self, values: Tensor) -> KeysValues:
        """Keys and values of a tile's positions."""
        positions = _flatten_positions(values)
        return KeysValues(
            self._split_heads(F.linear(positions, self.key_weight, self.key_bias)),
            self._split_heads(F.linear(positions, self.value_weight, self.value_bias)),
        )

    def attend(self, patch: Patch, context: Iterable[KeysValues]) -> Patch:
        """Attend from each position of the patch to all positions in `context`.

        Args:
            patch: The positions of the queries, (B, C, T, F).
            context: Keys and values, in one part (a list) or in many parts of any order. It is
                iterated once for every chunk of queries.
        """
        queries = F.linear(_flatten_positions(patch.values), self.query_weight, self.query_bias)
        chunks = [
            _attention(self._split_heads(chunk), context)
            for chunk in torch.split(queries, queries_per_chunk(queries, context), dim=1)
        ]
        return self.project(patch, torch.cat(chunks, dim=2))

    def begin(self, patch: Patch) -> "list[PartialAttention]":
        """Attention from the positions of a patch before any key is seen, chunk by chunk."""
        queries = F.linear(_flatten_positions(patch.values), self.query_weight, self.query_bias)
        chunks = torch.split(queries, QUERIES_PER_CHUNK, dim=1)
        return [PartialAttention(self._split_heads(chunk)) for chunk in chunks]

    def project(self, patch: Patch, mixed: Tensor) -> Patch:
        """The output from what each position of the patch attends to.

        Args:
            patch: The positions of the queries, (B, C, T, F).
            mixed: The weighted values, (B, heads, T * F, channels of a head).
        """
        batch, channels, time, bins = patch.values.shape
        # (B, heads, positions, d) -> (B, positions, heads * d)
        mixed = mixed.transpose(1, 2).flatten(2)
        mixed = F.linear(mixed, self.out_weight, self.out_bias)
        # (B, T * F, C) -> (B, C, T, F), which lies channels last as it is
        values = mixed.view(batch, time, bins, channels).permute(0, 3, 1, 2)
        if convolution_format(values.device) is torch.contiguous_format:
            values = values.contiguous()
        return patch.with_values(values)

    def _split_heads(self, positions: Tensor) -> Tensor:
        # (B, positions, heads * d) -> (B, heads, positions, d)
        batch, count, channels = positions.shape
        return positions.view(batch, count, self.heads, channels // self.heads).transpose(1, 2)


def queries_per_chunk(queries: Tensor, context: Iterable[KeysValues]) -> int:
    """How many queries (B, positions, C) attend at once, so that memory is linear in length."""
    if not isinstance(context, list):
        return QUERIES_PER_CHUNK
    if queries.device.type == "cpu":  # its kernel holds no scores
        return queries.shape[1]
    scores_per_query: int = context[0].keys[..., 0].numel()
    return max(1, MAX_SCORES // scores_per_query)


@dataclass(frozen=True, slots=True, eq=False)
class Attended:
    """What the positions of a region attend to: weighted values.

    Attributes:
        region: The region.
        mixed: (B, heads, positions, channels of a head).
    """

    region: Region
    mixed: Tensor

    def crop(self, patch: Patch) -> Tensor:
        """The same of a patch within the region, in its precision."""
        time = patch.region.time.shift(-self.region.time.start).slice
        bins = patch.region.bins.shift(-self.region.bins.start).slice
        # (B, heads, T * F, d) -> (B, heads, T, F, d)
        batch, heads, _, width = self.mixed.shape
        size = self.region.time.length, self.region.bins.length
        planes = self.mixed.view(batch, heads, *size, width)
        return planes[:, :, time, bins].flatten(2, 3).to(patch.values.dtype)


class PartialAttention:
    """Softmax attention of some queries over keys and values that come in parts, in any order.

    Partial softmaxes are merged by their maxima and sums (Milakov and Gimelshein, "Online
    normalizer calculation for softmax", 2018).

    Args:
        queries: (B, heads, positions, channels of a head).
    """

    def __init__(self, queries: Tensor) -> None:
        self._scaled = queries * (1 / math.sqrt(queries.shape[-1]))
        self._wide_dtype = torch.promote_types(queries.dtype, torch.float32)
        self._maximum = queries.new_full((*queries.shape[:3], 1), -math.inf, dtype=self._wide_dtype)
        self._total = torch.zeros_like(self._maximum)
        self._mixed = torch.zeros_like(queries, dtype=self._wide_dtype)

    def add(self, stored: KeysValues) -> None:
        """Attend to a part."""
        dtype = self._scaled.dtype
        part = stored.to(dtype)
        scores = torch.matmul(self._scaled, part.keys.transpose(2, 3)).to(self._wide_dtype)
        if (score_bias := part.score_bias(scores)) is not None:
            scores += score_bias
        maximum = torch.maximum(self._maximum, scores.amax(dim=3, keepdim=True))
        weights = scores.sub_(maximum).exp_()
        decay = (self._maximum - maximum).exp_()
        self._total = self._total * decay + weights.sum(dim=3, keepdim=True)
        self._mixed = self._mixed * decay + torch.matmul(weights.to(dtype), part.values)
        self._maximum = maximum

    def result(self) -> Tensor:
        """The weighted values, (B, heads, positions, channels of a head)."""
        return (self._mixed / self._total).to(self._scaled.dtype)


def _attention(queries: Tensor, context: Iterable[KeysValues]) -> Tensor:
    """Softmax attention over all parts of `context`."""
    if isinstance(context, list) and len(context) == 1:
        keys, values, _ = context[0].to(queries.dtype)
        score_bias = context[0].score_bias(queries)
        return F.scaled_dot_product_attention(queries, keys, values, attn_mask=score_bias)
    partial = PartialAttention(queries)
    for stored in context:
        partial.add(stored)
    return partial.result()


def _flatten_positions(values: Tensor) -> Tensor:
    # (B, C, T, F) -> (B, T * F, C)
    return values.permute(0, 2, 3, 1).flatten(1, 2)


def _scale_and_shift(values: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """`values * scale + shift` per channel, computed in float32 whatever dtype the values have.

    Batch norm with mean 0 and variance 1 is the one fused operation that takes a half-precision
    activation with float32 factors.
    """
    zero, one = torch.zeros_like(scale), torch.ones_like(scale)
    return torch.batch_norm(values, scale, shift, zero, one, False, 0.0, 0.0, False)
