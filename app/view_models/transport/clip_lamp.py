"""Clip lamps: whether something that was heard, or that came in, was too loud."""

import math

from PySide6.QtCore import QObject, Signal, Slot

from app.view_models.transport.playback import LONGEST_STEP_S
from app.view_models.transport.transport import TransportModel


class ClipLamp(QObject):
    """Goes on with the first peak that is too high, and stays on until it is put out.

    Signals:
        changed: The lamp went on or out, or the peak is higher.

    Attributes:
        peak: The highest magnitude that was too high, full scale = 1; 0 while the lamp is out.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.peak = 0.0

    @property
    def is_lit(self) -> bool:
        """Whether a peak was too high."""
        return self.peak > 0

    @property
    def peak_db(self) -> float:
        """How far the peak lies above full scale, in dB."""
        return 20 * math.log10(self.peak) if self.is_lit else 0.0

    @Slot()
    def put_out(self) -> None:
        """Put the lamp out, until there is another peak."""
        self.show_peak(0.0)

    def show_peak(self, peak: float) -> None:
        """Show a peak that is too high, or 0."""
        if peak != self.peak:
            self.peak = peak
            self.changed.emit()


class ClipLampModel(ClipLamp):
    """Follows the play head through the peaks of the clip, at the volume that is set.

    A device cuts off what is beyond full scale. Peaks between samples, which only another sample
    rate brings out, are not seen here.
    """

    def __init__(self, transport: TransportModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transport = transport
        self._last_s = 0.0
        self._was_playing = False
        transport.moved.connect(self._on_moved)
        transport.changed.connect(self._on_changed)
        transport.begun.connect(self.put_out)

    @Slot()
    def put_out(self) -> None:
        """Put the lamp out, until more is heard that exceeds full scale."""
        self._last_s = self._transport.position_s
        super().put_out()

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        last_s, self._last_s = self._last_s, position_s
        if not (self._transport.is_playing or self._was_playing):  # the last step ends playback
            return
        is_step = 0 <= position_s - last_s <= LONGEST_STEP_S
        peak = self._transport.peak_between(last_s if is_step else position_s, position_s)
        if peak > 1:
            self.show_peak(max(self.peak, peak))

    @Slot()
    def _on_changed(self) -> None:
        self._was_playing = self._transport.is_playing
