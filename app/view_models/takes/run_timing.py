"""Times of runs on this machine: those of finished ones, and estimates for the next."""

import json
import math

from app.view_models.settings_store import SettingsStore
from core.api.config import EngineConfig
from core.api.events import Stage
from core.api.request import GenerationRequest

_ENTRY = "window_pace"
_SHARED = 0.25  # of a window, with the next
_NEW_SHARE = 0.5  # of the last run in what is remembered: machines are busy now and idle then
_MOST_KEYS = 64
_ENOUGH_TO_EXTRAPOLATE = 0.05  # share of a stage that must be done


class RunTiming:
    """Seconds for a unit of work, by model, mode and precision; kept between starts.

    Denoising counts steps times windows, since a sound of half a second is not much less work than
    a whole window; decoding counts seconds of sound. What was never measured is not guessed.
    """

    def __init__(self, memory: SettingsStore) -> None:
        self._memory = memory
        self._pace: dict[str, list[float]] = _read(memory.text(_ENTRY))

    def learn(
        self,
        request: GenerationRequest,
        config: EngineConfig,
        window_s: float,
        took_s: dict[Stage, float],
    ) -> None:
        """Learn from a finished run, but not from an edit, which makes only a part of its sound.

        Args:
            request: What was made.
            config: How it was made.
            window_s: Length of the model's windows.
            took_s: How long the stages took.
        """
        if request.edits or not {Stage.DENOISING, Stage.DECODING} <= took_s.keys():
            return
        predictions = _num_windows(request, window_s) * request.denoising_steps
        measured = [
            took_s[Stage.DENOISING] / predictions,
            took_s[Stage.DECODING] / request.duration_s,
        ]
        key = _key(request, config)
        known = self._pace.pop(key, measured)
        self._pace[key] = [
            _NEW_SHARE * new + (1 - _NEW_SHARE) * old
            for new, old in zip(measured, known, strict=True)
        ]
        while len(self._pace) > _MOST_KEYS:  # those that were not used for longest go first
            self._pace.pop(next(iter(self._pace)))
        self._memory.keep(_ENTRY, json.dumps(self._pace))

    def expected_s(
        self, request: GenerationRequest, config: EngineConfig, window_s: float
    ) -> float | None:
        """Seconds for a request once its model is loaded; None before the first like it."""
        pace = self._pace.get(_key(request, config))
        if pace is None:
            return None
        denoise, decode = pace
        predictions = _num_windows(request, window_s) * request.denoising_steps
        return denoise * predictions + decode * request.duration_s


class RemainingTime:
    """Estimates seconds to the end of a run.

    The current stage is extrapolated from its own progress; later stages are taken from the last
    run, in proportion to their work (seconds of sound, times steps for denoising). A stage that
    was never measured counts as zero, so the very first estimate may be too low.
    """

    def __init__(self) -> None:
        self._pace: dict[Stage, float] = {}  # seconds per unit of work
        self._work: dict[Stage, float] = {}
        self._stage: Stage | None = None
        self._started_s = 0.0

    def begin_run(self, duration_s: float, num_steps: int) -> None:
        """Note the start of a run of this size."""
        self._work = {
            Stage.DENOISING: duration_s * num_steps,
            Stage.DECODING: duration_s,
            Stage.VOCODING: duration_s,
        }
        self._stage = None

    def begin_stage(self, stage: Stage, now_s: float) -> None:
        """Note the start of a stage."""
        self._stage, self._started_s = stage, now_s

    def finish_stage(self, stage: Stage, duration_s: float) -> None:
        """Learn the pace of a finished stage, and drop it from the estimate."""
        work = self._work.pop(stage, None)
        if work:
            self._pace[stage] = duration_s / work
        if self._stage is stage:
            self._stage = None

    def estimate_s(self, fraction: float, now_s: float) -> float | None:
        """Return the seconds left, with `fraction` of the current stage done; None if unknown."""
        current_s = self._current_s(fraction, now_s)
        if current_s is None:
            return None
        to_come = (stage for stage in self._work if stage is not self._stage)
        return current_s + sum(self._expected_s(stage) or 0.0 for stage in to_come)

    @property
    def knows_every_pace(self) -> bool:
        """Whether all later stages have been measured."""
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


def _num_windows(request: GenerationRequest, window_s: float) -> int:
    """Windows of this length that a sound is denoised in, which share a quarter with the next."""
    return max(1, math.ceil((request.duration_s / window_s - _SHARED) / (1 - _SHARED)))


def _key(request: GenerationRequest, config: EngineConfig) -> str:
    tiling = config.tiling
    mode = "fast" if tiling.fast else tiling.mode
    precisions = (config.precision or "", tiling.compute_dtype or "")
    devices = (config.device, *config.other_devices)
    return " ".join((request.model, *devices, mode, *precisions))


def _read(text: str) -> dict[str, list[float]]:
    """Remembered paces; nothing where they cannot be read."""
    try:
        stored = json.loads(text)
        return {
            str(key): [float(denoise), float(decode)] for key, (denoise, decode) in stored.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}
