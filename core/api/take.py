"""A take: one finished sound, with everything that is known about how it was made.

The engine makes takes, an edit turns one into another, the library stores them, and the command
line and the window show them. All of them use this one type.
"""

from dataclasses import dataclass
from typing import Protocol

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingMode
from core.api.request import GenerationRequest


class Checkpoint(Protocol):
    """What a long run stored on the disk, so that the same request can resume from it."""

    def discard(self) -> None:
        """Delete it. Called once the finished take is stored and nobody has to resume."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Take:
    """One finished sound. The arrays are float32, and may be memory maps of files on the disk.

    The same request, config and plan give the same samples on the same machine, bit for bit.

    Attributes:
        request: What was asked for, with all edits made since.
        sample_rate: Samples per second.
        waveform: Samples, full scale = 1: (n,), or (n, channels) of a recording with several.
            Generated samples are limited to it; recordings, takes of older versions and edited
            bands may exceed it.
        mel: Natural-log mel spectrogram (T, F). The last frames may reach beyond the waveform,
            because a decoder's last tile does.
        gain: What the vocoded samples were multiplied by, to bring them to the request's level;
            log-mel and latents are from before. 1 = nothing.
        latents: Latents (C, T', F'), scaled as the denoiser left them. None for a recording: an
            edit encodes what it needs.
        config: How the engine worked. None where nobody knows.
        plan: Which tiles the latents were decoded in, and why: one line for a person. After an edit
            it describes the edited stretch, for endless sound one window. Empty where nothing was
            decoded or nobody knows.
        mode: The executor that decoded the latents, never AUTO. Where several did, the one that is
            not exact. None where nobody knows.
        checkpoint: What a long run left on the disk. It is discarded once the take is stored.
            None where nothing was left.
    """

    request: GenerationRequest
    sample_rate: int
    waveform: FloatArray
    mel: FloatArray
    gain: float = 1.0
    latents: FloatArray | None = None
    config: EngineConfig | None = None
    plan: str = ""
    mode: TilingMode | None = None
    checkpoint: Checkpoint | None = None

    @property
    def duration_s(self) -> float:
        """Length of the waveform in seconds."""
        return len(self.waveform) / self.sample_rate

    @property
    def channels(self) -> int:
        """How many channels the waveform has."""
        return 1 if self.waveform.ndim == 1 else self.waveform.shape[1]
