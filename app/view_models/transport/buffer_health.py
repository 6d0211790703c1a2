"""Measures how far an endless sound is made ahead of what is heard, and whether fast enough."""

import threading

from app.view_models.transport.playback import Playback
from core.api.events import AudioChunk

ENOUGH_S = 20.0


class BufferHealth:
    """Compares what was made with what was heard; safe from any thread.

    Args:
        playback: Knows what is heard.
    """

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self._made_s = 0.0
        self._ran_dry = False
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Another sound begins."""
        with self._lock:
            self._made_s, self._ran_dry = 0.0, False

    def note(self, chunk: AudioChunk) -> None:
        """Note newly made samples."""
        with self._lock:
            self._made_s = (chunk.start_sample + len(chunk.samples)) / chunk.sample_rate

    @property
    def ahead_s(self) -> float:
        """Seconds that were made and not heard yet."""
        return max(0.0, self._made_s - self._playback.position_s)

    def wants_more(self) -> bool:
        """Return whether more should be made: not while the buffer is full."""
        return self.ahead_s < ENOUGH_S

    def look(self) -> bool:
        """Return whether playback ever had to wait, which means that this machine is too slow."""
        if self._made_s and self._playback.is_playing and self._playback.is_buffering:
            self._ran_dry = True
        return self._ran_dry
