"""Kernels computed from a layer's weight at its first call, so that a model opens at once."""

from collections.abc import Callable
from threading import Lock

import torch
from torch import Tensor, nn

from core.runtime.file_pages import drop_file_pages

MakeKernels = Callable[[Tensor, torch.dtype], Tensor]
"""(a layer's weight, the precision of the kernels) -> kernels."""

ONE_LAYER_AT_A_TIME = Lock()
"""Held while a layer's first call changes it: several threads may call a network at once."""


class KernelsOfWeight(nn.Module):
    """Kernels in the form that a layer's arithmetic reads, made again when its weight is replaced.

    They are no part of the layer's state. The weight stays valid, but its pages in memory are
    dropped where it is mapped from a file. Replace a weight by another tensor: values written
    into it are not noticed.

    Args:
        make: Computes the kernels.
    """

    def __init__(self, make: MakeKernels) -> None:
        super().__init__()
        self._make = make
        self._made_of: tuple[Tensor, ...] = ()  # in a tuple: a module registers a bare parameter
        self._kernels: Tensor | None
        self.register_buffer("_kernels", None, persistent=False)

    def drop(self) -> None:
        """Free the kernels; the next call makes them again."""
        self._made_of = ()  # first, for threads that look meanwhile
        self._kernels = None

    def forward(self, weight: Tensor) -> Tensor:
        """The kernels of this weight."""
        kernels = self._kernels_of(weight)
        if kernels is None:
            with ONE_LAYER_AT_A_TIME:
                kernels = self._kernels_of(weight)  # another thread may have made them
                if kernels is None:
                    kernels = self._make_for(weight)
        return kernels

    def _kernels_of(self, weight: Tensor) -> Tensor | None:
        made_of = self._made_of  # read first, as it is written last
        return self._kernels if made_of and weight is made_of[0] else None

    def _make_for(self, weight: Tensor) -> Tensor:
        self.drop()  # frees the kernels of the last weight before these are made
        # Within inference mode, tensors could not be used outside it afterwards.
        with torch.inference_mode(False), torch.no_grad():
            self._kernels = kernels = self._make(weight, weight.dtype)
        self._made_of = (weight,)
        drop_file_pages(self._made_of)
        return kernels
