"""What the studio needs of a take, wherever it comes from: the engine, or the library."""

from typing import Protocol

from core.api.arrays import FloatArray
from core.api.request import GenerationRequest


class FinishedTake(Protocol):
    """One finished sound.

    Attributes:
        request: What was asked for.
        sample_rate: Samples a second.
        waveform: Samples (n,), full scale = 1.
        mel: Natural-log mel spectrogram (T, F).
        latents: Latents (C, T', F'); None where the sound did not come from a model.
    """

    request: GenerationRequest
    sample_rate: int
    waveform: FloatArray
    mel: FloatArray
    latents: FloatArray | None
