"""A piece of an activation with its region."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.api.region import Region, Span
from core.runtime.device import convolution_format


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Values of one region of an activation.

    Attributes:
        values: (B, C, T, F), T and F those of `region`.
        region: Where the values lie, on the grid of this activation.
        extent: The whole activation's region; a convolution reads zeros beyond it, only there.
    """

    values: Tensor
    region: Region
    extent: Region

    def crop(self, region: Region) -> "Patch":
        """A region within this one, as a view."""
        if region == self.region:
            return self
        time = region.time.shift(-self.region.time.start)
        bins = region.bins.shift(-self.region.bins.start)
        return replace(self, values=self.values[..., time.slice, bins.slice], region=region)

    def with_values(self, values: Tensor) -> "Patch":
        """The same region with other values."""
        return replace(self, values=values)


def concatenate(patches: Sequence[Patch]) -> Patch:
    """Patches that follow each other in time, copied into one."""
    if len(patches) == 1:
        return patches[0]
    whole = allocate(patches)
    for patch in patches:
        paste(whole, patch)
    return whole


def allocate(patches: Sequence[Patch]) -> Patch:
    """An uninitialised patch of the size of patches that follow each other in time."""
    first, last = patches[0], patches[-1]
    time = Span(first.region.time.start, last.region.time.stop)
    return _empty(first, Region(time, first.region.bins))


def enlarge(first: Patch, region: Region) -> Patch:
    """An uninitialised patch of a larger region, with its first piece pasted in."""
    whole = _empty(first, region)
    paste(whole, first)
    return whole


def _empty(like: Patch, region: Region) -> Patch:
    shape = (*like.values.shape[:2], region.time.length, region.bins.length)
    values = torch.empty(
        shape,
        dtype=like.values.dtype,
        device=like.values.device,
        memory_format=convolution_format(like.values.device),
    )
    return Patch(values, region, like.extent)


def paste(whole: Patch, piece: Patch) -> None:
    """Copy a piece into its region of a larger patch."""
    whole.crop(piece.region).values.copy_(piece.values)
