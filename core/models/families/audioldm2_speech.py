"""AudioLDM2 that speaks: CLAP encodes who speaks and how, VITS's encoder what is spoken.

Liu et al. 2023, *AudioLDM 2: Learning Holistic Audio Generation with Self-supervised Pretraining*,
arXiv 2308.05734, and diffusers' AudioLDM2Pipeline with a `transcription`. From the phonemes GPT-2
generates the states of a whole clip. The UNet attends to them, and to the phonemes where its
settings say so; those of the published models do not.
"""

from dataclasses import replace

import torch

from core.api.model_card import Capabilities
from core.api.progress import Progress
from core.models.families.assembly import load_parts, mixed_parts_error
from core.models.families.clap import Clap, load_clap
from core.models.families.latent_diffusion import LatentDiffusion, ModelParts, drop_encoder_pages
from core.models.families.phoneme_encoder import PhonemeEncoder, load_phoneme_encoder
from core.models.families.prompt_continuation import (
    PromptContinuation,
    check_widths,
    load_prompt_continuation,
)
from core.models.folder import ModelFolder
from core.models.text_to_audio_model import Conditioning

NUM_STATES = 512
"""States of 10.24 s of speech. diffusers' pipeline has to be called with this number, whatever the
folder states."""


class AudioLdm2Speech(LatentDiffusion):
    """An AudioLDM2 model that speaks; see `TextToAudioModel` and `SpeakingModel`.

    Args:
        parts: Everything but the text encoders.
        clap: Encodes the prompt.
        phonemes: Encodes what is spoken.
        continuation: Generates the states that the UNet attends to.
    """

    def __init__(
        self,
        parts: ModelParts,
        *,
        clap: Clap,
        phonemes: PhonemeEncoder,
        continuation: PromptContinuation,
    ) -> None:
        super().__init__(parts)
        self.clap = clap
        self.phonemes = phonemes
        self.continuation = continuation

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do with a request."""
        return Capabilities(
            max_prompt_tokens=self.count_tokens("")[1],
            reads_word_order=False,
            audio_to_audio=self._accepts_sound,
            speaks=True,
        )

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens of the prompt, and how many CLAP reads."""
        return self.clap.count_tokens(prompt)

    def count_spoken(self, transcription: str) -> tuple[int, int]:
        """Phonemes of a text, and how many are spoken."""
        return self.phonemes.count_tokens(transcription)

    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode both prompts, with nothing that is spoken."""
        return self.encode_speech(prompt, negative_prompt, "", Progress())

    @torch.inference_mode()
    def encode_speech(
        self, prompt: str, negative_prompt: str, transcription: str, progress: Progress
    ) -> Conditioning:
        """Encode both prompts, and what is spoken with the first.

        The negative prompt comes with no phonemes at all, as in diffusers' pipeline.
        """
        vectors = self.clap.encode([prompt, negative_prompt]).vectors.unsqueeze(1)  # (2, 1, C)
        states, mask = self.phonemes.encode(transcription)
        states = torch.cat([states, torch.zeros_like(states)])
        mask = torch.cat([mask, torch.zeros_like(mask)])
        generated = self.continuation.generate_states(vectors, states, mask, progress)
        drop_encoder_pages(
            self.clap.text_encoder, self.phonemes.network, self.continuation.language_model
        )
        return Conditioning.from_batch(
            {
                "encoder_hidden_states": generated,
                "encoder_hidden_states_1": states,
                "encoder_attention_mask_1": mask,
            }
        )


@torch.inference_mode(False)  # ordinary tensors, even where the caller is in inference mode
def load_audioldm2_speech(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> AudioLdm2Speech:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    parts = load_parts(folder, device=device, dtype=dtype, progress=progress)
    clap = load_clap(folder, device=device, dtype=dtype, progress=progress)
    phonemes = load_phoneme_encoder(folder, device=device, dtype=dtype, progress=progress)
    continuation = load_prompt_continuation(folder, device=device, dtype=dtype, progress=progress)
    check_widths(folder, parts, clap, phonemes.width, continuation)
    return AudioLdm2Speech(
        parts,
        clap=clap,
        phonemes=phonemes,
        continuation=_lengthened(folder, continuation, phonemes),
    )


def _lengthened(
    folder: ModelFolder, continuation: PromptContinuation, phonemes: PhonemeEncoder
) -> PromptContinuation:
    """Let GPT-2 generate `NUM_STATES`, or as many as it has positions for.

    Raises:
        ModelLoadError: It has none, or the table of positions is of another length than the texts.
    """
    projection, length = continuation.projection_model.config, phonemes.max_tokens
    if projection.use_learned_position_embedding and projection.max_seq_length != length:
        raise mixed_parts_error(
            folder,
            f"the tokenizer_2 gives {length} phonemes, the projection_model has positions for "
            f"{projection.max_seq_length}",
        )
    num_states = min(NUM_STATES, continuation.num_positions - length)
    if num_states < 1:
        raise mixed_parts_error(
            folder, f"the language_model has no positions left after {length} phonemes"
        )
    return replace(continuation, num_states=num_states)
