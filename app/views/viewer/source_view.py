"""The view of a source sound, marked by a frame and a label so that it is not taken for a take."""

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from app.clock_time import clock_text
from app.view_models.viewer.colour_scale import ColourScaleModel
from app.view_models.viewer.opened_source import OpenedSource
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.spectrogram.axes import FrequencyAxis, TimeAxis
from app.views.spectrogram.spectrogram_item import SpectrogramItem
from app.views.spectrogram.time_view_box import TimeViewBox
from app.views.widgets.labels import ElidedLabel, PlainLabel
from app.views.widgets.theme import Theme

_TICK_FONT_PX = 12


class SourceView(QFrame):
    """Shows a OpenedSource.

    Signals:
        closed: The person wants to see the take again.
    """

    closed = Signal()

    def __init__(self, colour_scale: ColourScaleModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sourceView")
        self._spectrogram = SpectrogramModel(self)
        self._box = TimeViewBox()
        self._axes = (FrequencyAxis(self._spectrogram.params), TimeAxis())
        self._plot = pg.PlotWidget(
            viewBox=self._box, axisItems=dict(zip(("left", "bottom"), self._axes, strict=True))
        )
        self._plot.setAccessibleName(self.tr("Spectrogram of the source"))
        self._plot.getPlotItem().hideButtons()
        self._plot.getPlotItem().setMenuEnabled(False)
        self._plot.getPlotItem().layout.setContentsMargins(0, 8, 0, 0)  # for the highest label
        self._box.addItem(SpectrogramItem(self._spectrogram, colour_scale), ignoreBounds=True)
        self._mark = PlainLabel(self.tr("Source"))
        self._mark.setProperty("role", "sourceMark")
        self._title, self._caption = ElidedLabel(), ElidedLabel()
        self._title.setProperty("role", "title")
        self._caption.setProperty("role", "caption")
        self._close = QPushButton(self.tr("Back to the take"))
        self._close.setToolTip(
            self.tr("The source stays chosen; take it back in the panel on the left")
        )
        self._close.clicked.connect(self.closed)
        self._assemble()
        self.set_theme(theme)

    def _assemble(self) -> None:
        labels = QVBoxLayout()
        labels.setSpacing(2)
        labels.addWidget(self._title)
        labels.addWidget(self._caption)
        header = QHBoxLayout()
        header.setSpacing(12)
        header.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignTop)
        header.addLayout(labels, stretch=1)
        header.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(12)
        column.addLayout(header)
        column.addWidget(self._plot, stretch=1)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        font = QFont(self.font())
        font.setPixelSize(_TICK_FONT_PX)
        self._plot.setBackground(theme.panel)
        self._box.setBackgroundColor(theme.canvas)
        for axis in self._axes:
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setStyle(tickFont=font)

    @property
    def texts(self) -> tuple[str, str]:
        """Title and caption."""
        return self._title.text(), self._caption.text()

    def show_preview(self, preview: OpenedSource, *, has_take: bool) -> None:
        """Show a source; without a take to go back to, the button just closes."""
        facts = preview.facts
        self._title.show_text(preview.path.name)
        self._caption.show_text(
            self.tr("{length} · {rate} kHz · {channels} · as the model will hear it").format(
                length=clock_text(facts.duration_s, 1),
                rate=f"{facts.sample_rate / 1000:g}",
                channels=self._channels(facts.channels),
            )
        )
        self._close.setText(self.tr("Back to the take") if has_take else self.tr("Close"))
        self._spectrogram.show(preview.levels)
        self._box.show_clip(self._spectrogram.duration_s, self._spectrogram.params.n_mels)

    def _channels(self, channels: int) -> str:
        names = {1: self.tr("mono"), 2: self.tr("stereo")}
        return names.get(channels) or self.tr("{n} channels").format(n=channels)
