"""The two tasks at which tiles meet: they need to know something about every tile.

Group norm needs the moments of the whole activation, attention the keys and values of all its
places. Each tile hands in its summary; combined, they are the knowledge with which the task runs.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from core.tiled_vae.graph.moments import Moments
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.graph.tasks import Task

SCORES = 1 << 21  # attention scores held at once, where no fused kernel avoids them
PARTED_ROWS = 256  # places that look at once, where what they see comes in parts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupNorm(Task):
    """Normalise each group of channels over time and mel, then scale and shift each channel."""

    groups: int
    channels: int
    eps: float
    weight: Tensor | None
    bias: Tensor | None

    def summarise(self, values: Tensor) -> Moments:
        """What a tile hands in, of its core."""
        return Moments.of(values, self.groups)

    def normalise(self, patch: Patch, moments: Moments) -> Patch:
        """The patch normalised, in a fresh tensor."""
        scale, shift = self._affine(moments, patch.values)
        if len(scale) == 1 and patch.values.dtype != scale.dtype:
            return patch.with_values(_scale_and_shift(patch.values, scale[0], shift[0]))
        out = torch.empty_like(patch.values)
        self.write(patch.values, moments, out)
        return patch.with_values(out)

    def write(self, values: Tensor, moments: Moments, out: Tensor) -> None:
        """Normalise `values` (B, C, T, F) into `out`, as one scale and one shift per channel.

        Where the moments are of fewer than B, they serve the samples in turn.
        """
        scale, shift = self._affine(moments, values)
        count = len(scale)
        if values.dtype == out.dtype == scale.dtype and count in (1, len(values)):
            torch.addcmul(shift[..., None, None], values, scale[..., None, None], out=out)
            return
        for sample in range(count):
            row = slice(sample, None, count)
            out[row].copy_(_scale_and_shift(values[row], scale[sample], shift[sample]))

    def _affine(self, moments: Moments, like: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and shift (B, C), computed in float64, never rounded to half precision."""
        per_group = like.shape[1] // self.groups
        inverse = (moments.variance + self.eps).rsqrt().repeat_interleave(per_group, dim=1)
        mean = moments.mean.repeat_interleave(per_group, dim=1)
        scale = inverse if self.weight is None else inverse * self.weight.cpu().double()
        shift = -mean * scale if self.bias is None else self.bias.cpu().double() - mean * scale
        dtype = torch.promote_types(like.dtype, torch.float32)
        return scale.to(dtype).to(like.device), shift.to(dtype).to(like.device)


class KeysValues(NamedTuple):
    """What attention looks at.

    Attributes:
        keys: (B, heads, places, channels of a head).
        values: The same shape.
        counts: How many places each one stands for, (places,); None = itself alone.
    """

    keys: Tensor
    values: Tensor
    counts: Tensor | None = None

    def to(self, dtype: torch.dtype) -> "KeysValues":
        """Keys and values in the precision to compute in; they may rest in another."""
        return self._replace(keys=self.keys.to(dtype), values=self.values.to(dtype))

    def extra(self, queries: Tensor) -> Tensor | None:
        """What the counts add to the scores of the queries: a place seen twice weighs double."""
        if self.counts is None:
            return None
        return self.counts.log().to(queries).expand(1, 1, queries.shape[2], -1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attention(Task):
    """Self-attention over all places of the activation, without its group norm and residual."""

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
        """What a tile hands in: keys and values of its places."""
        places = _places(values)
        return KeysValues(
            self._split_heads(F.linear(places, self.key_weight, self.key_bias)),
            self._split_heads(F.linear(places, self.value_weight, self.value_bias)),
        )

    def attend(self, patch: Patch, seen: Iterable[KeysValues]) -> Patch:
        """Each place of the patch looks at all places in `seen`.

        Args:
            patch: The places that look, (B, C, T, F).
            seen: What they look at, in one part (a list) or in many, read anew for every chunk of
                places; softmax does not care for the order.
        """
        batch, channels, time, bins = patch.values.shape
        queries = F.linear(_places(patch.values), self.query_weight, self.query_bias)
        chunks = [
            _look(self._split_heads(chunk), seen)
            for chunk in torch.split(queries, rows_at_once(queries, seen), dim=1)
        ]
        # (B, heads, places, d) -> (B, places, heads * d)
        mixed = torch.cat(chunks, dim=2).transpose(1, 2).flatten(2)
        mixed = F.linear(mixed, self.out_weight, self.out_bias)
        # (B, T * F, C) -> (B, C, T, F)
        return patch.with_values(mixed.view(batch, time, bins, channels).permute(0, 3, 1, 2))

    def _split_heads(self, places: Tensor) -> Tensor:
        # (B, places, heads * d) -> (B, heads, places, d)
        batch, count, channels = places.shape
        return places.view(batch, count, self.heads, channels // self.heads).transpose(1, 2)


def rows_at_once(queries: Tensor, seen: Iterable[KeysValues]) -> int:
    """How many places (B, places, C) look at once, so that memory stays linear in length."""
    if not isinstance(seen, list):
        return PARTED_ROWS
    if queries.device.type == "cpu":  # its kernel holds no scores
        return queries.shape[1]
    scores_per_row: int = seen[0].keys[..., 0].numel()
    return max(1, SCORES // scores_per_row)


def _look(queries: Tensor, seen: Iterable[KeysValues]) -> Tensor:
    """Softmax attention over all parts of `seen`, merged part by part.

    Partial softmaxes are merged by their maxima and sums (Milakov and Gimelshein, "Online
    normalizer calculation for softmax", 2018).
    """
    if isinstance(seen, list) and len(seen) == 1:
        keys, values, _ = seen[0].to(queries.dtype)
        extra = seen[0].extra(queries)
        return F.scaled_dot_product_attention(queries, keys, values, attn_mask=extra)
    scaled = queries * (1 / math.sqrt(queries.shape[-1]))
    wide = torch.promote_types(queries.dtype, torch.float32)
    top = queries.new_full((*queries.shape[:3], 1), -math.inf, dtype=wide)
    total = torch.zeros_like(top)
    mixed = torch.zeros_like(queries, dtype=wide)
    for stored in seen:
        part = stored.to(queries.dtype)
        scores = torch.matmul(scaled, part.keys.transpose(2, 3)).to(wide)
        if (extra := part.extra(scores)) is not None:
            scores += extra
        new_top = torch.maximum(top, scores.amax(dim=3, keepdim=True))
        weights = scores.sub_(new_top).exp_()
        fade = (top - new_top).exp_()
        total = total * fade + weights.sum(dim=3, keepdim=True)
        mixed = mixed * fade + torch.matmul(weights.to(queries.dtype), part.values)
        top = new_top
    return (mixed / total).to(queries.dtype)


def _places(values: Tensor) -> Tensor:
    # (B, C, T, F) -> (B, T * F, C)
    return values.permute(0, 2, 3, 1).flatten(1, 2)


def _scale_and_shift(values: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """`values * scale + shift` per channel, in float32 inside whatever the values are.

    Batch norm with mean 0 and variance 1 is the one fused operation that mixes a half-precision
    activation with float32 factors.
    """
    zero, one = torch.zeros_like(scale), torch.ones_like(scale)
    return torch.batch_norm(values, scale, shift, zero, one, False, 0.0, 0.0, False)
