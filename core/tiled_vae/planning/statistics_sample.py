"""The sample of a clip from which the streaming mode estimates its statistics.

The sample depends on the clip alone, never on chunks or memory, so that any chunk plan gives the
same result. Its windows are chosen and weighted by Bayesian quadrature. On six mixes of 82 s of
real sounds the bundled model's log-mel misses the exact one by 0.03 to 0.06 dB, with the
downsampled estimate by 0.04 to 0.20 dB. Evenly spread windows of equal weight do as well there
(0.03 to 0.05 dB), but not with every VAE: with one trained on the same sounds, chosen windows
missed by 0.05 to 0.14 dB, even ones by 0.07 to 0.54 dB.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from core.api.region import Region, Span
from core.kernels.processor_speed import use_bfloat16
from core.tiled_vae.graph.barriers import KeysValues
from core.tiled_vae.graph.geometry import whole_region
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.graph.tiling import Tile, Tiling
from core.tiled_vae.planning.quadrature import candidate_windows, choose_windows, window_features

NUM_WINDOWS = 64  # of a clip without an end; a clip is short if they would cover all of it
WINDOW_LATENT_FRAMES = 4
WINDOW_PADDING = 2  # latent frames computed around each window but not counted
ATTENTION_LATENT_FRAMES = 32  # length of a block; attention attends to three of them


@dataclass(frozen=True, slots=True)
class ClipStatistics:
    """Statistics of the whole clip, estimated before a stream begins.

    Attributes:
        moments: Moments of the group norms, by position in the queue.
        far: Keys and values that stand for far positions in attention, by position in the queue.
    """

    moments: Mapping[int, Moments]
    far: Mapping[int, KeysValues]


@dataclass(frozen=True, slots=True)
class Sample:
    """Windows of the network's input, to be run as one batch.

    Attributes:
        values: (windows * B, C, frames, F): the batch of the first window, then of the second, ...
        tiling: One tile; only its core counts in the statistics.
        weights: Weight of each window, (windows,), of sum 1.
    """

    values: Tensor
    tiling: Tiling
    weights: Tensor

    @classmethod
    def from_windows(cls, source: Tensor, latent_unit: int) -> "Sample":
        """The windows that say most about a clip that is not short."""
        tiling = window_tiling(source.shape[3], latent_unit)
        core, length = tiling.tiles[0].core.time, tiling.tiles[0].padded.time.length
        inner = source[:, :, core.start : source.shape[2] - core.start]
        num_places = inner.shape[2] // core.length
        candidates = candidate_windows(num_places)
        features = window_features(inner, core.length, candidates)
        chosen, found = choose_windows(features, num_windows(num_places))
        starts = [candidates[index] * core.length for index in chosen]
        values = torch.cat([source[:, :, start : start + length] for start in starts])
        return cls(values, tiling, found)

    @classmethod
    def downsampled(cls, source: Tensor, latent_unit: int) -> "Sample":
        """The classic estimate: the whole clip, downsampled to the length of all windows."""
        frames = NUM_WINDOWS * (WINDOW_LATENT_FRAMES + 2 * WINDOW_PADDING) * latent_unit
        values = downsample_time(source, frames)
        whole = whole_region(frames, source.shape[3])
        tiling = Tiling((Tile(0, whole, whole, extent=whole),), columns=1, shared=False)
        return cls(values, tiling, torch.ones(1, dtype=torch.float64))

    def pool(self, moments: Moments) -> Moments:
        """Moments of the clip, (B, G), from those of the windows, (windows * B, G)."""
        return moments.pooled(self.weights)

    def far(self, seen: KeysValues, clip_frames: int) -> KeysValues:
        """Keys and values that stand for the whole clip, from those of the windows.

        Args:
            seen: Of each window by itself, (windows * B, heads, positions, d).
            clip_frames: Length of the clip on the grid of `values`.
        """
        count = len(self.weights)
        # (n * B, heads, p, d) -> (n, B, heads, p, d) -> (B, heads, n * p, d)
        keys, values = (
            x.view(count, -1, *x.shape[1:]).permute(1, 2, 0, 3, 4).flatten(2, 3)
            for x in (seen.keys, seen.values)
        )
        each = self.weights * (clip_frames / self.tiling.tiles[0].core.time.length)
        positions = keys.shape[2] // count
        return KeysValues(keys, values, each.float().repeat_interleave(positions).to(keys.device))


def num_windows(num_places: int) -> int:
    """How many windows say as much of a clip with so many places as `NUM_WINDOWS` of any clip.

    The error of a mean falls with the part of the whole that was seen (the correction for finite
    populations; Cochran, "Sampling Techniques", 1977, section 4.6).
    """
    return max(1, NUM_WINDOWS * num_places // (NUM_WINDOWS + num_places))


def window_tiling(bins: int, latent_unit: int) -> Tiling:
    """The tiling of one window: one tile, with a margin around its core."""
    margin, length = WINDOW_PADDING * latent_unit, WINDOW_LATENT_FRAMES * latent_unit
    whole = whole_region(length + 2 * margin, bins)
    core = Region(Span(margin, margin + length), whole.bins)
    return Tiling((Tile(0, core, whole, extent=whole),), columns=1, shared=False)


def is_short(area: Region, latent_unit: int) -> bool:
    """Whether the whole clip is no longer than all windows of a sample together."""
    length = (WINDOW_LATENT_FRAMES + 2 * WINDOW_PADDING) * latent_unit
    return area.time.length <= NUM_WINDOWS * length


def sampling_dtype(device: torch.device, dtype: torch.dtype) -> torch.dtype:
    """Precision of the pass over the windows: rounding averages out in statistics.

    bfloat16 instead of float32, where this processor is faster with it, made no measurable
    difference to the result.
    """
    return torch.bfloat16 if use_bfloat16(device, dtype) else dtype


def downsample_time(source: Tensor, frames: int) -> Tensor:
    """The input (B, C, T, F) downsampled to `frames` along time, with the same statistics.

    Nearest-exact sampling, then each channel is rescaled to the original mean and deviation and
    clamped to the original range. Only time is downsampled: the mel axis of a few bins would
    vanish.
    """
    small = F.interpolate(source, size=(frames, source.shape[3]), mode="nearest-exact")
    old_std, old_mean = torch.std_mean(source, dim=(2, 3), keepdim=True, correction=0)
    new_std, new_mean = torch.std_mean(small, dim=(2, 3), keepdim=True, correction=0)
    rescaled = (small - new_mean) / new_std.clamp_min(torch.finfo(small.dtype).tiny)
    rescaled = rescaled * old_std + old_mean
    return rescaled.clamp(source.amin((2, 3), keepdim=True), source.amax((2, 3), keepdim=True))
