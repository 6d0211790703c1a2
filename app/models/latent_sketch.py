"""A sketch of the latents while they are denoised: the first thing there is to see of a sound."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from core.events import FloatArray

_MAX_COLUMNS = 1024
_DARKEST, _BRIGHTEST = 2, 98  # percentiles
_SMALLEST_ENERGY = 1e-3


class LatentSketchModel(QObject):
    """Energy of the latents over time and mel, as grey levels.

    It is no spectrogram: latents are not levels of bins. But where the noise settles, it shows
    where something will be, long before the first tile is laid.

    Attributes:
        greys: Grey levels (mel, time), uint8, row 0 the lowest; None while there is nothing.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.greys: NDArray[np.uint8] | None = None

    def show(self, latents: FloatArray) -> None:
        """Sketch latents (C, T, F) as they stand after a step."""
        self.greys = sketch(latents)
        self.changed.emit()

    def clear(self) -> None:
        """Show nothing."""
        if self.greys is not None:
            self.greys = None
            self.changed.emit()


def sketch(latents: FloatArray) -> NDArray[np.uint8]:
    """Log energy over the channels of (C, T, F), from darkest to brightest, (F, at most 1024)."""
    stride = -(-latents.shape[1] // _MAX_COLUMNS)
    energy = np.log(np.square(latents[:, ::stride]).mean(axis=0) + _SMALLEST_ENERGY)
    low, high = np.percentile(energy, (_DARKEST, _BRIGHTEST))
    greys = np.clip((energy - low) / max(high - low, _SMALLEST_ENERGY), 0.0, 1.0) * 255
    return np.ascontiguousarray(greys.astype(np.uint8).T)  # (T, F) -> (F, T)
