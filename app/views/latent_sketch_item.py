"""The sketch of the latents, under everything else: grey, so that nobody takes it for the sound."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QColor, QImage, QPainter

from app.models.latent_sketch import LatentSketchModel
from app.models.spectrogram import SpectrogramModel
from app.views.theme import Theme

_MOST_OPAQUE = 0.4


class LatentSketchItem(pg.GraphicsObject):
    """Draws a LatentSketchModel over the whole clip; tiles cover it as they are laid."""

    def __init__(
        self, sketch: LatentSketchModel, spectrogram: SpectrogramModel, theme: Theme
    ) -> None:
        super().__init__()
        self._sketch = sketch
        self._spectrogram = spectrogram
        self._bounds = QRectF()
        self.set_theme(theme)
        sketch.changed.connect(self._on_changed)
        spectrogram.reset.connect(self._on_reset)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._table = [_faded(theme.muted, level / 255 * _MOST_OPAQUE) for level in range(256)]
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole clip."""
        return self._bounds

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw what there is."""
        greys = self._sketch.greys
        if greys is None:
            return
        height, width = greys.shape
        image = QImage(greys.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(self._table)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._bounds, image)

    @Slot()
    def _on_changed(self) -> None:
        self.update()

    @Slot()
    def _on_reset(self) -> None:
        self.prepareGeometryChange()
        self._bounds = QRectF(0, 0, self._spectrogram.duration_s, self._spectrogram.params.n_mels)
        self.update()


def _faded(colour: str, opacity: float) -> int:
    faded = QColor(colour)
    faded.setAlphaF(opacity)
    return faded.rgba()
