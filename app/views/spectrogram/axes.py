"""The axes of the spectrogram: minutes and seconds below, frequencies in Hz on the left."""

from collections.abc import Sequence

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import Qt, Signal

from app.clock_time import clock_text
from app.views.texts.units import frequency_text
from core.mel_scale import MelParams, bin_to_hz, edge_to_hz, hz_to_bin

_OCTAVES_HZ = (125, 250, 500, 1000, 2000, 4000, 8000, 16000)
_FEWEST_OCTAVES = 3  # with fewer on screen, round frequencies are labelled
_FREQUENCY_STEPS_HZ = (5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_TIME_STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800)
_TICK_DISTANCE_PX = 90
_FREQUENCY_DISTANCE_PX = 40
_LABEL_DISTANCE_PX = 15  # of labels above each other
FREQUENCY_AXIS_PX = 52

Ticks = list[tuple[float, list[float]]]
"""Distances between ticks, each with the places of its ticks, as pyqtgraph asks for them."""


class FrequencyAxis(pg.AxisItem):
    """Mel bins labelled by their frequencies: octaves, or round ones where few octaves are shown.

    The wheel over it zooms in frequency.
    """

    def __init__(self, params: MelParams) -> None:
        super().__init__(orientation="left")
        self._params = params
        self.setStyle(tickLength=-4, autoExpandTextSpace=False)
        self.setWidth(FREQUENCY_AXIS_PX)

    def set_params(self, params: MelParams) -> None:
        """Take over another mel axis."""
        self._params = params
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        """Positions of the visible labels, from the top down as many as do not overlap."""
        apart = _LABEL_DISTANCE_PX * (high - low) / max(size, 1.0)
        ticks: list[float] = []
        for place in sorted(map(self._place_of, self._labelled_hz(low, high, size)), reverse=True):
            if low <= place <= high and (not ticks or ticks[-1] - place >= apart):
                ticks.append(place)
        return [(1.0, ticks[::-1])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """`500`, `1k`, `2k`."""
        return [frequency_text(self._hz_of(value)) for value in values]

    def _labelled_hz(self, low: float, high: float, size: float) -> Sequence[float]:
        """Octaves; or multiples of a round step, so many that their labels have space."""
        shown = [hz for hz in _OCTAVES_HZ if low <= self._place_of(hz) <= high]
        if len(shown) >= _FEWEST_OCTAVES:
            return shown
        low_hz, high_hz = edge_to_hz(low, self._params), edge_to_hz(high, self._params)
        wanted_hz = (high_hz - low_hz) * _FREQUENCY_DISTANCE_PX / max(size, 1.0)
        step_hz = next((step for step in _FREQUENCY_STEPS_HZ if step >= wanted_hz), 5000)
        first, last = -int(-low_hz // step_hz), int(high_hz // step_hz)
        return [index * step_hz for index in range(first, last + 1)]

    def _place_of(self, hz: float) -> float:
        """A cell's centre is half a bin above its edge; the last bin's upper edge is at the top."""
        top = self._params.n_mels
        place = hz_to_bin(hz, self._params) + 0.5
        return float(top) if top < place <= top + 1 else place

    def _hz_of(self, place: float) -> float:
        is_top = place == self._params.n_mels
        return self._params.fmax if is_top else bin_to_hz(place - 0.5, self._params)


class TimeAxis(pg.AxisItem):
    """Seconds, as `0:05`, with as many digits as the zoom can tell apart.

    Signals:
        dragged: The moment under the pointer while it is dragged along the axis.
        released: The drag ended.
    """

    dragged = Signal(float)
    released = Signal()

    def __init__(self) -> None:
        super().__init__(orientation="bottom")
        self.setStyle(tickLength=-4)
        self.setHeight(26)

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        """Round times, about 90 pixels apart."""
        wanted_s = (high - low) * _TICK_DISTANCE_PX / max(size, 1.0)
        step_s = next((step for step in _TIME_STEPS_S if step >= wanted_s), 3600)
        first = -int(-max(low, 0.0) // step_s)
        last = int(high // step_s)
        return [(step_s, [index * step_s for index in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Labels with the decimals that tell neighbours apart."""
        decimals = 0 if spacing >= 1 else 1 if spacing >= 0.1 else 2
        return [clock_text(value, decimals) for value in values]

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        """Report where the pointer is dragged to."""
        view = self.linkedView()
        is_ours = not view.sceneBoundingRect().contains(event.buttonDownScenePos())
        if event.button() is not Qt.MouseButton.LeftButton or not is_ours:
            event.ignore()
            return
        event.accept()
        self.dragged.emit(float(view.mapSceneToView(event.scenePos()).x()))
        if event.isFinish():
            self.released.emit()
