"""The time axis below a picture of the clip, in minutes and seconds."""

import math

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import Qt, Signal

from app.clock_time import clock_text

_TIME_STEPS_S = (
    *(digit * 10.0**power for power in (-4, -3, -2, -1) for digit in (1, 2, 5)),
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800),
)
_TICK_DISTANCE_PX = 90
AXIS_WIDTH_PX = 52  # of the axis at the left of a picture

Ticks = list[tuple[float, list[float]]]
"""Distances between ticks, each with the places of its ticks, as pyqtgraph asks for them."""


def time_step_s(length_s: float, size_px: float) -> float:
    """The distance between round times, about 90 pixels apart, where so much time is shown."""
    wanted_s = length_s * _TICK_DISTANCE_PX / max(size_px, 1.0)
    return next((step for step in _TIME_STEPS_S if step >= wanted_s), 3600)


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
        step_s = time_step_s(high - low, size)
        first = -int(-max(low, 0.0) // step_s)
        last = int(high // step_s)
        return [(step_s, [index * step_s for index in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Labels with the decimals that tell neighbours apart."""
        decimals = max(0, -math.floor(math.log10(spacing * 1.001)))
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
