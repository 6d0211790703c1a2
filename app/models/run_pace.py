"""How fast this machine is, learnt from the runs it finished."""

import json

from app.models.window_memory import WindowMemory
from core.config import EngineConfig
from core.events import Stage
from core.request import GenerationRequest

_ENTRY = "pace"
_NEW_SHARE = 0.5  # of the last run in what is remembered: machines are busy now and idle then
_MOST_KEYS = 64


class RunPace:
    """Seconds for a unit of work, by model, mode and precision; kept between starts.

    Denoising counts steps times seconds of sound, decoding seconds of sound. What was never
    measured is not guessed.
    """

    def __init__(self, memory: WindowMemory) -> None:
        self._memory = memory
        self._pace: dict[str, list[float]] = _read(memory.text(_ENTRY))

    def learn(
        self, request: GenerationRequest, config: EngineConfig, took_s: dict[Stage, float]
    ) -> None:
        """Take in a finished run, of which the stages took so long."""
        if Stage.DENOISING not in took_s or Stage.DECODING not in took_s:
            return
        measured = [
            took_s[Stage.DENOISING] / (request.duration_s * request.num_inference_steps),
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

    def expected_s(self, request: GenerationRequest, config: EngineConfig) -> float | None:
        """Seconds for a request once its model is loaded; None before the first like it."""
        pace = self._pace.get(_key(request, config))
        if pace is None:
            return None
        denoise, decode = pace
        return request.duration_s * (denoise * request.num_inference_steps + decode)


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
