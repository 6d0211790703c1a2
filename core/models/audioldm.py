"""AudioLDM behind the engine's interface: CLAP reads the prompt, a class embedding carries it.

Liu et al. 2023, *AudioLDM: Text-to-Audio Generation with Latent Diffusion Models*, arXiv
2301.12503. The prompt enters the UNet as one normalised vector of CLAP, not by cross-attention.
"""

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.mel import MelParams
from core.models.card import read_card
from core.models.folder import ModelFolder
from core.models.interface import Conditioning, ModelCard
from core.models.networks import load_network, load_tokenizer
from core.models.schedulers import make_scheduler
from core.progress import Progress
from core.request import Scheduler
from core.vocoders.hifigan import HifiGanVocoder
from core.vocoders.interface import Vocoder
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder


class AudioLdm:
    """An AudioLDM model; see `TextToAudioModel` for what it offers.

    Args:
        card: Its description.
        mel: Definition of its log-mel spectrograms.
        vae: A diffusers AutoencoderKL.
        unet: A diffusers UNet2DConditionModel with the prompt as class embedding.
        text_encoder: A transformers ClapTextModelWithProjection.
        tokenizer: Its tokenizer.
        scheduler_config: Contents of scheduler_config.json.
        vocoder: Log-mel to samples.
    """

    def __init__(
        self,
        *,
        card: ModelCard,
        mel: MelParams,
        vae: Any,
        unet: Any,
        text_encoder: Any,
        tokenizer: Any,
        scheduler_config: Mapping[str, Any],
        vocoder: Vocoder,
    ) -> None:
        self.card = card
        self.mel = mel
        self.vae = vae
        self.unet = unet
        self.text_encoder = text_encoder
        self.tokenizer = tokenizer
        self.scheduler_config = scheduler_config
        self.vocoder = vocoder
        self.scaling_factor: float = vae.config.scaling_factor
        self.time_scale = 2 ** (len(vae.config.block_out_channels) - 1)
        self.latent_channels: int = vae.config.latent_channels
        self.latent_bins = mel.n_mels // self.time_scale

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

    @property
    def max_tokens(self) -> int:
        """Tokens that the text encoder reads, with those that mark beginning and end."""
        positions: int = self.text_encoder.config.max_position_embeddings - 2  # RoBERTa's offset
        return min(int(self.tokenizer.model_max_length), positions)

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens the prompt has, and how many the text encoder reads."""
        marks: int = self.tokenizer.num_special_tokens_to_add()
        tokens = self.tokenizer(prompt, add_special_tokens=False, verbose=False).input_ids
        return len(tokens), self.max_tokens - marks

    @torch.inference_mode()
    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Read the prompt; an empty one is unconditional generation, as in training."""
        return Conditioning(
            positive={"class_labels": self._embed(prompt)},
            negative={"class_labels": self._embed(negative_prompt)},
        )

    @torch.inference_mode()
    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        """One call of the denoiser: (B, C, T, F) -> (B, C, T, F), float32."""
        prediction: Tensor = self.unet(
            latents.to(self.dtype), timestep, encoder_hidden_states=None, **conditioning
        ).sample
        return prediction.float()

    def make_scheduler(self, kind: Scheduler) -> Any:
        """A fresh diffusers scheduler of this kind, on this model's noise schedule."""
        return make_scheduler(kind, self.scheduler_config)

    def _embed(self, prompt: str) -> Tensor:
        """CLAP's vector of a prompt (1, projection_dim), of length 1.

        Diffusers' pipeline pads to the longest length; the mask takes that out again, so no
        padding gives the same vector in a fraction of the time.
        """
        tokens = self.tokenizer(
            prompt, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        output = self.text_encoder(
            tokens.input_ids.to(self.text_encoder.device),
            attention_mask=tokens.attention_mask.to(self.text_encoder.device),
        )
        embedding: Tensor = F.normalize(output.text_embeds, dim=-1)
        return embedding.to(self.device, self.dtype)


@torch.inference_mode(False)  # ordinary tensors, whoever asks
def load_audioldm(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> AudioLdm:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The owner of `progress` wished so.
    """
    networks: dict[str, Any] = {}
    for component in ("vae", "unet", "text_encoder"):
        progress.check_cancelled()
        networks[component] = load_network(folder, component, dtype).to(device)
    progress.check_cancelled()
    vocoder, mel = _load_vocoder(folder, device, dtype)
    model = AudioLdm(
        card=read_card(folder),
        mel=mel,
        tokenizer=load_tokenizer(folder),
        scheduler_config=folder.config("scheduler"),
        vocoder=vocoder,
        **networks,
    )
    _check_parts_belong_together(folder, model)
    return model


def _load_vocoder(
    folder: ModelFolder, device: torch.device, dtype: torch.dtype
) -> tuple[Vocoder, MelParams]:
    """The folder's vocoder, and the log-mel spectrograms that it understands."""
    if folder.vocoder_class == "PhaseReconstructionVocoder":
        try:
            phase = PhaseReconstructionVocoder.from_config(folder.config("vocoder"))
        except (KeyError, ValueError) as error:
            raise folder.refuse(f"vocoder/config.json cannot be used: {error}.") from error
        return phase, phase.params
    network = load_network(folder, "vocoder", dtype).to(device)
    hifigan = HifiGanVocoder(network)
    mel = MelParams(
        sample_rate=hifigan.sampling_rate,
        hop_length=hifigan.hop_length,
        n_mels=network.config.model_in_dim,
        fmax=hifigan.sampling_rate / 2,
    )
    return hifigan, mel


def _check_parts_belong_together(folder: ModelFolder, model: AudioLdm) -> None:
    """Refuse parts that are whole in themselves, but of different models."""
    unet, vae, text = model.unet.config, model.vae.config, model.text_encoder.config
    unet_channels = {unet.in_channels, unet.out_channels}
    if unet_channels != {vae.latent_channels}:
        misfit = f"the unet takes {unet.in_channels} latent channels, the vae {vae.latent_channels}"
    elif unet.projection_class_embeddings_input_dim != text.projection_dim:
        misfit = "the unet reads prompts of another length than the text_encoder gives"
    elif vae.in_channels != 1 or model.mel.n_mels % model.time_scale:
        misfit = f"the vae cannot make the vocoder's {model.mel.n_mels} mel bins"
    else:
        return
    raise folder.refuse(
        f"{misfit}: these are parts of different models; copy or download the whole model anew."
    )
