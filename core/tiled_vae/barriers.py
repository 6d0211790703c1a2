"""The two tasks at which tiles meet: they need to know something about every tile.

Group norm needs the moments of the whole activation, attention the keys and values of all its
places. Each tile hands in its summary; combined, they are the knowledge with which the task runs.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from core.tiled_vae.patch import Patch
from core.tiled_vae.statistics import Moments
from core.tiled_vae.tasks import Task

QUERY_CHUNK = 2048


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupNorm(Task):
    """Normalise each group of channels over time and mel, then scale and shift each channel."""

    groups: int
    eps: float
    weight: Tensor | None
    bias: Tensor | None

    def summarise(self, values: Tensor) -> Moments:
        """What a tile hands in, of its core."""
        return Moments.of(values, self.groups)

    def write(self, values: Tensor, moments: Moments, out: Tensor) -> None:
        """Normalise `values` (B, C, T, F) into `out`, folded into one scale and shift a channel."""
        scale, shift = self._affine(moments, values)
        torch.addcmul(shift, values, scale, out=out)

    def _affine(self, moments: Moments, like: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and shift (B, C, 1, 1), computed in float64, never rounded to half precision."""
        per_group = like.shape[1] // self.groups
        inverse = (moments.variance + self.eps).rsqrt().repeat_interleave(per_group, dim=1)
        mean = moments.mean.repeat_interleave(per_group, dim=1)
        scale = inverse if self.weight is None else inverse * self.weight.double().cpu()
        shift = -mean * scale if self.bias is None else self.bias.double().cpu() - mean * scale
        dtype = torch.promote_types(like.dtype, torch.float32)
        return (
            scale[..., None, None].to(like.device, dtype),
            shift[..., None, None].to(like.device, dtype),
        )


class KeysValues(NamedTuple):
    """What attention looks at: keys and values, (B, heads, places, channels of a head)."""

    keys: Tensor
    values: Tensor


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

    @staticmethod
    def combine(parts: list[KeysValues]) -> KeysValues:
        """All places; softmax does not care for their order."""
        if len(parts) == 1:
            return parts[0]
        return KeysValues(
            torch.cat([part.keys for part in parts], dim=2),
            torch.cat([part.values for part in parts], dim=2),
        )

    def attend(self, patch: Patch, seen: KeysValues) -> Patch:
        """Each place of the patch looks at all places in `seen`; memory is linear in both."""
        batch, channels, time, bins = patch.values.shape
        queries = F.linear(_places(patch.values), self.query_weight, self.query_bias)
        chunks = [
            F.scaled_dot_product_attention(self._split_heads(chunk), seen.keys, seen.values)
            for chunk in queries.split(QUERY_CHUNK, dim=1)
        ]
        # (B, heads, places, d) -> (B, places, heads * d)
        mixed = torch.cat(chunks, dim=2).transpose(1, 2).flatten(2)
        mixed = F.linear(mixed, self.out_weight, self.out_bias)
        # (B, T * F, C) -> (B, C, T, F)
        return patch.with_values(mixed.view(batch, time, bins, channels).permute(0, 3, 1, 2))

    def _split_heads(self, places: Tensor) -> Tensor:
        # (B, places, heads * d) -> (B, heads, places, d)
        return places.unflatten(2, (self.heads, -1)).transpose(1, 2)


def _places(values: Tensor) -> Tensor:
    # (B, C, T, F) -> (B, T * F, C)
    return values.permute(0, 2, 3, 1).flatten(1, 2)
