"""The interface between a generation and what turns a model's latents into sound, and back."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingMode
from core.api.progress import Progress
from core.api.request import Level
from core.diffusion.latent_clip import LatentClip
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.pipeline.latent_preview import StepPreview


@dataclass(frozen=True, slots=True, eq=False)
class Decoding:
    """The sound decoded from latents.

    Attributes:
        waveform: Samples (n,) or (n, channels), full scale = 1; on the disk.
        mel: Natural-log mel spectrogram (T, F); on the disk.
        gain: What the samples were multiplied by.
        mode: The executor that decoded the latents.
        explanation: Which tiles they were decoded in, and why: one line for a person.
    """

    waveform: FloatArray
    mel: FloatArray
    gain: float
    mode: TilingMode
    explanation: str


@dataclass(frozen=True, slots=True)
class DecodingForecast:
    """What a decoding will take.

    Attributes:
        mode: The executor.
        precision: That of the arithmetic.
        working_bytes: Predicted peak of memory above the networks, that of encoding included.
        mel_cells: Cells of the log-mel.
        explanation: One line for a person.
    """

    mode: TilingMode
    precision: str
    working_bytes: int
    mel_cells: int
    explanation: str


class Decoder(Protocol):
    """A model's way from latents to samples with their picture, and from sounds to latents.

    Latents are those of the denoiser, (1, C, T, F).
    """

    def forecast(
        self, num_frames: int, config: EngineConfig, *, has_source: bool
    ) -> DecodingForecast:
        """What the decoding of so many latent frames takes, and the encoding of a source.

        Raises:
            InvalidRequestError: A tile size does not fit the model.
            DeviceMemoryError: Nothing fits the memory budget.
        """

    def is_heard_early(self, num_frames: int, config: EngineConfig, level: Level | float) -> bool:
        """Whether the first sound of so many latent frames needs only the first of them."""

    def decode(
        self,
        clip: LatentClip,
        num_samples: int,
        *,
        config: EngineConfig,
        progress: Progress,
        level: Level | float = Level.UNCHANGED,
        peers: Peers = ALONE,
    ) -> Decoding:
        """Decode a clip to sound, stretch by stretch.

        Where the sound is brought to a level, the first sound comes once its head is decoded.

        Args:
            clip: The latents.
            num_samples: Length at which the sound is cut off.
            config: How to decode.
            progress: Receives tiles and sound as they are made; may cancel between them.
            level: The level of the request.
            peers: Ranks that are in `assist`; this is the first.

        Raises:
            NonFiniteError: The samples are NaN or infinite.
            TesseraError: It cannot be done; the sentence says why.
            Cancelled: The run was cancelled through `progress`.
        """

    def assist(
        self, clip: LatentClip, *, config: EngineConfig, progress: Progress, peers: Peers
    ) -> None:
        """Do this rank's part of what the first of its peers decodes.

        Args:
            clip: The same latents.
            config: The same configuration.
            progress: May cancel, which cancels all ranks; hears nothing.
            peers: The ranks.

        Raises:
            TesseraError: This rank or another one could not go on; the sentence names it.
            Cancelled: One of the ranks was cancelled.
        """

    def encode_source(
        self, path: str, num_frames: int, config: EngineConfig, progress: Progress
    ) -> Tensor:
        """The latents (1, C, num_frames, F) of a sound file, with silence after its end.

        Raises:
            TesseraError: It cannot be done; the sentence says why.
            Cancelled: The run was cancelled through `progress`.
        """

    def make_preview(self) -> StepPreview | None:
        """What shows denoising steps, before anything is decoded; None where memory is short."""
