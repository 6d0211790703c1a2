"""The spectrogram view: picture, tile grid, selection, play head and axes, zoom and seek."""

from PySide6.QtCore import Slot

from app.view_models.picture.colour_scale import ColourScaleModel
from app.view_models.picture.measured_spectrogram import MeasuredSpectrogram
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.selection import SelectionModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.clip.clip_plot import ClipPlot
from app.views.clip.clip_view_box import ZOOM_STEP
from app.views.spectrogram.frequency_axis import FrequencyAxis
from app.views.spectrogram.live_preview_item import LivePreviewItem
from app.views.spectrogram.spectrogram_item import SpectrogramItem
from app.views.spectrogram.tile_overlay import TileOverlay
from app.views.texts.units import frequency_text
from app.views.widgets.theme import Theme


class SpectrogramView(ClipPlot):
    """Draws the levels of the clip over time and frequency."""

    def __init__(
        self,
        spectrogram: SpectrogramModel,
        *,
        live_preview: LivePreviewModel,
        measured: MeasuredSpectrogram,
        tiles: TileGridModel,
        selection: SelectionModel,
        colour_scale: ColourScaleModel,
        transport: TransportModel,
        theme: Theme,
    ) -> None:
        self._frequency_axis = FrequencyAxis(spectrogram.scale)
        super().__init__(self._frequency_axis, spectrogram, selection, transport, theme=theme)
        self._scale = spectrogram.scale
        self._preview_item = LivePreviewItem(live_preview, spectrogram, colour_scale, theme)
        self._grid = TileOverlay(tiles, spectrogram, theme)
        self.setAccessibleName(self.tr("Spectrogram"))
        self.setMinimumSize(240, 96)
        picture = SpectrogramItem(spectrogram, measured, colour_scale)
        self._add_layers(self._preview_item, picture, self._grid)
        self._box.set_height(self._scale.height, self._scale.least_places)
        self.set_theme(theme)
        spectrogram.scale_changed.connect(self._on_scale_changed)
        self._box.sigRangeChanged.connect(self._describe)
        selection.changed.connect(self._describe)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        super().set_theme(theme)
        self._preview_item.set_theme(theme)
        self._grid.set_theme(theme)

    def show_grid(self, shown: bool) -> None:
        """Show or hide the tile grid."""
        self._grid.setVisible(shown)

    def set_tile_tool_tip(self, text: str) -> None:
        """Describe the tile under the pointer."""
        self._grid.setToolTip(text)

    @Slot(bool)
    def set_takes_frequencies(self, wanted: bool) -> None:
        """Let drags choose frequencies as well as time, or time alone."""
        self._selection_item.takes_frequencies = wanted

    @Slot()
    def fit_selection(self) -> None:
        """Show the selection, and nothing around it."""
        chosen = self._selection_model.current
        if chosen is not None:
            self._box.show_range(chosen.start_s, chosen.stop_s)
            low, high = map(self._scale.place_of, chosen.band_hz or (0.0, 0.0))
            if low < high:
                self._box.show_places(low, high)

    @Slot()
    def zoom_in_frequencies(self) -> None:
        """Show fewer frequencies, about those in the middle."""
        self._box.zoom_frequencies(ZOOM_STEP)

    @Slot()
    def zoom_out_frequencies(self) -> None:
        """Show more frequencies."""
        self._box.zoom_frequencies(1 / ZOOM_STEP)

    def pan_frequencies(self, share: float) -> None:
        """Move up by a share of the frequencies on screen; below zero, down."""
        self._box.pan_frequencies(share)

    @Slot()
    def _on_reset(self) -> None:
        self._on_scale_changed()
        super()._on_reset()

    @Slot()
    def _on_scale_changed(self) -> None:
        """Show the same frequencies over another axis."""
        before, scale = self._scale, self._spectrogram.scale
        if scale == before:
            return
        shown = self._box.viewRange()[1]
        is_all = shown[1] - shown[0] >= before.height * (1 - 1e-9)
        low, high = (scale.place_of(before.hz_at(place)) for place in shown)
        self._scale = scale
        self._frequency_axis.set_scale(scale)
        self._box.set_height(scale.height, scale.least_places)
        if not is_all and high > low:
            self._box.show_places(low, high)
        self._describe()

    @Slot()
    def _describe(self) -> None:
        """Say for screen readers what of the sound is drawn, and what of it is chosen."""
        (start, stop), (lowest, highest) = self.range_texts(), self._box.viewRange()[1]
        sentence = self.tr("{start} to {stop}, {low} to {high} Hz.").format(
            start=start,
            stop=stop,
            low=frequency_text(self._scale.hz_at(lowest)),
            high=frequency_text(self._scale.hz_at(highest)),
        )
        self.setAccessibleDescription(f"{sentence} {self.marks_text()}".strip())
