"""What every text-to-audio model offers to the engine, whatever its family."""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from core.mel import MelParams
from core.request import Scheduler
from core.vocoders.interface import Vocoder


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a person should know about a model before using it.

    Attributes:
        name: Short name for the window.
        description: One line on what it is.
        licence: SPDX identifier or plain name.
        window_frames: Mel frames of the clips it was trained on.
        guidance_scale: Its recommended guidance.
        num_inference_steps: Its recommended number of steps.
        concepts: Words it is known to understand; empty = unknown.
    """

    name: str
    description: str
    licence: str
    window_frames: int
    guidance_scale: float = 2.5
    num_inference_steps: int = 25
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a model can do with a request, where models differ.

    All of them read a negative prompt and make any length.

    Attributes:
        max_prompt_tokens: Tokens of a prompt that it reads; later ones go unheard.
        reads_word_order: Whether it tells "a dog barks, then rain" from "rain, then a dog barks".
        audio_to_audio: Whether it can start from a sound: its log-mel spectrograms are known.
    """

    max_prompt_tokens: int
    reads_word_order: bool
    audio_to_audio: bool

    @property
    def limits(self) -> tuple[str, ...]:
        """What it cannot do, in sentences for the window."""
        sentences = [f"Reads the first {self.max_prompt_tokens} tokens of a prompt."]
        if not self.reads_word_order:
            sentences.append("Hears a prompt as a whole: the order of its words matters little.")
        if not self.audio_to_audio:
            sentences.append("Cannot start from a sound: it does not say how it measures sound.")
        return tuple(sentences)


@dataclass(frozen=True, slots=True)
class Conditioning:
    """A prompt and its negative as the denoiser reads them.

    Attributes:
        positive: Family-specific keyword tensors of one prediction, batch 1.
        negative: The same for the negative (or empty) prompt, of the same shapes.
    """

    positive: dict[str, Tensor]
    negative: dict[str, Tensor]


class TextToAudioModel(Protocol):
    """A loaded model: parts for the engine to run, none of which decides anything.

    Attributes:
        card: Its description.
        mel: Definition of its log-mel spectrograms.
        vae: The `diffusers.AutoencoderKL` between log-mel (B, 1, T, F) and latents.
        scaling_factor: Latents of the denoiser are the VAE's times this.
        time_scale: Mel frames per latent frame (and mel bins per latent bin).
        latent_channels: Channels of the latents.
        latent_bins: Height of the latents along mel.
        vocoder: Log-mel to samples.
    """

    card: ModelCard
    mel: MelParams
    vae: nn.Module
    scaling_factor: float
    time_scale: int
    latent_channels: int
    latent_bins: int
    vocoder: Vocoder

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
        """Tokens the prompt has, and how many the text encoder reads."""

    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Read the prompt; an empty one is unconditional generation."""

    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        """One call of the denoiser, (B, C, T, F) -> (B, C, T, F)."""

    def make_scheduler(self, kind: Scheduler) -> Any:
        """A fresh diffusers scheduler of this kind, set up for this model."""
