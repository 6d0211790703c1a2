"""AudioLDM2: CLAP and T5 encode the prompt, and GPT-2 generates states from both.

Liu et al. 2023, *AudioLDM 2: Learning Holistic Audio Generation with Self-supervised Pretraining*,
arXiv 2308.05734. The UNet attends to T5's hidden states and to the states that GPT-2 generates.
"""

from typing import Any

import torch
from torch import Tensor

from core.api.model_card import Capabilities
from core.api.progress import Progress
from core.models.families.assembly import load_parts
from core.models.families.clap import Clap, count_tokens, load_clap
from core.models.families.latent_diffusion import LatentDiffusion, ModelParts, drop_encoder_pages
from core.models.families.prompt_continuation import (
    PromptContinuation,
    check_widths,
    load_prompt_continuation,
)
from core.models.families.t5 import T5, load_t5
from core.models.folder import ModelFolder
from core.models.text_to_audio_model import Conditioning


class AudioLdm2(LatentDiffusion):
    """An AudioLDM2 model; see `TextToAudioModel` for what it offers.

    Args:
        parts: Everything but the text encoders.
        clap: Encodes the prompt as a whole.
        t5: Encodes it token by token.
        continuation: Generates the states that the UNet attends to.
    """

    def __init__(
        self, parts: ModelParts, *, clap: Clap, t5: T5, continuation: PromptContinuation
    ) -> None:
        super().__init__(parts)
        self.clap = clap
        self.t5 = t5
        self.continuation = continuation

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do with a request."""
        return Capabilities(
            max_prompt_tokens=self.count_tokens("")[1],
            reads_word_order=True,
            audio_to_audio=self._accepts_sound,
        )

    @property
    def max_tokens(self) -> int:
        """Tokens that T5 reads, the end token included."""
        return min(self.t5.max_tokens, self.continuation.max_word_tokens)

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens of the prompt, and how many T5 reads."""
        return count_tokens(self.t5.tokenizer, prompt, self.max_tokens)

    @torch.inference_mode()
    def encode_prompt(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode both prompts; an empty one is unconditional generation.

        The negative prompt is padded or cut to the prompt's length, as in diffusers' pipeline:
        padding moves the positions of GPT-2's states, so the result depends on it.
        """
        tokens = self.t5.tokenizer(
            prompt, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        negative_tokens = self.t5.tokenizer(
            negative_prompt,
            padding="max_length",
            truncation=True,
            max_length=tokens.input_ids.shape[1],
            return_tensors="pt",
        )
        positive = negative = self._encode(prompt, tokens)
        if negative_prompt != prompt:
            negative = self._encode(negative_prompt, negative_tokens)
        drop_encoder_pages(
            self.clap.text_encoder, self.t5.text_encoder, self.continuation.language_model
        )
        return Conditioning(positive, negative)

    def _encode(self, prompt: str, tokens: Any) -> dict[str, Tensor]:
        """GPT-2's states (1, states, E), T5's states (1, N, D) and their mask (1, N)."""
        words, mask = self.t5.encode(tokens)
        vector = self.clap.embed(prompt).unsqueeze(1)  # (1, C) -> (1, 1, C)
        return {
            "encoder_hidden_states": self.continuation.generate_states(vector, words, mask),
            "encoder_hidden_states_1": words,
            "encoder_attention_mask_1": mask,
        }


@torch.inference_mode(False)  # ordinary tensors, even where the caller is in inference mode
def load_audioldm2(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> AudioLdm2:
    """Load every part of a checked folder, and check that the parts belong together.

    Raises:
        ModelLoadError: A part is damaged or belongs to another model.
        Cancelled: The run was cancelled through `progress`.
    """
    parts = load_parts(folder, device=device, dtype=dtype, progress=progress)
    clap = load_clap(folder, device=device, dtype=dtype, progress=progress)
    t5 = load_t5(folder, device=device, dtype=dtype, progress=progress)
    continuation = load_prompt_continuation(folder, device=device, dtype=dtype, progress=progress)
    check_widths(folder, parts, clap, t5.text_encoder.config.d_model, continuation)
    return AudioLdm2(parts, clap=clap, t5=t5, continuation=continuation)
