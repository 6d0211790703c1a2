"""Base of the items over the clip: x in seconds, y from the foot of an axis to its top."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Slot

from app.view_models.viewer.spectrogram import SpectrogramModel


class ClipItem(pg.GraphicsObject):
    """An item as long as the clip of a SpectrogramModel.

    Args:
        spectrogram: The clip.
        height: Its height; None = that of the picture's axis of frequencies.
    """

    def __init__(self, spectrogram: SpectrogramModel, height: float | None = None) -> None:
        super().__init__()
        self._spectrogram = spectrogram
        self._height = height
        self._bounds = QRectF()
        spectrogram.reset.connect(self._on_reset)
        spectrogram.extended.connect(self._on_extended)
        spectrogram.scale_changed.connect(self._on_extended)

    def boundingRect(self) -> QRectF:
        """The whole clip."""
        return self._bounds

    @Slot()
    def _on_extended(self) -> None:
        ClipItem._on_reset(self)  # drawn pictures stay valid: the clip is only longer

    @Slot()
    def _on_reset(self) -> None:
        self.prepareGeometryChange()
        height = self._spectrogram.scale.height if self._height is None else self._height
        self._bounds = QRectF(0, 0, self._spectrogram.duration_s, height)
        self.update()
