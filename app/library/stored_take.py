"""A take read back from its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.api.arrays import FloatArray
from core.api.config import TilingMode
from core.api.request import GenerationRequest


@dataclass(frozen=True, slots=True, eq=False)
class StoredTake:
    """A FinishedTake with its name in the library, as it was when it was made.

    Attributes:
        take_id: Its name.
        request: What was asked for.
        sample_rate: Samples a second.
        waveform: Samples (n,), full scale = 1; at most 2**-24 off those that were made, and
            exactly those where one of them was beyond full scale.
        mel: Natural-log mel spectrogram (T, F), exactly as it was made.
        latents: Latents (C, T', F'), exactly as they were made; None where there were none.
        engine: How it was made: the fields of EngineConfig, empty where nobody knows.
        plan: Which tiles it was laid in and why, in words.
        mode: The executor that decoded it; None where nobody knows.
    """

    take_id: str
    request: GenerationRequest
    sample_rate: int
    waveform: FloatArray
    mel: FloatArray
    latents: FloatArray | None
    engine: Mapping[str, Any]
    plan: str
    mode: TilingMode | None = None
