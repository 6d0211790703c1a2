"""The axis of levels at the left of a waveform, in decibels of full scale, lane by lane."""

import math

import pyqtgraph as pg

from app.views.clip.time_axis import AXIS_WIDTH_PX, Ticks
from app.views.texts.units import level_text

LANE_SHARE = 0.92
"""Of its height that a lane fills at full scale."""

_LABELLED = (1.0, 0.5, 0.0, -0.5, -1.0)  # samples, full scale = 1
_LABEL_DISTANCE_PX = 13


class LevelAxis(pg.AxisItem):
    """Labels full scale, half of it and silence; a lane reaches from one whole place to another."""

    def __init__(self) -> None:
        super().__init__(orientation="left")
        self._num_lanes = 1
        self.setStyle(tickLength=-4, autoExpandTextSpace=False)
        self.setWidth(AXIS_WIDTH_PX)

    def set_num_lanes(self, num_lanes: int) -> None:
        """Label as many lanes."""
        self._num_lanes = num_lanes
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        """The places of the labels that there is room for: full scale first, then silence."""
        lane_px, count = size / self._num_lanes, self._num_lanes
        labelled: tuple[float, ...] = _LABELLED
        if lane_px * LANE_SHARE / 4 < _LABEL_DISTANCE_PX:
            labelled = _LABELLED[::2]
        if lane_px * LANE_SHARE / 2 < _LABEL_DISTANCE_PX:
            labelled = (0.0,)
        feet_px = lane_px * (1 - LANE_SHARE)  # from the foot of a lane to the top of the next one
        places = [
            place_of(sample, lane, count)
            for lane in range(count)
            for sample in labelled
            if sample > -1 or lane == count - 1 or feet_px >= _LABEL_DISTANCE_PX
        ]
        return [(1.0, places)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """`0`, `−6`, `−∞`."""
        return [_decibels(sample_at(value, self._num_lanes)) for value in values]


def place_of(sample: float, lane: int, num_lanes: int) -> float:
    """The place of a sample of a lane, from 0 at the foot of the last lane to 1."""
    return 1 - (lane + 0.5 - sample * LANE_SHARE / 2) / num_lanes


def sample_at(place: float, num_lanes: int) -> float:
    """The sample at a place, whatever its lane; inverse of `place_of`."""
    lane = min(max(int((1 - place) * num_lanes), 0), num_lanes - 1)
    return (lane + 0.5 - (1 - place) * num_lanes) * 2 / LANE_SHARE


def _decibels(sample: float) -> str:
    if abs(sample) < 1e-6:
        return "−∞"
    return level_text(round(20 * math.log10(abs(sample)))).removesuffix(".0")
