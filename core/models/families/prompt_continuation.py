"""AudioLDM2's language model: GPT-2 continues CLAP's vector and the states of words or phonemes.

Liu et al. 2023, *AudioLDM 2*, arXiv 2308.05734, section III-B: from the output of both text
encoders the language model generates states of the "language of audio", to which the denoiser
attends: eight, and 512 where it speaks.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.api.progress import Progress
from core.models.families.assembly import attention_widths, mixed_parts_error
from core.models.families.clap import Clap
from core.models.families.latent_diffusion import ModelParts
from core.models.folder import ModelFolder
from core.models.networks import load_networks


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptContinuation:
    """The networks that generate the states.

    Attributes:
        projection_model: A diffusers AudioLDM2ProjectionModel: brings words and vector to GPT-2's
            width, each between special tokens of its own.
        language_model: A transformers GPT2Model. The pipeline asks for GPT2LMHeadModel, but its
            last hidden states are those of this model, and the head over words is not used.
        num_states: How many states it generates.
    """

    projection_model: Any
    language_model: Any
    num_states: int

    @property
    def num_positions(self) -> int:
        """Positions that GPT-2 has for words and states, beside all else it reads."""
        special_tokens_and_vector = 5
        positions: int = self.language_model.config.n_positions
        return positions - special_tokens_and_vector

    @property
    def max_word_tokens(self) -> int:
        """Most words for which it has positions, beside the states."""
        return self.num_positions - self.num_states

    def generate_states(
        self, vector: Tensor, words: Tensor, mask: Tensor, progress: Progress | None = None
    ) -> Tensor:
        """Continue B prompts.

        Args:
            vector: CLAP's (B, 1, C).
            words: The words' or phonemes' hidden states (B, N, D).
            mask: 1 for a word, 0 for padding (B, N), integers.
            progress: May cancel before any state: hundreds take half a minute on a processor.

        Returns:
            GPT-2's states (B, num_states, E).

        Raises:
            Cancelled: The run was cancelled through `progress`.
        """
        one = mask.new_ones(len(mask), 1)
        projected = self.projection_model(
            hidden_states=vector,
            hidden_states_1=words,
            attention_mask=one,
            attention_mask_1=mask,
        )
        inputs, mask = projected.hidden_states, projected.attention_mask
        states: list[Tensor] = []
        cache = None  # keys and values of the inputs so far
        for _ in range(self.num_states):
            if progress is not None:
                progress.check_cancelled()
            output = self.language_model(
                inputs_embeds=inputs, attention_mask=mask, past_key_values=cache, use_cache=True
            )
            inputs, cache = output.last_hidden_state[:, -1:], output.past_key_values
            mask = torch.cat([mask, one], dim=1)
            states.append(inputs)
        return torch.cat(states, dim=1)


def load_prompt_continuation(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> PromptContinuation:
    """Load the folder's projection and language models.

    Raises:
        ModelLoadError: One of them is damaged.
        Cancelled: The run was cancelled through `progress`.
    """
    networks = load_networks(
        folder,
        ("projection_model", "language_model"),
        device=device,
        dtype=dtype,
        progress=progress,
    )
    num_states = folder.config("language_model").get("max_new_tokens", 8)
    if not isinstance(num_states, int) or num_states < 1:
        raise folder.refuse(
            f"language_model/config.json asks for {num_states!r} new states; at least 1 is needed."
        )
    return PromptContinuation(**networks, num_states=num_states)


def check_widths(
    folder: ModelFolder,
    parts: ModelParts,
    clap: Clap,
    word_width: int,
    continuation: PromptContinuation,
) -> None:
    """Raise if the text encoders have vectors of other widths than the next network takes.

    Raises:
        ModelLoadError: They do.
    """
    projection = continuation.projection_model.config
    states = continuation.language_model.config.n_embd
    given = {
        "text_encoder": (clap.text_encoder.config.projection_dim, projection.text_encoder_dim),
        "text_encoder_2": (word_width, projection.text_encoder_1_dim),
        "language_model": (states, projection.langauge_model_dim),  # spelled so in the config
    }
    for component, (width, expected) in given.items():
        if width != expected:
            raise mixed_parts_error(
                folder,
                f"the {component} has vectors of {width} values, the projection_model expects "
                f"{expected}",
            )
    if not attention_widths(parts.unet.config) <= {states, word_width}:
        raise mixed_parts_error(
            folder, "the unet attends to vectors of another width than its prompts are read to"
        )
