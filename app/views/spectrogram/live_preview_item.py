"""Draws the live preview below the spectrogram, pale and hatched to tell it from the result."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QTransform

from app.view_models.picture.colour_scale import ColourScaleModel
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.clip.clip_item import ClipItem
from app.views.spectrogram.colour_map import colour_table
from app.views.widgets.theme import Theme, faded

_MOST_OPAQUE = 0.4  # of the latents' grey levels
_PREVIEW_OPACITY = 0.75
_SATURATION = 0.25
_HATCH_ALPHA = 70


class LivePreviewItem(ClipItem):
    """Draws a LivePreviewModel over the whole clip; decoded tiles cover it."""

    def __init__(
        self,
        live_preview: LivePreviewModel,
        spectrogram: SpectrogramModel,
        colour_scale: ColourScaleModel,
        theme: Theme,
    ) -> None:
        super().__init__(spectrogram)
        self._live_preview = live_preview
        self._colour_scale = colour_scale
        self.set_theme(theme)
        live_preview.changed.connect(self._on_changed)
        colour_scale.changed.connect(self._on_colours_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._greys = [
            faded(theme.muted, round(level * _MOST_OPAQUE)).rgba() for level in range(256)
        ]
        self._on_colours_changed()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the preview, or else the energy of the latents in grey."""
        if self._live_preview.codes is not None:
            self._paint_image(painter, self._live_preview.codes, self._pale)
            self._paint_hatch(painter)
        elif self._live_preview.greys is not None:
            self._paint_image(painter, self._live_preview.greys, self._greys)

    def _paint_image(self, painter: QPainter, cells: NDArray[np.uint8], table: list[int]) -> None:
        height, width = cells.shape
        image = QImage(cells.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(table)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._target(), image)

    def _paint_hatch(self, painter: QPainter) -> None:
        """Draw a hatch in pixels, so that it is as dense at any zoom."""
        to_pixels = painter.worldTransform()
        on_screen = to_pixels.mapRect(self._target().intersected(QRectF(self.viewRect())))
        painter.setWorldTransform(QTransform())
        hatch = QBrush(faded(self._theme.canvas, _HATCH_ALPHA), Qt.BrushStyle.FDiagPattern)
        painter.fillRect(on_screen, hatch)
        painter.setWorldTransform(to_pixels)

    def _target(self) -> QRectF:
        """Return the part of the clip that is denoised: all of it, unless it is an edit."""
        frames = self._live_preview.frames
        if frames is None:
            return self._bounds
        rate = self._spectrogram.params.frames_per_second
        return QRectF(frames.start / rate, 0, frames.length / rate, self._bounds.height())

    @Slot()
    def _on_changed(self) -> None:
        self.update()

    @Slot()
    def _on_colours_changed(self) -> None:
        colour_scale = self._colour_scale
        colours = colour_table(colour_scale.low_db, colour_scale.high_db, colour_scale.colour_map)
        self._pale = [_pale(QColor.fromRgba(int(colour))) for colour in colours]
        self.update()


def _pale(colour: QColor) -> int:
    """Return the colour with little saturation, and partly transparent."""
    if colour.alpha() == 0:
        return 0
    saturation = colour.hslSaturationF() * _SATURATION
    return QColor.fromHslF(
        colour.hslHueF(), saturation, colour.lightnessF(), _PREVIEW_OPACITY
    ).rgba()
