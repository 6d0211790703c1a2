"""How fast this machine is, learnt from the runs it finished."""

import json
import math

from app.models.window_memory import WindowMemory
from core.config import EngineConfig
from core.events import Stage
from core.request import GenerationRequest

_ENTRY = "window_pace"
_SHARED = 0.25  # of a window, with the next
_NEW_SHARE = 0.5  # of the last run in what is remembered: machines are busy now and idle then
_MOST_KEYS = 64


class RunPace:
    """Seconds for a unit of work, by model, mode and precision; kept between starts.

    Denoising counts steps times windows, since a sound of half a second is not much less work than
    a whole window; decoding counts seconds of sound. What was never measured is not guessed.
    """

    def __init__(self, memory: WindowMemory) -> None:
        self._memory = memory
        self._pace: dict[str, list[float]] = _read(memory.text(_ENTRY))

    def learn(
        self,
        request: GenerationRequest,
        config: EngineConfig,
        window_s: float,
        took_s: dict[Stage, float],
    ) -> None:
        """Take in a finished run; an edit teaches nothing, as it makes only a part of its sound.

        Args:
            request: What was made.
            config: How it was made.
            window_s: Length of the model's windows.
            took_s: How long the stages took.
        """
        if request.edits or not {Stage.DENOISING, Stage.DECODING} <= took_s.keys():
            return
        predictions = _num_windows(request, window_s) * request.num_inference_steps
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
        predictions = _num_windows(request, window_s) * request.num_inference_steps
        return denoise * predictions + decode * request.duration_s


def _num_windows(request: GenerationRequest, window_s: float) -> int:
    """Windows of this length that a sound is denoised in, which share a quarter with the next."""
    return max(1, math.ceil((request.duration_s / window_s - _SHARED) / (1 - _SHARED)))


def _key(request: GenerationRequest, config: EngineConfig) -> str:
    tiling = config.tiling
    mode = "fast" if tiling.fast else tiling.mode
    precisions = (config.precision or "", tiling.compute_dtype or "")
    return " ".join((request.model, config.device, mode, *precisions))


def _read(text: str) -> dict[str, list[float]]:
    """Remembered paces; nothing where they cannot be read."""
    try:
        stored = json.loads(text)
        return {
            str(key): [float(denoise), float(decode)] for key, (denoise, decode) in stored.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}
