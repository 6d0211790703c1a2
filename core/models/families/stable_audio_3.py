"""Stable Audio 3: a transformer fills in what is missing of a clip, in 8 steps of ping-pong.

Stability AI 2026, arXiv 2605.17991. T5Gemma encodes the prompt; the length of the clip in seconds
is a token more, and is added at every layer besides. Latents that are known and a mask of them are
added likewise. Its distilled models have guidance in their weights.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from core.api.model_card import Capabilities
from core.api.progress import Progress
from core.clock import Clock
from core.mel import MelParams
from core.models.card_file import read_card
from core.models.families.assembly import load_with_text_encoder, mixed_parts_error
from core.models.families.clap import count_tokens
from core.models.families.latent_diffusion import drop_encoder_pages
from core.models.families.t5 import T5
from core.models.folder import ModelFolder
from core.models.noise_paths.flow_path import FLOW_SAMPLERS, FlowPath, check_flow_config
from core.models.noise_paths.noise_path import NoisePath
from core.models.noise_paths.ping_pong import PING_PONG_SAMPLERS, SnrLevels
from core.models.text_to_audio_model import Conditioning
from core.runtime.file_pages import drop_file_pages
from core.runtime.precision import call_in_float32

_LONGEST_S = 3600.0  # of a window


class StableAudio3:
    """A Stable Audio 3 model; see `WaveformModel`, `PlacedModel` and `InpaintingModel`.

    Args:
        folder: Its folder.
        networks: By their components' names: vae, transformer and duration_embedder.
        t5: The text encoder.
    """

    def __init__(self, folder: ModelFolder, networks: dict[str, Any], t5: T5) -> None:
        self.card, self.t5 = read_card(folder), t5
        self.waveform_vae, self.transformer = networks["vae"], networks["transformer"]
        self.duration_embedder = networks["duration_embedder"]
        self.is_distilled = folder.is_distilled
        others = {} if self.is_distilled else FLOW_SAMPLERS
        self.noise_path: NoisePath = FlowPath(SnrLevels(), {**PING_PONG_SAMPLERS, **others})
        config = self.waveform_vae.config
        self.clock = Clock(
            config.sampling_rate, config.audio_channels, self.waveform_vae.downsampling_ratio
        )
        self.window_frames = _window_frames(self.clock, self.duration_embedder.config.max_val)
        self.least_frames = 1
        self.mel = MelParams()  # that of opened sounds
        self.latent_channels: int = self.transformer.config.io_channels
        self.latent_bins = 1

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do with a request."""
        return Capabilities(
            max_prompt_tokens=self.count_tokens("")[1],
            reads_word_order=True,
            audio_to_audio=True,
            edits_bands=False,
            guided=not self.is_distilled,
            reads_negative_prompt=not self.is_distilled,
        )

    @property
    def device(self) -> torch.device:
        """Where the denoiser is."""
        device: torch.device = self.transformer.device
        return device

    @property
    def dtype(self) -> torch.dtype:
        """The denoiser's precision."""
        dtype: torch.dtype = self.transformer.dtype
        return dtype

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens of the prompt, and how many T5Gemma reads."""
        return count_tokens(self.t5.tokenizer, prompt, self.t5.max_tokens)

    @torch.inference_mode()
    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode both prompts, or the prompt alone where there is no guidance.

        Each is words (1, N, D) and which of them are no padding (1, N).
        """
        positive = self._encode(prompt)
        negative = positive if self.is_distilled else self._encode(negative_prompt)
        drop_encoder_pages(self.t5.text_encoder)
        return Conditioning(positive, negative)

    def _encode(self, prompt: str) -> dict[str, Tensor]:
        states, mask = self.t5.encode_padded(prompt)
        return {"encoder_hidden_states": states.to(self.dtype), "encoder_attention_mask": mask}

    @torch.inference_mode()
    def placed(
        self, prompt: dict[str, Tensor], starts_s: Sequence[float], total_s: float
    ) -> dict[str, Tensor]:
        """A prompt with the length of the clips: the sound's, up to a window; see `PlacedModel`."""
        count = len(starts_s)
        clip_s = min(total_s, self.clock.seconds_of(self.window_frames))
        length = self.duration_embedder(torch.full((count,), clip_s, device=self.device))
        words, mask = (
            prompt[name].expand(count, *prompt[name].shape[1:])
            for name in ("encoder_hidden_states", "encoder_attention_mask")
        )
        return {
            "encoder_hidden_states": torch.cat([words, length[:, None].to(words)], dim=1),
            "encoder_attention_mask": torch.cat([mask, mask.new_ones(count, 1)], dim=1),
            "global_hidden_states": length,
        }

    def knowing(
        self, prompt: dict[str, Tensor], latents: Tensor, mask: Tensor
    ) -> dict[str, Tensor]:
        """A prompt with the mask (B, 1, T, 1) and known latents, 0 elsewhere."""
        known = torch.cat([mask, latents * mask], dim=1).squeeze(3)
        return {**prompt, "local_add_cond": known.to(self.device, self.dtype)}

    @torch.inference_mode()
    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        """One call of the denoiser: (B, C, T, 1) -> (B, C, T, 1), float32."""
        prediction: Tensor = self.transformer(
            latents.squeeze(3).to(self.dtype),
            timestep.reshape(1).expand(len(latents)),
            return_dict=False,
            **conditioning,
        )[0]
        return prediction.float().unsqueeze(3)

    @torch.inference_mode()
    def predict_in_float32(
        self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]
    ) -> Tensor:
        """The same with the denoiser in float32, where half precision overflowed."""
        prediction: Tensor = call_in_float32(
            self.transformer,
            latents.squeeze(3),
            timestep.reshape(1).expand(len(latents)),
            return_dict=False,
            **conditioning,
        )[0]
        return prediction.unsqueeze(3)

    def drop_denoiser_pages(self) -> None:
        """Give memory of the denoiser's mapped weights to the decoder, which is next."""
        drop_file_pages(self.transformer.parameters())


@torch.inference_mode(False)  # ordinary tensors, even where the caller is in inference mode
def load_stable_audio_3(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> StableAudio3:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    check_flow_config(folder.config("scheduler"))
    networks, encoder = load_with_text_encoder(
        folder,
        ("vae", "transformer", "duration_embedder"),
        device=device,
        dtype=dtype,
        progress=progress,
    )
    t5 = T5(*encoder, most_tokens=folder.family.prompt_tokens)
    misfit = _find_misfit(networks, t5)
    if misfit:
        raise mixed_parts_error(folder, misfit)
    _keep_places_exact(networks["transformer"])
    return StableAudio3(folder, networks, t5)


def _keep_places_exact(transformer: Any) -> None:
    """Count the places of latents in float32: half precision cannot tell those behind 256 apart."""
    rotary = transformer.rotary_pos_emb
    width = 2 * len(rotary.inv_freq)
    exact = type(rotary)(width).inv_freq  # it depends on the width alone
    rotary.inv_freq = exact.to(rotary.inv_freq.device)


def _window_frames(clock: Clock, longest_s: float) -> int:
    """Latent frames of the clips of its training: a power of two, whose length can be told."""
    return 1 << (max(1, clock.frame_at(longest_s)).bit_length() - 1)


def _find_misfit(networks: dict[str, Any], t5: T5) -> str | None:
    """A clause about two parts that do not fit; None if all do.

    Raises:
        ValueError: A setting cannot be used.
    """
    vae, transformer, embedder = (
        networks[name].config for name in ("vae", "transformer", "duration_embedder")
    )
    if transformer.io_channels != vae.latent_dim:
        return (
            f"the transformer takes {transformer.io_channels} latent channels, the vae "
            f"{vae.latent_dim}"
        )
    width = t5.text_encoder.config.encoder.hidden_size
    if not transformer.cond_token_dim == embedder.output_dim == width:
        return "the transformer attends to vectors of another width than the text_encoder gives"
    if transformer.global_cond_dim != embedder.output_dim:
        return "the duration_embedder gives vectors of another width than the transformer takes"
    if transformer.patch_size != 1 or transformer.local_add_cond_dim != 1 + vae.latent_dim:
        raise ValueError("its transformer cannot be told what is known of a clip")
    if vae.audio_channels not in (1, 2):
        raise ValueError(f"its sound has {vae.audio_channels!r} channels, not 1 or 2")
    if not 0 <= embedder.min_val < embedder.max_val <= _LONGEST_S:
        raise ValueError(f"max_val cannot be {embedder.max_val!r}")
    return None
