"""A sound device that goes away: how that is noticed, and when to search for another."""

_MOST_SILENT_STEPS = 150  # at 20 ms a step: 3 s
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
_GOES_ON_WITHIN_S = 60.0


class BlockWatch:
    """Notices a device that has stopped asking for blocks without saying so.

    Steps of the player are counted, not time: a machine that was asleep, or too busy for the
    player's thread, was so for the device's as well.
    """

    def __init__(self) -> None:
        self._num_blocks = self._silent_steps = 0

    def is_silent(self, num_blocks: int) -> bool:
        """Whether it is too long ago that `num_blocks`, what it has asked for so far, grew."""
        self._silent_steps = 0 if num_blocks != self._num_blocks else self._silent_steps + 1
        self._num_blocks = num_blocks
        return self._silent_steps > _MOST_SILENT_STEPS


class LostDevice:
    """The time since a device was lost, in seconds of the caller's clock.

    The searches are ever less frequent, since each of them interrupts the sound system. Playback
    goes on by itself only if a device is found soon: sound that begins much later is a surprise.
    """

    def __init__(self) -> None:
        self._pause_s = _FIRST_PAUSE_S
        self._next_search_s: float | None = None
        self._interrupted_s: float | None = None

    def note_lost(self, now_s: float, *, was_playing: bool) -> None:
        """A device was lost, or a search has found none."""
        self._next_search_s = now_s + self._pause_s
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
        if was_playing:
            self._interrupted_s = now_s

    def note_found(self, now_s: float) -> bool:
        """A device is open; return whether interrupted playback goes on."""
        interrupted_s = self._interrupted_s
        self._pause_s = _FIRST_PAUSE_S
        self._next_search_s = self._interrupted_s = None
        return interrupted_s is not None and now_s - interrupted_s <= _GOES_ON_WITHIN_S

    def forget_playback(self) -> None:
        """Playback is not to go on by itself."""
        self._interrupted_s = None

    def is_search_due(self, now_s: float) -> bool:
        """Whether it is time to search."""
        return self._next_search_s is not None and now_s >= self._next_search_s

    def wait_s(self, now_s: float) -> float | None:
        """Time until the next search; None = there will be none."""
        return None if self._next_search_s is None else max(0.0, self._next_search_s - now_s)
