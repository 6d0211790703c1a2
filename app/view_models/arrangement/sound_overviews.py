"""Overviews of the sounds of an arrangement: their extremes, to draw layers from."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.view_models.transport.peak_pyramid import PeakPyramid, Peaks, Places
from core.arrangement.gains import envelope
from core.arrangement.layer import Layer


class SoundOverviews(QObject):
    """The extremes of sounds by their names, as they are read.

    Signals:
        wanted: The overview of a sound, named, has to be read.
        arrived: The overview of a sound, named, can be drawn.
    """

    wanted = Signal(str)
    arrived = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._peaks: dict[str, PeakPyramid | None] = {}

    def columns(self, layer: Layer, edges: Places) -> Peaks | None:
        """What a layer plays between adjacent places of its time axis, with its gain and fades.

        Args:
            layer: The layer.
            edges: Places within it, (n + 1,), ascending, in samples of the arrangement.

        Returns:
            Columns (n,); None while its sound is read.
        """
        if layer.sound_id not in self._peaks:
            self._peaks[layer.sound_id] = None
            self.wanted.emit(layer.sound_id)
        peaks = self._peaks[layer.sound_id]
        if peaks is None:
            return None
        offsets = edges - layer.start
        starts, lengths = layer.loop_phase + offsets[:-1], np.diff(offsets)
        if layer.is_looped:
            starts %= layer.span.length
        stops = np.minimum(starts + lengths, layer.span.length)
        own_a_sample = peaks.num_samples / layer.sound_length
        starts, stops = (own_a_sample * (layer.span.start + one) for one in (starts, stops))
        found = peaks.between(starts, stops)
        gains = envelope(layer, offsets[:-1] + lengths / 2).astype(np.float32)
        return Peaks(found.low * gains, found.high * gains)

    def put(self, sound_id: str, peaks: PeakPyramid) -> None:
        """Take the extremes of a sound."""
        self._peaks[sound_id] = peaks
        self.arrived.emit(sound_id)

    def clear(self) -> None:
        """Forget all: another arrangement is opened."""
        self._peaks.clear()
