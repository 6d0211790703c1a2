"""Overviews of the sounds of an arrangement: their extremes, to draw layers from."""

from PySide6.QtCore import QObject, Signal

from app.view_models.transport.peak_pyramid import PeakPyramid


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

    def peaks(self, sound_id: str) -> PeakPyramid | None:
        """The extremes of a sound; None while they are read."""
        if sound_id not in self._peaks:
            self._peaks[sound_id] = None
            self.wanted.emit(sound_id)
        return self._peaks[sound_id]

    def put(self, sound_id: str, peaks: PeakPyramid) -> None:
        """Take the extremes of a sound."""
        self._peaks[sound_id] = peaks
        self.arrived.emit(sound_id)

    def clear(self) -> None:
        """Forget all: another arrangement is opened."""
        self._peaks.clear()
