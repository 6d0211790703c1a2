"""Latents that are too many to be held at once: whoever decodes reads them window by window."""

from typing import Protocol, runtime_checkable

from torch import Tensor

from core.region import Span


@runtime_checkable
class LatentSource(Protocol):
    """Latents (B, C, T, F), unscaled as the VAE knows them, wherever they are.

    Attributes:
        shape: (B, C, T, F).
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """(B, C, T, F)."""

    def read(self, span: Span) -> Tensor:
        """The latents (B, C, span.length, F) of a stretch, on the device to compute on."""


def stretch_of(latents: Tensor | LatentSource, span: Span) -> Tensor:
    """The latents (B, C, span.length, F) of a stretch."""
    return latents[:, :, span.slice] if isinstance(latents, Tensor) else latents.read(span)
