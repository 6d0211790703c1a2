"""The levels of what is heard, measured in the player's thread for a meter in the window."""

from collections import deque

from app.playback.sample_buffer import Clip
from app.view_models.transport.playback import LONGEST_STEP_S, LevelStep
from core.api.region import Span

_MOST_WAITING = 100  # of a window that does not look, the oldest are dropped


class HeardLevels:
    """Follows the play head through a clip, and keeps the level of each step until it is taken.

    The player's thread follows and the window's takes: a deque needs no lock for that.
    """

    def __init__(self) -> None:
        self._waiting: deque[LevelStep] = deque(maxlen=_MOST_WAITING)
        self._last_sample: int | None = None

    def follow(self, sound: Clip, position: float, volume: float) -> None:
        """Measure what was heard since the last step, up to a sample of the clip."""
        sample = int(position)
        last, self._last_sample = self._last_sample, sample
        if last is None or not 0 < sample - last <= LONGEST_STEP_S * sound.sample_rate:
            return
        samples = volume * sound.read(Span(last, sample))
        if len(samples):
            self._waiting.append(LevelStep.of(samples, sound.sample_rate))

    def take(self) -> list[LevelStep]:
        """The levels since the last call, in order."""
        return [self._waiting.popleft() for _ in range(len(self._waiting))]
