"""What is shown of a sound before its first tile: a preview, or the energy of the latents."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.view_models.viewer.level_pyramid import Codes, encode_log_mel
from core.api.arrays import FloatArray
from core.api.events import DenoisingStep
from core.api.region import Span

_MAX_COLUMNS = 1024
_DARKEST, _BRIGHTEST = 2, 98  # percentiles
_SMALLEST_ENERGY = 1e-3


class LivePreviewModel(QObject):
    """The sound while it is denoised, as far as the engine can show it.

    If the engine sends a preview, it consists of levels of mel bins, a few decibels off. Otherwise
    the energy of the latents is shown in grey: not a spectrogram, but it shows where the noise
    settles.

    Attributes:
        codes: Level codes of the preview (mel, time), row 0 the lowest; None while there is none.
        greys: Grey levels (mel, time), uint8, row 0 the lowest; None while there are none.
        frames: The mel frames that both span; None = the whole clip.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.codes: Codes | None = None
        self.greys: NDArray[np.uint8] | None = None
        self.frames: Span | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is neither."""
        return self.codes is None and self.greys is None

    def show(self, step: DenoisingStep) -> None:
        """Show a step: its preview, or else its latents (C, T, F)."""
        if step.preview is not None:
            codes = encode_log_mel(step.preview).T  # (time, mel) -> (mel, time)
            self.codes, self.greys = np.ascontiguousarray(codes), None
        else:
            self.codes, self.greys = None, latent_greys(step.latents)
        self.frames = step.frames
        self.changed.emit()

    def clear(self) -> None:
        """Show nothing."""
        if not self.is_empty:
            self.codes = self.greys = None
            self.changed.emit()


def latent_greys(latents: FloatArray) -> NDArray[np.uint8]:
    """Return the log energy over the channels of (C, T, F) as grey levels (F, at most 1024)."""
    stride = -(-latents.shape[1] // _MAX_COLUMNS)
    energy = np.log(np.square(latents[:, ::stride]).mean(axis=0) + _SMALLEST_ENERGY)
    low, high = np.percentile(energy, (_DARKEST, _BRIGHTEST))
    greys = np.clip((energy - low) / max(high - low, _SMALLEST_ENERGY), 0.0, 1.0) * 255
    return np.ascontiguousarray(greys.astype(np.uint8).T)  # (T, F) -> (F, T)
