"""Draws the spectrogram: only the visible part, at the resolution of the screen.

pyqtgraph's ImageItem colours the whole clip whenever a tile arrives, and skips columns when
zoomed out. This item asks the model only for the columns on screen and keeps the result until
the view or those columns change, so moving the play head costs nothing here.
"""

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QImage, QPainter

from app.view_models.viewer.colour_scale import ColourScaleModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.clip.clip_item import ClipItem
from app.views.spectrogram.colour_map import ColourTable, colour_table
from core.api.region import Span

_COLUMNS_PER_PIXEL = 1.5


class SpectrogramItem(ClipItem):
    """Draws a SpectrogramModel: x in seconds, y in mel bins."""

    def __init__(self, model: SpectrogramModel, colour_scale: ColourScaleModel) -> None:
        super().__init__(model)
        self._model = model
        self._colour_scale = colour_scale
        self._table: ColourTable = colour_table()
        self._image: QImage | None = None
        self._image_frames = Span(0, 0)
        self._wanted: tuple[Span, int] | None = None
        model.written.connect(self._on_written)
        colour_scale.changed.connect(self._on_colours_changed)
        self._on_colours_changed()

    def viewRangeChanged(self) -> None:
        """Repaint when another part of the clip is on screen; pyqtgraph calls this."""
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the part on screen."""
        if self._model.is_empty:
            return
        frames = self._visible_frames()
        if frames.length == 0:
            return
        image = self._image_of(frames, self._screen_width())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._target(), image)

    def _visible_frames(self) -> Span:
        rate = self._model.params.frames_per_second
        view = self.viewRect().intersected(self._bounds)
        start, stop = int(view.left() * rate), int(view.right() * rate) + 1
        clip = Span(0, self._model.num_frames)
        return Span(min(start, stop), stop).expand(1, 1, clip).intersect(clip)

    def _screen_width(self) -> int:
        view = self.getViewWidget()
        return view.width() if view is not None else 1024

    def _image_of(self, frames: Span, width_px: int) -> QImage:
        if self._image is not None and self._wanted == (frames, width_px):
            return self._image
        self._wanted = (frames, width_px)
        columns = self._model.columns(frames, round(width_px * _COLUMNS_PER_PIXEL))
        pixels = self._table[columns.codes]  # (mel, columns)
        height, width = pixels.shape
        format_ = QImage.Format.Format_ARGB32_Premultiplied
        self._image = QImage(pixels.data, width, height, width * 4, format_).copy()
        self._image_frames = columns.frames
        return self._image

    def _target(self) -> QRectF:
        """Return the rectangle of the image; its first row is the lowest bin, and y points up."""
        rate, frames = self._model.params.frames_per_second, self._image_frames
        return QRectF(frames.start / rate, 0, frames.length / rate, self._model.params.n_mels)

    @Slot()
    def _on_reset(self) -> None:
        self._image = None
        super()._on_reset()

    @Slot()
    def _on_colours_changed(self) -> None:
        colour_scale = self._colour_scale
        self._table = colour_table(
            colour_scale.low_db, colour_scale.high_db, colour_scale.colour_map
        )
        self._image = None
        self.update()

    @Slot(Span)
    def _on_written(self, span: Span) -> None:
        if self._wanted and self._wanted[0].intersect(span).length:
            self._image = None
        self.update()
