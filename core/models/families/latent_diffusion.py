"""What all families share: a UNet that denoises a VAE's latents, and a vocoder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.api.model_card import ModelCard
from core.clock import Clock
from core.kernels.fast_layers import drop_packed, keep_contiguous, use_fast_layers
from core.mel import MelParams
from core.models.noise_paths.beta_path import BetaPath
from core.models.noise_paths.noise_path import NoisePath
from core.runtime.file_pages import drop_file_pages
from core.runtime.precision import call_in_float32
from core.vocoders.vocoder import Vocoder


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelParts:
    """The parts of a model without its text encoders.

    Attributes:
        card: Its description.
        mel: Definition of its log-mel spectrograms.
        mel_is_stated: Whether the model says so itself; else it is guessed from the vocoder.
        vae: A diffusers AutoencoderKL.
        unet: The family's denoiser, a network of diffusers.
        rounds_products: Whether its products are in bfloat16, and all else in float32.
        scheduler_config: Contents of scheduler_config.json.
        vocoder: Log-mel to samples.
    """

    card: ModelCard
    mel: MelParams
    mel_is_stated: bool
    vae: Any
    unet: Any
    rounds_products: bool
    scheduler_config: Mapping[str, Any]
    vocoder: Vocoder


class LatentDiffusion:
    """The part of `TextToAudioModel` that does not depend on the text encoders."""

    def __init__(self, parts: ModelParts) -> None:
        self.card = parts.card
        self.mel = parts.mel
        self.vae = parts.vae
        self.unet = parts.unet
        self.noise_path: NoisePath = BetaPath(parts.scheduler_config)
        self.vocoder = parts.vocoder
        self.scaling_factor: float = parts.vae.config.scaling_factor
        self.time_scale = 2 ** (len(parts.vae.config.block_out_channels) - 1)
        self.clock = Clock(
            parts.vocoder.sampling_rate, 1, parts.vocoder.hop_length * self.time_scale
        )
        self.window_frames = max(1, parts.card.window_frames // self.time_scale)
        self.least_frames = 1
        self.latent_channels: int = parts.vae.config.latent_channels
        self.latent_bins = parts.mel.n_mels // self.time_scale
        use_fast_layers(self.unet, self.latent_bins, rounds_products=parts.rounds_products)
        keep_contiguous(self.vae)
        self._accepts_sound = parts.mel_is_stated or parts.mel == MelParams()

    @property
    def device(self) -> torch.device:
        """Where the denoiser is."""
        device: torch.device = self.unet.device
        return device

    @property
    def dtype(self) -> torch.dtype:
        """The denoiser's precision."""
        dtype: torch.dtype = self.unet.dtype
        return dtype

    @torch.inference_mode()
    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        """One call of the denoiser: (B, C, T, F) -> (B, C, T, F), float32."""
        arguments = {"encoder_hidden_states": None, **conditioning}  # not every family has some
        prediction: Tensor = self.unet(latents.to(self.dtype), timestep, **arguments).sample
        return prediction.float()

    @torch.inference_mode()
    def predict_in_float32(
        self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]
    ) -> Tensor:
        """The same with the denoiser in float32, where half precision overflowed."""
        arguments = {"encoder_hidden_states": None, **conditioning}
        prediction: Tensor = call_in_float32(self.unet, latents, timestep, **arguments).sample
        return prediction

    def drop_denoiser_pages(self) -> None:
        """Give memory of the denoiser's mapped and packed weights to the decoder, which is next."""
        drop_packed(self.unet)
        drop_file_pages(self.unet.parameters())


def drop_encoder_pages(*networks: nn.Module) -> None:
    """Give the memory of mapped text encoders to the denoiser, which runs next."""
    for network in networks:
        drop_file_pages(network.parameters())
