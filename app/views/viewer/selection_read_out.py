"""The selection in figures: start, end and length, and its frequencies if they are limited."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QSizePolicy

from app.clock_time import clock_text
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.selection import SelectionModel
from app.views.texts.units import frequency_text
from app.views.widgets.labels import ElidedLabel, set_tool_tip

_USUAL_WIDTH_PX = 180
_LEAST_WIDTH_PX = 24


class SelectionReadOut(ElidedLabel):
    """Shows a SelectionModel, and whether its band is heard alone; empty without a selection.

    Its width does not depend on its text: the window must not move while a selection is dragged.
    """

    def __init__(self, selection: SelectionModel, transport: TransportModel) -> None:
        super().__init__()
        self._selection, self._transport = selection, transport
        self._shown: str | None = None
        self.setProperty("role", "caption")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        selection.changed.connect(self._on_changed)
        transport.changed.connect(self._on_changed)
        self._on_changed()

    def sizeHint(self) -> QSize:
        """Room for the usual figures."""
        return QSize(_USUAL_WIDTH_PX, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Hardly any: the tool tip has the figures, too."""
        return QSize(_LEAST_WIDTH_PX, super().minimumSizeHint().height())

    @Slot()
    def _on_changed(self) -> None:
        text = self._text()
        if text == self._shown:
            return
        self._shown = text
        self.setText(text)
        how = self.tr(
            "Drag over the sound to choose a stretch, with Ctrl held its frequencies too. "
            "Drag an edge to move it, or press Shift and an arrow key; Esc chooses nothing."
        )
        set_tool_tip(self, text, how)
        words = text.replace("\n", ", ") or self.tr("none")
        self.setAccessibleName(self.tr("Selection: {text}").format(text=words))

    def _text(self) -> str:
        chosen = self._selection.current
        if chosen is None:
            return ""
        time = self.tr("{start} to {stop} ({length} s)").format(
            start=clock_text(chosen.start_s, 2),
            stop=clock_text(chosen.stop_s, 2),
            length=f"{chosen.length_s:.2f}",
        )
        others = len(self._selection.regions) - 1
        if others:
            time = self.tr("{time} and {count} more").format(time=time, count=others)
        hz = self._selection.band_hz
        if hz is None:
            return time
        low, high = (frequency_text(edge) for edge in hz)
        band = f"{low}–{high} Hz"
        if self._transport.plays_band:
            band = self.tr("{band}, heard alone").format(band=band)
        return f"{time}\n{band}"
