"""The tasks of a waveform autoencoder of transformers: segments of tokens, and attention in a band.

Stable Audio 3's SAME (arXiv 2605.17991) changes the rate of its frames by tokens: behind each
segment it puts learned ones, lets all tokens attend to those around, and keeps the last of each
segment. No token sees further than the band, so a stretch and a halo are all that a layer reads,
and a mask as large as the clip's square is never made.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from core.api.region import Region, Span
from core.tiled_vae.graph.geometry import split
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.graph.tasks import Layer
from core.tiled_vae.graph.time_reach import TimeReach
from core.tiled_vae.graph.waveform_tasks import SAME_PLACE, TimeTask, from_tokens, to_tokens

ROTARY_BASE = 10_000
BLOCK_TOKENS = {"cpu": 64}  # that attend at once; more compute more products outside the band
_BLOCK_TOKENS_ELSEWHERE = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentTask(TimeTask):
    """A layer that turns each segment of `down` inputs into one of `up` outputs.

    Attributes:
        own_channels: Channels of its input and of its output.
    """

    own_channels: tuple[int, int]

    @property
    def channels(self) -> tuple[int, int]:
        """Channels of its input and of its output."""
        return self.own_channels

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Convert whole segments, with zeros beyond the clip's end and for what is not kept."""
        down, up = self.own_reach.down, self.own_reach.up
        segments = Span(wanted.time.start // up, -(-wanted.time.stop // up))
        needed = segments.scale(down)
        read = patch.crop(Region(needed.intersect(patch.region.time), wanted.bins))
        missing = read.region.time.start - needed.start, needed.stop - read.region.time.stop
        tokens = F.pad(to_tokens(read.values), (0, 0, *missing))
        batch, _, channels = tokens.shape
        made = self._convert(tokens.reshape(batch, segments.length, down, channels))
        region = Region(segments.scale(up), wanted.bins)
        whole = Patch(from_tokens(made.flatten(1, 2)), region, self.reach.resize(patch.extent))
        return whole.crop(wanted)

    def _convert(self, segments: Tensor) -> Tensor:
        """Convert segments (B, N, down, I) to (B, N, up, O)."""
        raise TypeError(f"{type(self).__name__} converts nothing")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patching(SegmentTask):
    """Takes the frames of a segment as channels of one frame: channel c of frame p is c P + p."""

    def _convert(self, segments: Tensor) -> Tensor:
        return segments.transpose(2, 3).flatten(2).unsqueeze(2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unpatching(SegmentTask):
    """Takes the channels of a frame as frames of a segment; the inverse of `Patching`."""

    def _convert(self, segments: Tensor) -> Tensor:
        batch, count, _, _ = segments.shape
        return segments.reshape(batch, count, self.channels[1], -1).transpose(2, 3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completion(SegmentTask):
    """Completes the last segment with zeros, and changes nothing else."""

    def _convert(self, segments: Tensor) -> Tensor:
        return segments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TokenInsertion(SegmentTask):
    """Puts learned tokens behind each segment, all of the same values.

    Attributes:
        token: (C,)
    """

    token: Tensor

    def _convert(self, segments: Tensor) -> Tensor:
        batch, count, given, _ = segments.shape
        new = self.token.expand(batch, count, self.own_reach.up - given, -1)
        return torch.cat([segments, new], dim=2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TokenSelection(SegmentTask):
    """Keeps the last tokens of each segment."""

    def _convert(self, segments: Tensor) -> Tensor:
        return segments[:, :, -self.own_reach.up :]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChannelScaling(Layer):
    """Multiplies each channel and adds to it.

    Attributes:
        factor: (C, 1, 1) or (1, 1, 1)
        offset: Likewise; None = nothing is added.
    """

    factor: Tensor
    offset: Tensor | None = None

    @property
    def reach(self) -> TimeReach:
        """Each value by itself."""
        return SAME_PLACE

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Apply it."""
        read = patch.crop(wanted)
        scaled = read.values * self.factor
        return read.with_values(scaled if self.offset is None else scaled.add_(self.offset))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DynamicTanh(Layer):
    """gain tanh(slope x) + offset in place of a norm (Zhu et al. 2025, arXiv 2503.10622).

    Attributes:
        slope: (1,)
        gain: (C,)
        offset: (C,)
    """

    slope: Tensor
    gain: Tensor
    offset: Tensor

    @property
    def reach(self) -> TimeReach:
        """Each value by itself."""
        return SAME_PLACE

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Apply it, into a tensor of its own: what it reads may be a residual."""
        read = patch.crop(wanted)
        return read.with_values(from_tokens(self.normalise(to_tokens(read.values))))

    def normalise(self, tokens: Tensor) -> Tensor:
        """Apply it to (..., C)."""
        return torch.addcmul(self.offset, (tokens * self.slope).tanh_(), self.gain)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GatedFeedForward(TimeTask):
    """Two products, and between them one half multiplied by a function of the other.

    Attributes:
        weight_in: (2 H, C), the second half for the gate.
        bias_in: (2 H,)
        weight_out: (C, H)
        bias_out: (C,)
        is_sinusoidal: Whether the gate is sin(pi x), not SiLU.
    """

    own_reach: TimeReach = SAME_PLACE
    weight_in: Tensor
    bias_in: Tensor
    weight_out: Tensor
    bias_out: Tensor
    is_sinusoidal: bool

    @property
    def channels(self) -> tuple[int, int]:
        """Channels of its input and of its output."""
        return self.weight_out.shape[0], self.weight_out.shape[0]

    @property
    def inner_channels(self) -> int:
        """Both halves."""
        return self.weight_in.shape[0]

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Apply it."""
        read = patch.crop(wanted)
        values, gate = F.linear(to_tokens(read.values), self.weight_in, self.bias_in).chunk(2, -1)
        gate = gate.mul_(math.pi).sin_() if self.is_sinusoidal else F.silu(gate, inplace=True)
        tokens = F.linear(values.mul_(gate), self.weight_out, self.bias_out)
        return read.with_values(from_tokens(tokens))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BandedAttention(TimeTask):
    """Attention of each token to those within the band around it, with rotary positions.

    It is the difference of two attentions to the same values (Ye et al. 2024, arXiv 2410.05258), or
    one alone. Angles are computed in float32 from the place in the whole clip, so that stretches
    give what the clip gives; half precision could not tell far places apart.

    Attributes:
        projection: (5 C, C) to two sets of queries, two of keys, and values; or (3 C, C).
        output: (C, C)
        query_norm: Of each head.
        key_norm: Likewise.
        heads: Number of heads.
    """

    projection: Tensor
    output: Tensor
    query_norm: DynamicTanh
    key_norm: DynamicTanh
    heads: int

    @property
    def channels(self) -> tuple[int, int]:
        """Channels of its input and of its output."""
        return self.output.shape[0], self.output.shape[0]

    @property
    def inner_channels(self) -> int:
        """Queries, keys and values, and both results."""
        return 2 * self.projection.shape[0]

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Attend, block by block."""
        seen = self.reach.inputs_of(wanted.time).intersect(patch.region.time)
        tokens = to_tokens(patch.crop(Region(seen, wanted.bins)).values)
        own = wanted.time.shift(-seen.start)
        width, sets = self.channels[0], self.projection.shape[0] // self.channels[0] // 2
        for_queries, for_keys = self.projection[:-width].chunk(2)
        queries = self._placed(F.linear(tokens[:, own.slice], for_queries), wanted.time, True)
        keys = self._placed(F.linear(tokens, for_keys), seen, False)
        values = self._by_head(F.linear(tokens, self.projection[-width:]))
        attended = torch.empty_like(values[:, :, own.slice])
        for block in split(own.length, _block_tokens(tokens.device)):
            places = block.shift(wanted.time.start)
            near = self.reach.inputs_of(places).intersect(seen)
            at, mask = near.shift(-seen.start).slice, self._mask(places, near, tokens.device)
            first, *second = (
                F.scaled_dot_product_attention(query, key, values[:, :, at], attn_mask=mask)
                for query, key in zip(
                    queries[:, :, block.slice].chunk(sets, 1),
                    keys[:, :, at].chunk(sets, 1),
                    strict=True,
                )
            )
            attended[:, :, block.slice] = first - second[0] if second else first
        # (B, H, T, D) -> (B, T, H D)
        tokens = F.linear(attended.transpose(1, 2).flatten(2), self.output)
        return Patch(from_tokens(tokens), wanted, patch.extent)

    def _by_head(self, tokens: Tensor) -> Tensor:
        """(B, T, sets H D) -> (B, sets H, T, D)."""
        batch, count, _ = tokens.shape
        heads = tokens.view(batch, count, -1, self.channels[0] // self.heads)
        return heads.transpose(1, 2)

    def _placed(self, tokens: Tensor, time: Span, is_query: bool) -> Tensor:
        """Queries or keys by head, normalised, with the first half of each turned to its place."""
        norm = self.query_norm if is_query else self.key_norm
        heads = norm.normalise(self._by_head(tokens))
        turned = heads.shape[3] // 2
        first, second = heads[..., :turned].float().chunk(2, -1)
        steps = torch.arange(0, turned, 2, device=tokens.device).float()
        places = torch.arange(time.start, time.stop, device=tokens.device).float()
        angles = torch.outer(places, 1 / ROTARY_BASE ** (steps / turned))  # (T, turned / 2)
        cosines, sines = angles.cos(), angles.sin()
        rotated = [first * cosines - second * sines, second * cosines + first * sines]
        return torch.cat([*(part.to(heads.dtype) for part in rotated), heads[..., turned:]], dim=3)

    def _mask(self, queries: Span, keys: Span, device: torch.device) -> Tensor:
        """Whether a query (rows) sees a key (columns)."""
        rows = torch.arange(queries.start, queries.stop, device=device)
        columns = torch.arange(keys.start, keys.stop, device=device)
        return (columns - rows[:, None]).abs() <= self.own_reach.padding


def _block_tokens(device: torch.device) -> int:
    return BLOCK_TOKENS.get(device.type, _BLOCK_TOKENS_ELSEWHERE)
