"""ACE-Step 1.5: a transformer makes music of a caption and of lyrics, along rectified flow.

ACE-Step Team 2026, *ACE-Step 1.5: Pushing the Boundaries of Open-Source Music Generation*, arXiv
2602.00744. Qwen3 encodes the caption, with the tempo, the key and the length in words; of the
lyrics it gives the words alone, which an encoder of their own reads. The latents of silence tell
the denoiser that nothing of the sound is given. It makes up to ten minutes at once.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from core.api.progress import Progress
from core.clock import Clock
from core.mel import MelParams
from core.models.capabilities import read_capabilities
from core.models.card_file import read_card
from core.models.families.assembly import load_with_text_encoder, mixed_parts_error
from core.models.families.latent_diffusion import drop_encoder_pages
from core.models.folder import ModelFolder
from core.models.noise_paths.flow_path import (
    DISTILLED_SAMPLERS,
    FLOW_SAMPLERS,
    FlowPath,
    check_flow_config,
    shifted_levels,
)
from core.models.noise_paths.noise_path import NoisePath
from core.models.text_to_audio_model import Conditioning, ProjectedGuidance, Song
from core.runtime.file_pages import drop_file_pages
from core.runtime.precision import HALF, call_in_float32, is_finite

SHIFT = 3.0
"""Of the levels of noise: the turbo model was distilled to eight steps with it."""

TEXT_TOKENS, LYRIC_TOKENS = 256, 2048
"""That are read of the caption with all around it, and of the lyrics."""

_TIMBRE_S = 30  # of a sound whose timbre is wanted; silence leaves it to the caption


class AceStep:
    """An ACE-Step model; see `TextToAudioModel`, `WaveformModel` and `SingingModel`.

    Args:
        folder: Its folder.
        networks: By their components' names: vae, transformer and condition_encoder.
        text_encoder: A transformers Qwen3Model.
        tokenizer: Its tokenizer.
    """

    projected_guidance = ProjectedGuidance(momentum=-0.75, threshold=2.5)
    """That its authors guide it with; see `ProjectingModel`."""

    def __init__(
        self, folder: ModelFolder, networks: dict[str, Any], text_encoder: Any, tokenizer: Any
    ) -> None:
        self.card, self.capabilities = read_card(folder), read_capabilities(folder)
        self.waveform_vae, self.transformer = networks["vae"], networks["transformer"]
        self.condition_encoder = networks["condition_encoder"]
        self.text_encoder, self.tokenizer = text_encoder, tokenizer
        samplers = DISTILLED_SAMPLERS if folder.is_distilled else FLOW_SAMPLERS
        self.noise_path: NoisePath = FlowPath(shifted_levels(SHIFT), samplers)
        config = self.waveform_vae.config
        self.clock = Clock(
            config.sampling_rate, config.audio_channels, self.waveform_vae.hop_length
        )
        self.mel = MelParams()  # that of opened sounds
        window_s = self.card.window_frames / self.mel.frames_per_second
        self.window_frames = self.clock.num_frames(window_s)
        self.least_frames = 1
        self.latent_channels: int = self.transformer.config.audio_acoustic_hidden_dim
        self.latent_bins = 1
        self._context: tuple[int, Tensor] | None = None  # of the last length

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
        """Tokens of the prompt, and how many are read."""
        return self._num_tokens(prompt), self.capabilities.max_prompt_tokens

    def count_sung(self, song: Song) -> tuple[int, int]:
        """Tokens of the lyrics with all around them, and how many are sung."""
        return self._num_tokens(lyrics_text(song)), LYRIC_TOKENS

    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode a prompt for a clip as long as a window, with nothing sung."""
        window_s = self.clock.seconds_of(self.window_frames)
        return self.encode_song(prompt, negative_prompt, Song(window_s))

    @torch.inference_mode()
    def encode_song(self, prompt: str, _negative_prompt: str, song: Song) -> Conditioning:
        """Encode a prompt with what is sung: words, lyrics and timbre (1, N, D).

        The negative side is the vector that stood for no prompt in the training.
        """
        caption = self._tokens(caption_text(prompt, song), TEXT_TOKENS)
        lyrics = self._tokens(lyrics_text(song), LYRIC_TOKENS)
        states = self._encode(caption, lyrics, _call)
        if self.dtype in HALF and not is_finite(states):
            states = self._encode(caption, lyrics, call_in_float32)
        nothing = self.condition_encoder.null_condition_emb.to(states).expand_as(states)
        drop_encoder_pages(self.text_encoder)
        return Conditioning(
            {"encoder_hidden_states": states.to(self.dtype)},
            {"encoder_hidden_states": nothing.to(self.dtype).contiguous()},
        )

    def _encode(self, caption: Tensor, lyrics: Tensor, call: Callable[..., Any]) -> Tensor:
        """States (1, N, D) of tokens (1, N), with networks that are called by `call`."""
        states: Tensor = call(
            self.condition_encoder,
            text_hidden_states=call(self.text_encoder, input_ids=caption).last_hidden_state,
            text_attention_mask=torch.ones_like(caption, dtype=torch.bool),
            lyric_hidden_states=self.text_encoder.get_input_embeddings()(lyrics),
            lyric_attention_mask=torch.ones_like(lyrics, dtype=torch.bool),
            refer_audio_acoustic_hidden_states_packed=self._silence(self._timbre_frames),
            refer_audio_order_mask=torch.zeros(1, dtype=torch.long, device=self.device),
        )[0]
        return states

    @torch.inference_mode()
    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        """One call of the denoiser: (B, C, T, 1) -> (B, C, T, 1), float32."""
        inputs = self._inputs(latents.to(self.dtype), timestep.to(self.dtype))
        return _as_latents(self.transformer(**inputs, **conditioning)[0])

    @torch.inference_mode()
    def predict_in_float32(
        self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]
    ) -> Tensor:
        """The same with the denoiser in float32, where half precision overflowed."""
        inputs = self._inputs(latents, timestep)
        return _as_latents(call_in_float32(self.transformer, **inputs, **conditioning)[0])

    def drop_denoiser_pages(self) -> None:
        """Give memory of the denoiser's mapped weights to the decoder, which is next."""
        drop_file_pages(self.transformer.parameters())

    def _inputs(self, latents: Tensor, timestep: Tensor) -> dict[str, Any]:
        """What the denoiser is called with, beside the prompt."""
        hidden = latents.squeeze(3).transpose(1, 2)  # (B, C, T, 1) -> (B, T, C)
        times = timestep.reshape(1).expand(len(hidden))
        return {
            "hidden_states": hidden,
            "timestep": times,
            "timestep_r": times,
            "context_latents": self._context_of(hidden.shape[1]).expand(len(hidden), -1, -1),
            "return_dict": False,
        }

    def _context_of(self, num_frames: int) -> Tensor:
        """Latents of silence, and a mask that says that all is to be made: (1, T, 2 C)."""
        if self._context is None or self._context[0] != num_frames:
            silence = self._silence(num_frames)
            context = torch.cat([silence, torch.ones_like(silence)], dim=2)
            self._context = num_frames, context.to(self.dtype)  # two threads may ask for it
            return self._context[1]
        return self._context[1]

    def _silence(self, num_frames: int) -> Tensor:
        """Latents of silence (1, T, C), repeated as far as is needed."""
        silence: Tensor = self.condition_encoder.silence_latent
        repeats = -(-num_frames // silence.shape[1])
        return silence.repeat(1, repeats, 1)[:, :num_frames]

    @property
    def _timbre_frames(self) -> int:
        frames_per_second = self.clock.sample_rate / self.clock.hop_length
        most: int = self.condition_encoder.silence_latent.shape[1]
        return min(math.ceil(_TIMBRE_S * frames_per_second), most)

    def _tokens(self, text: str, most: int) -> Tensor:
        """The tokens of a text (1, N), cut to `most`."""
        tokens = self.tokenizer([text], truncation=True, max_length=most, return_tensors="pt")
        ids: Tensor = tokens.input_ids.to(self.device)
        return ids

    def _num_tokens(self, text: str) -> int:
        return len(self.tokenizer(text, truncation=False, verbose=False).input_ids)


def _call(network: Any, **inputs: Any) -> Any:
    return network(**inputs)


def caption_text(prompt: str, song: Song) -> str:
    """A prompt as the training had it, with tempo, key and length in words."""
    return (
        "# Instruction\nFill the audio semantic mask based on the given conditions:\n\n"
        f"# Caption\n{prompt}\n\n"
        f"# Metas\n- bpm: {song.bpm or 'N/A'}\n- timesignature: {song.beats or 'N/A'}\n"
        f"- keyscale: {song.key.strip() or 'N/A'}\n"
        f"- duration: {int(song.duration_s)} seconds\n<|endoftext|>\n"
    )


def lyrics_text(song: Song) -> str:
    """Lyrics as the training had them, with their language."""
    return f"# Languages\n{song.language}\n\n# Lyric\n{song.lyrics}<|endoftext|>"


def _as_latents(prediction: Tensor) -> Tensor:
    """(B, T, C) -> (B, C, T, 1), float32."""
    return prediction.float().transpose(1, 2).unsqueeze(3)


@torch.inference_mode(False)  # ordinary tensors, even where the caller is in inference mode
def load_ace_step(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> AceStep:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    check_flow_config(folder.config("scheduler"))
    networks, (text_encoder, tokenizer) = load_with_text_encoder(
        folder,
        ("vae", "transformer", "condition_encoder"),
        device=device,
        dtype=dtype,
        progress=progress,
    )
    misfit = _find_misfit(networks, text_encoder)
    if misfit:
        raise mixed_parts_error(folder, misfit)
    return AceStep(folder, networks, text_encoder, tokenizer)


def _find_misfit(networks: dict[str, Any], text_encoder: Any) -> str | None:
    """A clause about two parts that do not fit; None if all do.

    Raises:
        ValueError: A setting cannot be used.
    """
    vae, transformer, condition = (
        networks[name].config for name in ("vae", "transformer", "condition_encoder")
    )
    channels = vae.decoder_input_channels
    if (transformer.audio_acoustic_hidden_dim, transformer.in_channels) != (channels, 3 * channels):
        return f"the transformer takes other latents than the vae's {channels} channels"
    if condition.timbre_hidden_dim != channels:
        return f"the condition_encoder takes other latents than the vae's {channels} channels"
    if condition.text_hidden_dim != text_encoder.config.hidden_size:
        return "the condition_encoder reads vectors of another width than the text_encoder gives"
    width = transformer.encoder_hidden_size or transformer.hidden_size
    if condition.hidden_size != width:
        return "the transformer attends to vectors of another width than the condition_encoder's"
    if vae.audio_channels not in (1, 2):
        raise ValueError(f"its sound has {vae.audio_channels!r} channels, not 1 or 2")
    return None
