"""The selection in figures: start, end and length, and its frequencies if they are limited."""

from PySide6.QtCore import Slot

from app.view_models.viewer.selection import SelectionModel
from app.views.texts.units import clock_text, frequency_text
from app.views.widgets.labels import PlainLabel


class SelectionReadOut(PlainLabel):
    """Shows a SelectionModel; empty without a selection."""

    def __init__(self, selection: SelectionModel) -> None:
        super().__init__()
        self._selection = selection
        self.setProperty("role", "caption")
        self.setToolTip(
            self.tr(
                "Drag over the sound to choose a stretch, with Ctrl held its frequencies too. "
                "Drag an edge to move it, or press Shift and an arrow key; Esc chooses nothing."
            )
        )
        selection.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        text = self._text()
        self.setText(text)
        self.setAccessibleName(self.tr("Selection: {text}").format(text=text or self.tr("none")))

    def _text(self) -> str:
        chosen = self._selection.current
        if chosen is None:
            return ""
        time = self.tr("{start} to {stop} ({length} s)").format(
            start=clock_text(chosen.start_s, 2),
            stop=clock_text(chosen.stop_s, 2),
            length=f"{chosen.length_s:.2f}",
        )
        hz = self._selection.hz_range
        if hz is None:
            return time
        low, high = (frequency_text(edge) for edge in hz)
        return f"{time}, {low}–{high} Hz"
