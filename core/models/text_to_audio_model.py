"""The interface between the engine and a text-to-audio model of any family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

import torch
from torch import Tensor, nn

from core.api.model_card import Capabilities, ModelCard
from core.api.progress import Progress
from core.clock import Clock
from core.mel import MelParams
from core.models.noise_paths.noise_path import NoisePath
from core.vocoders.vocoder import Vocoder


@dataclass(frozen=True, slots=True)
class Conditioning:
    """An encoded prompt and negative prompt.

    Attributes:
        positive: Family-specific keyword tensors of one prediction, batch 1.
        negative: The same for the negative (or empty) prompt, of the same shapes.
    """

    positive: dict[str, Tensor]
    negative: dict[str, Tensor]

    @classmethod
    def from_batch(cls, tensors: Mapping[str, Tensor]) -> Self:
        """Split tensors (2, ...) of both prompts, in this order."""
        return cls(
            {name: values[:1] for name, values in tensors.items()},
            {name: values[1:] for name, values in tensors.items()},
        )


@dataclass(frozen=True, slots=True)
class Song:
    """What a model that sings is told beside the prompt.

    Attributes:
        duration_s: Length of the clip.
        lyrics: What is sung; empty = nothing.
        language: Its language, as a code such as en.
        bpm: Beats a minute; None = as the model chooses.
        key: Key and scale, such as C major; empty = as the model chooses.
        beats: Beats in a bar; None = as the model chooses.
    """

    duration_s: float
    lyrics: str = ""
    language: str = "en"
    bpm: int | None = None
    key: str = ""
    beats: int | None = None


class TextToAudioModel(Protocol):
    """A loaded model: its networks and their constants, without any choices.

    Attributes:
        card: Its description.
        noise_path: Its way from noise to sound.
        clock: Sample rate and channels of its sound, and the length of its latent frames.
        window_frames: Latent frames of the clips that it was trained on.
        least_frames: Latent frames that it denoises at least: beyond the end of a shorter sound it
            makes silence, as in its training.
        mel: Definition of the log-mel spectrograms that its sounds are shown as.
        latent_channels: Channels of the latents.
        latent_bins: Height of the latents along mel; 1 where they have no such axis.
    """

    card: ModelCard
    noise_path: NoisePath
    clock: Clock
    window_frames: int
    least_frames: int
    mel: MelParams
    latent_channels: int
    latent_bins: int

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do with a request."""

    @property
    def device(self) -> torch.device:
        """Where the denoiser is."""

    @property
    def dtype(self) -> torch.dtype:
        """The denoiser's precision."""

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens of the prompt, and how many the text encoder reads."""

    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode a prompt; an empty one is unconditional generation."""

    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        """One call of the denoiser, (B, C, T, F) -> (B, C, T, F)."""

    def predict_in_float32(
        self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]
    ) -> Tensor:
        """The same in float32, where half precision overflowed."""

    def drop_denoiser_pages(self) -> None:
        """Give memory of the denoiser's mapped and packed weights to the decoder, which is next."""


@runtime_checkable
class SpeakingModel(Protocol):
    """What a model that speaks offers beside all of `TextToAudioModel`."""

    def count_spoken(self, transcription: str) -> tuple[int, int]:
        """Phonemes of a text, and how many are spoken."""

    def encode_speech(
        self, prompt: str, negative_prompt: str, transcription: str, progress: Progress
    ) -> Conditioning:
        """Encode a prompt with what is spoken; `progress` may cancel that."""


@runtime_checkable
class SingingModel(Protocol):
    """What a model that sings offers beside all of `TextToAudioModel`."""

    def count_sung(self, song: Song) -> tuple[int, int]:
        """Tokens of the lyrics, and how many are sung."""

    def encode_song(self, prompt: str, negative_prompt: str, song: Song) -> Conditioning:
        """Encode a prompt with what is sung."""


@dataclass(frozen=True, slots=True)
class ProjectedGuidance:
    """Constants of adaptive projected guidance (Sadat et al. 2024, arXiv 2410.02416).

    Attributes:
        momentum: Share of the sum of earlier differences that is added to one; below 0 it pushes
            away from them.
        threshold: A longer difference is shortened to this norm.
    """

    momentum: float
    threshold: float


@runtime_checkable
class ProjectingModel(Protocol):
    """What a model offers beside whose authors guide it so.

    Attributes:
        projected_guidance: The constants.
    """

    projected_guidance: ProjectedGuidance


@runtime_checkable
class LogMelModel(TextToAudioModel, Protocol):
    """A model whose latents are those of log-mel spectrograms, which a vocoder makes sound of.

    Attributes:
        vae: The `diffusers.AutoencoderKL` between log-mel (B, 1, T, F) and latents.
        scaling_factor: The VAE's latents times this are the denoiser's.
        time_scale: Mel frames per latent frame (and mel bins per latent bin).
        vocoder: Log-mel to samples.
    """

    vae: nn.Module
    scaling_factor: float
    time_scale: int
    vocoder: Vocoder


@runtime_checkable
class WaveformModel(TextToAudioModel, Protocol):
    """A model whose latents are those of samples.

    Attributes:
        waveform_vae: The `diffusers.AutoencoderOobleck` or `AutoencoderSAME` between samples
            (B, channels, n) and latents (B, C, T).
    """

    waveform_vae: nn.Module


@runtime_checkable
class InpaintingModel(Protocol):
    """What a model offers beside that was trained to fill in what is missing of a clip.

    A clip longer than its window is made window by window: each continues the one before.
    """

    def knowing(
        self, prompt: dict[str, Tensor], latents: Tensor, mask: Tensor
    ) -> dict[str, Tensor]:
        """The tensors of a prompt (B or 1, ...) for clips of which parts are known.

        Args:
            prompt: One side of a `Conditioning`, placed.
            latents: The known latents (B, C, T, F), whatever lies between them.
            mask: (B, 1, T, F): 1 where they are known, 0 where the model is to fill in.
        """


@runtime_checkable
class PlacedModel(Protocol):
    """What a model offers beside that is conditioned on the place of a clip in the sound."""

    def placed(
        self, prompt: dict[str, Tensor], starts_s: Sequence[float], total_s: float
    ) -> dict[str, Tensor]:
        """The tensors of a prompt (1, ...) for clips (B, ...) at places of a sound.

        Args:
            prompt: One side of a `Conditioning`.
            starts_s: Where each clip begins, in seconds.
            total_s: The sound's length in seconds.
        """
