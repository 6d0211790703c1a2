"""Draws the spectrogram: only the visible part, at the resolution of the screen.

pyqtgraph's ImageItem colours the whole clip whenever a tile arrives, and skips columns when
zoomed out. This item asks the models only for the columns on screen and keeps the result until
the view or those columns change, so moving the play head costs nothing here.
"""

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QImage, QPainter

from app.view_models.picture.colour_scale import ColourScaleModel
from app.view_models.picture.measured_spectrogram import MeasuredSpectrogram
from app.view_models.picture.spectrum_rows import Rows
from app.view_models.viewer.level_pyramid import Codes
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.clip.clip_item import ClipItem
from app.views.spectrogram.colour_map import ColourTable, colour_table
from core.api.region import Span

_COLUMNS_PER_PIXEL = 1.5
_MOST_ROWS = 1024


class SpectrogramItem(ClipItem):
    """Draws a SpectrogramModel, or the MeasuredSpectrogram in its place where that has a sound.

    x is in seconds, y on the axis of frequencies.
    """

    def __init__(
        self, model: SpectrogramModel, measured: MeasuredSpectrogram, colour_scale: ColourScaleModel
    ) -> None:
        super().__init__(model)
        self._model, self._measured = model, measured
        self._colour_scale = colour_scale
        self._table: ColourTable = colour_table()
        self._image: QImage | None = None
        self._image_frames = Span(0, 0)
        self._target = QRectF()
        self._wanted: tuple[object, ...] | None = None
        model.written.connect(self._on_written)
        measured.changed.connect(self._on_measured)
        colour_scale.changed.connect(self._on_colours_changed)
        self._on_colours_changed()

    def viewRangeChanged(self) -> None:
        """Repaint when another part of the clip is on screen; pyqtgraph calls this."""
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the part on screen."""
        visible = QRectF(self.viewRect()).intersected(self._bounds)
        if self._model.is_empty or visible.isEmpty():
            return
        if self._measured.sound is None:
            self._prepare(self._visible_frames(visible))
        else:
            self._measure(visible)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._target, self._image)

    def _visible_frames(self, visible: QRectF) -> Span:
        rate = self._model.params.frames_per_second
        start, stop = int(visible.left() * rate), int(visible.right() * rate) + 1
        clip = Span(0, self._model.num_frames)
        return Span(min(start, stop), stop).expand(1, 1, clip).intersect(clip)

    def _prepare(self, frames: Span) -> None:
        """Make the picture of the model's levels, unless it is there."""
        width_px = self._screen_size()[0]
        if self._image is not None and self._wanted == (frames, width_px):
            return
        self._wanted = (frames, width_px)
        columns = self._model.columns(frames, round(width_px * _COLUMNS_PER_PIXEL))
        self._image, self._image_frames = self._coloured(columns.codes), columns.frames
        rate, shown = self._model.params.frames_per_second, columns.frames
        # The first row is the lowest bin, and y points up.
        self._target = QRectF(shown.start / rate, 0, shown.length / rate, self._bounds.height())

    def _measure(self, visible: QRectF) -> None:
        """Make the picture of what is measured by now, unless it is there."""
        width_px, height_px = self._screen_size()
        count = min(height_px, _MOST_ROWS)
        rows = Rows(self._model.scale, visible.top(), visible.bottom(), count)
        visible_s = visible.left(), visible.right()
        wanted = self._measured.key(visible_s, rows, width_px)
        if self._image is not None and self._wanted == wanted:
            return
        self._wanted = wanted
        picture = self._measured.picture(visible_s, rows, width_px)
        self._image = self._coloured(picture.codes) if picture.codes.size else None
        length_s = picture.stop_s - picture.start_s
        self._target = QRectF(picture.start_s, visible.top(), length_s, visible.height())

    def _screen_size(self) -> tuple[int, int]:
        """Pixels of the view on screen."""
        view = self.getViewWidget()
        return (1024, 512) if view is None else (view.width(), view.height())

    def _coloured(self, codes: Codes) -> QImage:
        pixels = self._table[codes]  # (rows, columns)
        height, width = pixels.shape
        format_ = QImage.Format.Format_ARGB32_Premultiplied
        return QImage(pixels.data, width, height, width * 4, format_).copy()

    @Slot()
    def _on_reset(self) -> None:
        self._image = None
        super()._on_reset()

    @Slot()
    def _on_measured(self) -> None:
        self._image = None
        self.update()

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
        if self._measured.sound is None and self._image_frames.intersect(span).length:
            self._image = None
        self.update()
