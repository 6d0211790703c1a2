"""Gains as factors: of a level in dB, and of a layer along its length, with its fades."""

import numpy as np
from numpy.typing import NDArray

from core.arrangement.layer import QUIETEST_DB, FadeShape, Layer

Factors = NDArray[np.float64]


def as_factor(gain_db: float) -> float:
    """The factor of a gain; 0 at the lower end of the range."""
    return 0.0 if gain_db <= QUIETEST_DB else 10 ** (gain_db / 20)


def envelope(layer: Layer, offsets: Factors) -> Factors:
    """The gain of a layer, with its fades, at offsets from its start.

    A fade out and a fade in across each other, of equal length and shape, sum to 1.

    Args:
        layer: The layer.
        offsets: Places within it, (n,), in samples: the middle of sample i is i + 0.5.

    Returns:
        Factors (n,). Each depends on its own offset alone, to the bit.
    """
    rising = _risen(offsets, layer.fade_in, layer.fade_shape)
    falling = _risen(layer.length - offsets, layer.fade_out, layer.fade_shape)
    return as_factor(layer.gain_db) * rising * falling


def has_fade(layer: Layer, start: int, stop: int) -> bool:
    """Whether samples from `start` to `stop` of a layer lie in a fade."""
    return start < layer.fade_in or stop > layer.length - layer.fade_out


def _risen(places: Factors, length: int, shape: FadeShape) -> Factors:
    """How far a fade of a length has risen at places from its beginning: 0 to 1."""
    if not length:
        return np.ones(len(places))
    risen = np.clip(places / length, 0.0, 1.0)
    if shape is FadeShape.COSINE:
        risen = 0.5 - 0.5 * np.cos(np.pi * risen)
    return np.asarray(risen, np.float64)
