"""The waveform view: a lane for each channel, with selection, play head and time axis."""

import math

from PySide6.QtCore import Slot

from app.view_models.picture.waveform_model import WaveformModel
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.selection import SelectionModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.views.clip.clip_plot import ClipPlot
from app.views.texts.units import level_text
from app.views.waveform.level_axis import LevelAxis
from app.views.waveform.waveform_item import WaveformItem
from app.views.widgets.theme import Theme

_HEIGHT = 1.0
_LEAST_PX = 56


class WaveformView(ClipPlot):
    """Draws the samples of the clip over time, channel by channel; drags select time."""

    def __init__(
        self,
        waveform: WaveformModel,
        spectrogram: SpectrogramModel,
        selection: SelectionModel,
        transport: TransportModel,
        theme: Theme,
    ) -> None:
        self._level_axis = LevelAxis()
        super().__init__(
            self._level_axis, spectrogram, selection, transport, theme=theme, height=_HEIGHT
        )
        self._waveform = waveform
        self._item = WaveformItem(waveform, spectrogram, theme)
        self._add_layers(self._item)
        self._box.set_height(_HEIGHT, _HEIGHT)
        self.setAccessibleName(self.tr("Waveform"))
        self.setMinimumSize(240, _LEAST_PX)
        self.set_theme(theme)
        waveform.written.connect(self._on_written)
        self._box.sigRangeChanged.connect(self._describe)
        selection.changed.connect(self._describe)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        super().set_theme(theme)
        self._item.set_theme(theme)

    def show_alone(self, is_alone: bool) -> None:
        """Show the time axis and the commands at the selection, which a picture above has too."""
        self.getPlotItem().showAxis("bottom", is_alone)
        self.set_offers_commands(is_alone)

    def peak_text(self, time_s: float) -> str:
        """The loudest sample at a pixel, in decibels."""
        (left_s, right_s), _ = self._box.viewRange()
        pixel_s = (right_s - left_s) / max(self._box.width(), 1)
        return self._decibels(self._waveform.peak(time_s, time_s + pixel_s))

    @Slot()
    def _on_written(self) -> None:
        self._level_axis.set_num_lanes(self._waveform.num_lanes)
        self._describe()

    @Slot()
    def _describe(self) -> None:
        """Say for screen readers what of the sound is drawn, and how loud it is."""
        (start, stop), (left_s, right_s) = self.range_texts(), self._box.viewRange()[0]
        sentence = self.tr("{start} to {stop}, {level} at most.").format(
            start=start,
            stop=stop,
            level=self._decibels(self._waveform.peak(left_s, right_s)),
        )
        self.setAccessibleDescription(f"{sentence} {self.marks_text()}".strip())

    def _decibels(self, peak: float) -> str:
        return f"{level_text(20 * math.log10(peak))} dB" if peak else self.tr("silence")
