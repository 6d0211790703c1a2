"""How long a run will still take, from its own pace and from the runs before it."""

from core.events import Stage

_ENOUGH_TO_EXTRAPOLATE = 0.05


class RemainingTime:
    """Estimates seconds to the end of a run.

    The stage in hand is extrapolated from its own pace; stages to come are taken from the last
    run, in proportion to their work (seconds of sound, times steps for denoising). A stage that
    was never seen counts nothing, so the first estimate of all may be too low.
    """

    def __init__(self) -> None:
        self._pace: dict[Stage, float] = {}  # seconds per unit of work
        self._work: dict[Stage, float] = {}
        self._stage: Stage | None = None
        self._started_s = 0.0

    def begin_run(self, duration_s: float, num_steps: int) -> None:
        """A run of this size starts."""
        self._work = {
            Stage.DENOISING: duration_s * num_steps,
            Stage.DECODING: duration_s,
            Stage.VOCODING: duration_s,
        }
        self._stage = None

    def begin_stage(self, stage: Stage, now_s: float) -> None:
        """A stage starts."""
        self._stage, self._started_s = stage, now_s

    def finish_stage(self, stage: Stage, duration_s: float) -> None:
        """A stage ended: remember its pace, and expect it no more."""
        work = self._work.pop(stage, None)
        if work:
            self._pace[stage] = duration_s / work
        if self._stage is stage:
            self._stage = None

    def estimate_s(self, fraction: float, now_s: float) -> float | None:
        """Seconds to the end, with `fraction` of the stage in hand done; None when unknown."""
        current_s = self._current_s(fraction, now_s)
        if current_s is None:
            return None
        to_come = (stage for stage in self._work if stage is not self._stage)
        return current_s + sum(self._expected_s(stage) or 0.0 for stage in to_come)

    @property
    def knows_every_pace(self) -> bool:
        """Whether the estimate holds all stages to come, or only those that ran before."""
        return all(stage in self._pace for stage in self._work if stage is not self._stage)

    def _current_s(self, fraction: float, now_s: float) -> float | None:
        elapsed_s = now_s - self._started_s
        if self._stage is not None and fraction >= _ENOUGH_TO_EXTRAPOLATE:
            return elapsed_s * (1 - fraction) / fraction
        if self._stage in self._work:
            expected_s = self._expected_s(self._stage)
            return None if expected_s is None else max(0.0, expected_s - elapsed_s)
        if any(stage in self._pace for stage in self._work):
            return 0.0
        return None

    def _expected_s(self, stage: Stage) -> float | None:
        pace = self._pace.get(stage)
        return None if pace is None else pace * self._work[stage]
