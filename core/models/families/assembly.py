"""Loads what every family has: denoiser, VAE, vocoder and card, and checks that they fit."""

from typing import Any

import torch

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.kernels.processor_speed import use_rounded_products
from core.mel import MelParams
from core.models.card_file import read_card
from core.models.families.latent_diffusion import ModelParts
from core.models.family import PHASE_RECONSTRUCTION
from core.models.folder import MAGNITUDE_NETWORK, ModelFolder
from core.models.networks import load_magnitude_network, load_networks, load_text_encoder
from core.models.noise_paths.beta_path import check_scheduler_config
from core.vocoders.hifigan import HifiGanVocoder
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder
from core.vocoders.vocoder import Vocoder


def load_parts(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> ModelParts:
    """Load all parts of a checked folder but the text encoders.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    check_scheduler_config(folder.config("scheduler"))
    is_neural = folder.classes["vocoder"] != PHASE_RECONSTRUCTION
    rounds_products = _rounds_products(folder, device, dtype)
    networks = load_networks(
        folder,
        ("vae", "vocoder") if is_neural else ("vae",),
        device=device,
        dtype=dtype,
        progress=progress,
    ) | load_networks(
        folder,
        ("unet",),
        device=device,
        dtype=torch.float32 if rounds_products else dtype,
        progress=progress,
    )
    vocoder, mel = (
        _make_hifigan(networks["vocoder"]) if is_neural else _make_phase_reconstruction(folder)
    )
    _check_latents(folder, networks["unet"].config, networks["vae"].config, mel.n_mels)
    return ModelParts(
        card=read_card(folder),
        mel=mel,
        mel_is_stated=not is_neural,
        vae=networks["vae"],
        unet=networks["unet"],
        rounds_products=rounds_products,
        scheduler_config=folder.config("scheduler"),
        vocoder=vocoder,
    )


def load_with_text_encoder(
    folder: ModelFolder,
    names: tuple[str, ...],
    *,
    device: torch.device,
    dtype: torch.dtype,
    progress: Progress,
) -> tuple[dict[str, Any], tuple[Any, Any]]:
    """Load networks of a checked folder by their components' names, and its one text encoder.

    Returns:
        The networks by name, and the text encoder with its tokenizer.

    Raises:
        ModelLoadError: A part is damaged.
        Cancelled: The run was cancelled through `progress`.
    """
    networks = load_networks(folder, names, device=device, dtype=dtype, progress=progress)
    encoder = load_text_encoder(
        folder, "text_encoder", device=device, dtype=dtype, progress=progress
    )
    return networks, encoder


def mixed_parts_error(folder: ModelFolder, misfit: str) -> ModelLoadError:
    """The error for parts that are complete but belong to different models."""
    return folder.refuse(
        f"{misfit}: these are parts of different models; copy or download the whole model again."
    )


def attention_widths(unet: Any) -> set[int]:
    """The widths of what a UNet's blocks attend to; a block without attention states one too."""
    widths = unet.cross_attention_dim
    down, up = unet.down_block_types, unet.up_block_types
    if not isinstance(widths, list | tuple):
        widths = [widths] * len(down)
    blocks = [*zip(down, widths, strict=True), *zip(up, reversed(widths), strict=True)]
    if unet.mid_block_type:
        blocks.append((unet.mid_block_type, widths[-1]))
    return set().union(*(_flat(width) for name, width in blocks if "CrossAttn" in name))


def _rounds_products(folder: ModelFolder, device: torch.device, dtype: torch.dtype) -> bool:
    """Whether the denoiser's products are in bfloat16, as asked for or because it is faster."""
    if device.type != "cpu":
        return False
    if dtype == torch.float32 and folder.may_round:
        return use_rounded_products(folder.config("unet")["block_out_channels"])
    return dtype == torch.bfloat16


def _make_hifigan(network: Any) -> tuple[Vocoder, MelParams]:
    """A HiFi-GAN, with log-mel spectrograms as AudioLDM's authors define them at its rates."""
    vocoder = HifiGanVocoder(network)
    mel = MelParams(
        sample_rate=vocoder.sampling_rate,
        hop_length=vocoder.hop_length,
        n_mels=network.config.model_in_dim,
        fmax=vocoder.sampling_rate / 2,
    )
    return vocoder, mel


def _make_phase_reconstruction(folder: ModelFolder) -> tuple[Vocoder, MelParams]:
    """Our phase reconstruction, whose config defines the log-mel spectrograms."""
    config = folder.config("vocoder")
    try:
        vocoder = PhaseReconstructionVocoder.from_config(config)
    except (KeyError, ValueError) as error:
        raise folder.refuse(f"vocoder/config.json cannot be used: {error}.") from error
    if MAGNITUDE_NETWORK in config:
        vocoder = vocoder.with_network(load_magnitude_network(folder, vocoder.params))
    return vocoder, vocoder.params


def _check_latents(folder: ModelFolder, unet: Any, vae: Any, n_mels: int) -> None:
    """Raise if denoiser, VAE and vocoder have latents or mels of different sizes."""
    scale = 2 ** (len(vae.block_out_channels) - 1)
    if {unet.in_channels, unet.out_channels} != {vae.latent_channels}:
        raise mixed_parts_error(
            folder,
            f"the unet takes {unet.in_channels} latent channels, the vae {vae.latent_channels}",
        )
    if vae.in_channels != 1 or n_mels % scale:
        raise mixed_parts_error(folder, f"the vae cannot make the vocoder's {n_mels} mel bins")


def _flat(width: Any) -> set[int]:
    """The widths of one block: a number, or a list of them, with None for self-attention."""
    found = width if isinstance(width, list | tuple) else [width]
    return {number for number in found if number is not None}
