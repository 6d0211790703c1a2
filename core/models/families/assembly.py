"""Load what every family has: denoiser, VAE, vocoder and card, and check that they fit together."""

from typing import Any

import torch

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.mel import MelParams
from core.models.card import read_card
from core.models.families.latent_diffusion import Parts
from core.models.family import PHASE_RECONSTRUCTION
from core.models.folder import MAGNITUDE_NETWORK, ModelFolder
from core.models.networks import load_magnitude_network, load_networks
from core.vocoders.hifigan import HifiGanVocoder
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder
from core.vocoders.vocoder import Vocoder


def load_parts(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> Parts:
    """Load a checked folder, all but what reads the prompts.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The owner of `progress` wished so.
    """
    is_neural = folder.classes["vocoder"] != PHASE_RECONSTRUCTION
    components = ("vae", "unet", "vocoder") if is_neural else ("vae", "unet")
    networks = load_networks(folder, components, device=device, dtype=dtype, progress=progress)
    vocoder, mel = _neural(networks["vocoder"]) if is_neural else _phase_reconstruction(folder)
    _check_latents(folder, networks["unet"].config, networks["vae"].config, mel.n_mels)
    return Parts(
        card=read_card(folder),
        mel=mel,
        mel_is_stated=not is_neural,
        vae=networks["vae"],
        unet=networks["unet"],
        scheduler_config=folder.config("scheduler"),
        vocoder=vocoder,
    )


def refuse_mixture(folder: ModelFolder, misfit: str) -> ModelLoadError:
    """The error about parts that are whole in themselves, but of different models."""
    return folder.refuse(
        f"{misfit}: these are parts of different models; copy or download the whole model anew."
    )


def _neural(network: Any) -> tuple[Vocoder, MelParams]:
    """A HiFi-GAN, and log-mel spectrograms as AudioLDM's authors define them at its rates."""
    vocoder = HifiGanVocoder(network)
    mel = MelParams(
        sample_rate=vocoder.sampling_rate,
        hop_length=vocoder.hop_length,
        n_mels=network.config.model_in_dim,
        fmax=vocoder.sampling_rate / 2,
    )
    return vocoder, mel


def _phase_reconstruction(folder: ModelFolder) -> tuple[Vocoder, MelParams]:
    """A vocoder of ours, whose config defines the log-mel spectrograms."""
    config = folder.config("vocoder")
    try:
        vocoder = PhaseReconstructionVocoder.from_config(config)
    except (KeyError, ValueError) as error:
        raise folder.refuse(f"vocoder/config.json cannot be used: {error}.") from error
    if MAGNITUDE_NETWORK in config:
        vocoder = vocoder.with_network(load_magnitude_network(folder, vocoder.params))
    return vocoder, vocoder.params


def _check_latents(folder: ModelFolder, unet: Any, vae: Any, n_mels: int) -> None:
    """Refuse a denoiser, a VAE and a vocoder that cannot hand their results on."""
    scale = 2 ** (len(vae.block_out_channels) - 1)
    if {unet.in_channels, unet.out_channels} != {vae.latent_channels}:
        raise refuse_mixture(
            folder,
            f"the unet takes {unet.in_channels} latent channels, the vae {vae.latent_channels}",
        )
    if vae.in_channels != 1 or n_mels % scale:
        raise refuse_mixture(folder, f"the vae cannot make the vocoder's {n_mels} mel bins")
