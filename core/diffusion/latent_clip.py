"""The latents of a clip during a run: a short clip's in memory, a long one's on the disk.

They are read and written stretch by stretch, so a long clip takes the memory of one stretch.
"""

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Span
from core.peers.peers import Peers
from core.runtime.spool import Spool, move_to_disk

STRETCH_FRAMES = 1024  # latent frames in a stretch; longer clips are kept on the disk


class LatentClip(Protocol):
    """Latents (1, C, T, F), float32, read and written by stretches of time.

    Attributes:
        shape: (1, C, T, F).
        device: Where stretches are read to.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """(1, C, T, F)."""

    @property
    def device(self) -> torch.device:
        """Where stretches are read to."""

    def read(self, span: Span) -> Tensor:
        """Latents (1, C, span.length, F), which later writes do not change."""

    def write(self, span: Span, latents: Tensor) -> None:
        """Write latents (1, C, span.length, F)."""

    def mapped(self) -> FloatArray:
        """The clip (C, T, F) on the disk, read when it is accessed."""


class ClipInMemory:
    """A clip that fits on the device.

    Args:
        latents: (B, C, T, F); not changed.

    Attributes:
        latents: The current latents.
    """

    def __init__(self, latents: Tensor) -> None:
        self.latents = latents
        self._is_own = False

    @property
    def shape(self) -> tuple[int, ...]:
        """(B, C, T, F)."""
        return tuple(self.latents.shape)

    @property
    def device(self) -> torch.device:
        """Where it is."""
        return self.latents.device

    def read(self, span: Span) -> Tensor:
        """Latents (B, C, span.length, F): a copy, unless they are the whole clip."""
        if self._is_whole(span):
            return self.latents
        return self.latents[:, :, span.slice].clone()

    def write(self, span: Span, latents: Tensor) -> None:
        """Put latents (B, C, span.length, F) in their place; the whole clip is not copied."""
        if self._is_whole(span):
            self.latents, self._is_own = latents, False
            return
        if not self._is_own:
            self.latents, self._is_own = self.latents.clone(), True
        self.latents[:, :, span.slice] = latents

    def mapped(self) -> FloatArray:
        """A copy (C, T, F) on the disk, read when it is accessed."""
        return move_to_disk(self.latents[0].float().cpu().numpy())

    def _is_whole(self, span: Span) -> bool:
        return span == Span(0, self.latents.shape[2])


class ClipOnDisk:
    """A clip of any length; zero until it is written.

    Args:
        shape: (1, C, T, F).
        device: Where stretches are read to.

    Raises:
        DiskError: The disk has no space for it.
    """

    def __init__(self, shape: tuple[int, ...], device: torch.device) -> None:
        self.shape, self.device = shape, device
        self._spool = Spool(shape[3:])  # a row is a frame of a channel: C times T of them

    def read(self, span: Span) -> Tensor:
        """A copy of latents (1, C, span.length, F)."""
        channels = [self._spool.read(row, span.length) for row in self._first_rows(span)]
        return torch.from_numpy(np.stack(channels))[None].to(self.device)

    def write(self, span: Span, latents: Tensor) -> None:
        """Put latents (1, C, span.length, F) in their place."""
        channels = latents[0].float().cpu().numpy()
        for row, values in zip(self._first_rows(span), channels, strict=True):
            self._spool.write(row, values)

    def append(self, rows: Tensor) -> None:
        """Write rows (n, F) in the order (channel, time) they have in memory."""
        self._spool.append(rows.numpy())

    def mapped(self) -> FloatArray:
        """The clip (C, T, F), read from the disk as it is looked at."""
        return self._spool.mapped().reshape(self.shape[1:])

    def _first_rows(self, span: Span) -> list[int]:
        """The first row of the span in every channel."""
        return [channel * self.shape[2] + span.start for channel in range(self.shape[1])]


def stretches(num_frames: int, stretch_frames: int = STRETCH_FRAMES) -> list[Span]:
    """Stretches that cover a clip exactly once, in the order of time."""
    starts = range(0, num_frames, stretch_frames)
    return [Span(start, min(start + stretch_frames, num_frames)) for start in starts]


def share_clip(clip: LatentClip, peers: Peers) -> None:
    """Give all ranks the latents of rank 0, stretch by stretch; their clips have the same shape."""
    if peers.size == 1:
        return
    for span in stretches(clip.shape[2]):
        latents = peers.spread([clip.read(span)] if peers.is_first else [])[0]
        if not peers.is_first:
            clip.write(span, latents.to(clip.device))


def all_finite(clip: LatentClip) -> bool:
    """Whether no value is NaN or infinity."""
    spans = stretches(clip.shape[2])
    return all(bool(torch.isfinite(clip.read(span)).all()) for span in spans)
