"""Drawing the play head by hand: it follows at once, and the sound under it is heard in grains."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.view_models.transport.transport import TransportModel

_GRAIN_S = 0.12
_SHORTEST_PAUSE_S = 0.1  # between two grains: the ear takes them for one sound by then


class Scrub(QObject):
    """One drag of the play head after another.

    Args:
        transport: What plays.
        clock: Seconds that never run backward.
    """

    def __init__(
        self,
        transport: TransportModel,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._transport = transport
        self._clock = clock
        self._was_playing: bool | None = None
        self._last_grain_s = clock() - _SHORTEST_PAUSE_S

    @Slot(float)
    def move_to(self, position_s: float) -> None:
        """Draw the play head to a moment; the first call begins the drag."""
        if self._was_playing is None:
            self._was_playing = self._transport.is_playing
        self._transport.hold(position_s)
        now_s = self._clock()
        if now_s - self._last_grain_s >= _SHORTEST_PAUSE_S:
            self._last_grain_s = now_s
            self._transport.play_grain(_GRAIN_S)

    @Slot()
    def end(self) -> None:
        """Let go: the play head stays there, and what played before plays on."""
        if self._was_playing is None:
            return
        plays_on, self._was_playing = self._was_playing, None
        self._transport.pause()
        self._transport.release()
        if plays_on:
            self._transport.play()
