"""Scrubbing: the play head is dragged, and short grains of the sound under it are played."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.view_models.transport.transport import TransportModel

_GRAIN_S = 0.12
_SHORTEST_PAUSE_S = 0.1  # between two grains


class Scrub(QObject):
    """Handles drags of the play head.

    Args:
        transport: The playback.
        clock: A monotonic clock in seconds.
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
        """Drag the play head to a moment; the first call begins the drag."""
        if self._was_playing is None:
            self._was_playing = self._transport.is_playing
        self._transport.hold(position_s)
        now_s = self._clock()
        if now_s - self._last_grain_s >= _SHORTEST_PAUSE_S:
            self._last_grain_s = now_s
            self._transport.play_grain(_GRAIN_S)

    @Slot()
    def end(self) -> None:
        """End the drag: the play head stays there, and playback goes on if it did before."""
        if self._was_playing is None:
            return
        plays_on, self._was_playing = self._was_playing, None
        self._transport.pause()
        self._transport.release()
        if plays_on:
            self._transport.play()
