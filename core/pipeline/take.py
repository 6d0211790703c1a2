"""What a generation ends in."""

from dataclasses import dataclass

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingMode
from core.api.request import GenerationRequest
from core.diffusion.run_checkpoint import RunCheckpoint
from core.tiled_vae import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One finished generation, with everything needed to make it again.

    Attributes:
        request: What was asked for.
        config: How it was made.
        plan: The tiles that were laid last; the same request, config and plan give the same
            samples on the same machine, bit for bit. After an edit they are those of its stretch,
            None where it decoded nothing; those of an endless sound are of one window.
        mode: The executor that decoded it; where several did, the one that is not exact. None =
            nobody knows.
        sample_rate: Samples a second.
        waveform: Samples (n,), full scale = 1, n = round(duration_s x sample_rate). Like `mel`
            and `latents` it lies on the disk, and is read as it is looked at.
        mel: Natural-log mel spectrogram (T, F).
        latents: Latents (C, T', F') as the denoiser left them.
        unfinished: What a long run left to go on from, as long as nobody has kept the take: whoever
            does discards it then. None where there is nothing.
    """

    request: GenerationRequest
    config: EngineConfig
    plan: Plan | None
    mode: TilingMode | None
    sample_rate: int
    waveform: FloatArray
    mel: FloatArray
    latents: FloatArray
    unfinished: RunCheckpoint | None = None
