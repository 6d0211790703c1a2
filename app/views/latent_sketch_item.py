"""The sketch of the latents, under everything else: grey, so that nobody takes it for the sound."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QColor, QImage, QPainter

from app.models.latent_sketch import LatentSketchModel
from app.models.spectrogram import SpectrogramModel
from app.views.clip_item import ClipItem
from app.views.theme import Theme

_MOST_OPAQUE = 0.4


class LatentSketchItem(ClipItem):
    """Draws a LatentSketchModel over the whole clip; tiles cover it as they are laid."""

    def __init__(
        self, sketch: LatentSketchModel, spectrogram: SpectrogramModel, theme: Theme
    ) -> None:
        super().__init__(spectrogram)
        self._sketch = sketch
        self.set_theme(theme)
        sketch.changed.connect(self._on_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._table = [_faded(theme.muted, level / 255 * _MOST_OPAQUE) for level in range(256)]
        self.update()

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


def _faded(colour: str, opacity: float) -> int:
    faded = QColor(colour)
    faded.setAlphaF(opacity)
    return faded.rgba()
