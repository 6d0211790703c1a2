"""Stable Audio: a transformer denoises latents of samples, conditioned on their place in time.

Evans et al. 2024, *Stable Audio Open*, arXiv 2407.14358. T5 encodes the prompt; the second at which
a clip begins and the length of its sound are two tokens more, and are added at every layer besides.
A clip is as long as those of the training: beyond the end of a shorter sound is silence.
"""

from collections.abc import Sequence
from typing import Any

import torch
from diffusers.models.embeddings import get_1d_rotary_pos_embed
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
from core.models.noise_paths.edm_path import EdmPath, check_edm_config
from core.models.noise_paths.noise_path import NoisePath
from core.models.text_to_audio_model import Conditioning
from core.runtime.file_pages import drop_file_pages
from core.runtime.precision import call_in_float32

COSINE_SCHEDULER = "CosineDPMSolverMultistepScheduler"
"""Of diffusers: it tells the denoiser the time as an angle."""

_MOST_FRAMES = 100_000  # of a window


class StableAudio:
    """A Stable Audio model; see `TextToAudioModel`, `WaveformModel` and `PlacedModel`.

    Args:
        folder: Its folder.
        networks: By their components' names: vae, transformer and projection_model.
        t5: The text encoder.
    """

    def __init__(self, folder: ModelFolder, networks: dict[str, Any], t5: T5) -> None:
        self.card, self.t5 = read_card(folder), t5
        self.waveform_vae, self.transformer = networks["vae"], networks["transformer"]
        self.projection_model = networks["projection_model"]
        is_cosine = folder.classes["scheduler"] == COSINE_SCHEDULER
        self.noise_path: NoisePath = EdmPath(folder.config("scheduler"), is_cosine)
        config = self.waveform_vae.config
        self.clock = Clock(
            config.sampling_rate, config.audio_channels, self.waveform_vae.hop_length
        )
        self.window_frames: int = self.transformer.config.sample_size
        self.least_frames = self.window_frames
        self.mel = MelParams()  # that of opened sounds
        self.latent_channels: int = self.transformer.config.in_channels
        self.latent_bins = 1
        self._rotary: dict[int, tuple[Tensor, Tensor]] = {}  # by the number of frames

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do with a request."""
        return Capabilities(
            max_prompt_tokens=self.count_tokens("")[1],
            reads_word_order=True,
            audio_to_audio=True,
            edits_bands=False,
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
        """Tokens of the prompt, and how many T5 reads."""
        return count_tokens(self.t5.tokenizer, prompt, self.t5.max_tokens)

    @torch.inference_mode()
    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode both prompts; without a negative one its side is all zero, as in training.

        Each is words (1, N, D), zero in padding, and the share (1, 1, 1) of its place: 1, or 0.
        """
        negative = self._encode(negative_prompt) if negative_prompt else self._nothing_like(prompt)
        encoded = Conditioning(self._encode(prompt), negative)
        drop_encoder_pages(self.t5.text_encoder)
        return encoded

    def _encode(self, prompt: str) -> dict[str, Tensor]:
        states, mask = self.t5.encode_padded(prompt)
        words = self.projection_model(text_hidden_states=states).text_hidden_states
        words = (words * mask.unsqueeze(-1).to(words.dtype)).to(self.dtype)
        return {"words": words, "place": words.new_ones(1, 1, 1)}

    def _nothing_like(self, prompt: str) -> dict[str, Tensor]:
        return {name: torch.zeros_like(each) for name, each in self._encode(prompt).items()}

    @torch.inference_mode()
    def placed(
        self, prompt: dict[str, Tensor], starts_s: Sequence[float], total_s: float
    ) -> dict[str, Tensor]:
        """The tensors of a prompt for clips at places of a sound; see `PlacedModel`."""
        projected = self.projection_model(
            start_seconds=torch.tensor(list(map(float, starts_s)), device=self.device),
            end_seconds=torch.full((len(starts_s),), float(total_s), device=self.device),
        )
        start = projected.seconds_start_hidden_states.to(self.dtype)
        stop = projected.seconds_end_hidden_states.to(self.dtype)
        words = prompt["words"].expand(len(starts_s), -1, -1)
        share = prompt["place"]
        return {
            "encoder_hidden_states": torch.cat([words, start * share, stop * share], dim=1),
            "global_hidden_states": torch.cat([start, stop], dim=2),
        }

    @torch.inference_mode()
    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        """One call of the denoiser: (B, C, T, 1) -> (B, C, T, 1), float32."""
        prediction: Tensor = self.transformer(
            latents.squeeze(3).to(self.dtype),
            timestep.reshape(1),
            rotary_embedding=self._rotary_embedding(latents.shape[2]),
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
            timestep.reshape(1),
            rotary_embedding=self._rotary_embedding(latents.shape[2]),
            return_dict=False,
            **conditioning,
        )[0]
        return prediction.unsqueeze(3)

    def drop_denoiser_pages(self) -> None:
        """Give memory of the denoiser's mapped weights to the decoder, which is next."""
        drop_file_pages(self.transformer.parameters())

    def _rotary_embedding(self, num_frames: int) -> tuple[Tensor, Tensor]:
        """Cosines and sines of the positions of a clip's frames, and of the token before them."""
        found = self._rotary.get(num_frames)
        if found is None:
            cosines, sines = get_1d_rotary_pos_embed(
                self.transformer.config.attention_head_dim // 2,
                num_frames + 1,
                use_real=True,
                repeat_interleave_real=False,
            )
            found = cosines.to(self.device), sines.to(self.device)
            self._rotary = {num_frames: found}  # of the last length; two threads may ask for it
        return found


@torch.inference_mode(False)  # ordinary tensors, even where the caller is in inference mode
def load_stable_audio(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> StableAudio:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    check_edm_config(folder.config("scheduler"))
    networks, encoder = load_with_text_encoder(
        folder,
        ("vae", "transformer", "projection_model"),
        device=device,
        dtype=dtype,
        progress=progress,
    )
    t5 = T5(*encoder)
    misfit = _find_misfit(networks, t5)
    if misfit:
        raise mixed_parts_error(folder, misfit)
    return StableAudio(folder, networks, t5)


def _find_misfit(networks: dict[str, Any], t5: T5) -> str | None:
    """A clause about two parts that do not fit; None if all do.

    Raises:
        ValueError: A setting cannot be used.
    """
    vae, transformer, projection = (
        networks[name].config for name in ("vae", "transformer", "projection_model")
    )
    if {transformer.in_channels, transformer.out_channels} != {vae.decoder_input_channels}:
        return (
            f"the transformer takes {transformer.in_channels} latent channels, the vae "
            f"{vae.decoder_input_channels}"
        )
    if projection.text_encoder_dim != t5.text_encoder.config.d_model:
        return "the projection_model reads vectors of another width than the text_encoder gives"
    if not 1 <= transformer.sample_size <= _MOST_FRAMES:
        raise ValueError(f"sample_size cannot be {transformer.sample_size!r}")
    if vae.audio_channels not in (1, 2):
        raise ValueError(f"its sound has {vae.audio_channels!r} channels, not 1 or 2")
    width = projection.conditioning_dim
    if (transformer.cross_attention_input_dim, transformer.global_states_input_dim) != (
        width,
        2 * width,
    ):
        return "the transformer attends to vectors of another width than the projection_model gives"
    return None
