"""The windows of a sample that one of several ranks runs, and how all get the whole sample's."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from core.peers.peers import Peers
from core.tiled_vae.graph.barriers import KeysValues
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.planning.statistics_sample import Sample


@dataclass(frozen=True, slots=True)
class SamplePart:
    """Some windows of a sample.

    Attributes:
        sample: All windows.
        peers: The ranks that share them.
        values: This rank's windows, (windows * B, C, frames, F); at least one.
        counts: Whether they count: a rank too many runs a window that another one runs as well.
    """

    sample: Sample
    peers: Peers
    values: Tensor
    counts: bool

    @classmethod
    def of(cls, sample: Sample, peers: Peers) -> Self:
        """This rank's part; all of the sample where there is one rank."""
        num_windows = len(sample.weights)
        own = peers.share([1.0] * num_windows)[peers.rank]
        batch = len(sample.values) // num_windows
        rows = own.scale(batch).slice if own.length else slice(batch)
        return cls(sample, peers, sample.values[rows], own.length > 0)

    def pool(self, moments: Moments) -> Moments:
        """Moments of the clip from those of this rank's windows; all ranks call it at once."""
        mean, m2 = self._of_all(moments.mean, moments.m2)
        return self.sample.pool(Moments(moments.count, mean, m2))

    def all_windows(self, seen: KeysValues) -> KeysValues:
        """Keys and values of all windows from those of this rank's; all ranks call it at once."""
        keys, values = self._of_all(seen.keys, seen.values)
        return KeysValues(keys, values)

    def _of_all(self, *own: Tensor) -> list[Tensor]:
        """The same tensors of all windows, joined along the batch in the order of ranks."""
        if self.peers.size == 1:
            return list(own)
        found = self.peers.gather_tensors(own if self.counts else [part[:0] for part in own])
        columns = zip(*found, strict=True)
        return [
            torch.cat([part.to(first.device) for part in column])
            for first, column in zip(own, columns, strict=True)
        ]
