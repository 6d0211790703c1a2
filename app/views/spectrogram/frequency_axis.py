"""The axis of frequencies at the left of a spectrogram, labelled in Hz."""

from collections.abc import Sequence

import pyqtgraph as pg

from app.views.clip.time_axis import AXIS_WIDTH_PX, Ticks
from app.views.texts.units import frequency_text
from core.frequency_scale import FrequencyScale, LogFrequencies, MelFrequencies

_OCTAVES_HZ = (125, 250, 500, 1000, 2000, 4000, 8000, 16000)
_DECADES_HZ = (50, *(digit * 10**power for power in (2, 3, 4) for digit in (1, 2, 5)))
_FEWEST_LABELS = 3  # with fewer of them on screen, multiples of a step are labelled
_STEPS_HZ = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_STEP_DISTANCE_PX = 40
_LABEL_DISTANCE_PX = 15  # of labels above each other


class FrequencyAxis(pg.AxisItem):
    """Places labelled by their frequencies: octaves of a mel axis, decades of a logarithmic one.

    Multiples of a round step are labelled on a linear one, and where few others are on screen. The
    wheel over it zooms in frequency.
    """

    def __init__(self, scale: FrequencyScale) -> None:
        super().__init__(orientation="left")
        self._scale = scale
        self.setStyle(tickLength=-4, autoExpandTextSpace=False)
        self.setWidth(AXIS_WIDTH_PX)

    def set_scale(self, scale: FrequencyScale) -> None:
        """Label another scale."""
        self._scale = scale
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        """Places of the visible labels, from the top down as many as do not overlap."""
        apart = _LABEL_DISTANCE_PX * (high - low) / max(size, 1.0)
        ticks: list[float] = []
        labelled = self._labelled_hz(low, high, size)
        for place in sorted(map(self._scale.place_of, labelled), reverse=True):
            if low <= place <= high and (not ticks or ticks[-1] - place >= apart):
                ticks.append(place)
        return [(1.0, ticks[::-1])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """`500`, `1k`, `2k`."""
        return [frequency_text(self._scale.hz_at(value)) for value in values]

    def _labelled_hz(self, low: float, high: float, size: float) -> Sequence[float]:
        """Usual frequencies; or multiples of a round step, so many that their labels have space."""
        low_hz, high_hz = self._scale.hz_at(low), self._scale.hz_at(high)
        shown = [hz for hz in self._usual_hz() if low_hz <= hz <= high_hz]
        if len(shown) >= _FEWEST_LABELS:
            return shown
        wanted_hz = (high_hz - low_hz) * _STEP_DISTANCE_PX / max(size, 1.0)
        step_hz = next((step for step in _STEPS_HZ if step >= wanted_hz), 50_000)
        first, last = -int(-low_hz // step_hz), int(high_hz // step_hz)
        return [index * step_hz for index in range(first, last + 1)]

    def _usual_hz(self) -> Sequence[float]:
        match self._scale:
            case MelFrequencies():
                return _OCTAVES_HZ
            case LogFrequencies():
                return _DECADES_HZ
        return ()
