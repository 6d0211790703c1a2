"""AudioLDM2's language model: GPT-2 continues T5's states and CLAP's vector.

Liu et al. 2023, *AudioLDM 2*, arXiv 2308.05734, section III-B: from the output of both text
encoders the language model generates eight states of the "language of audio", to which the denoiser
attends.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.api.progress import Progress
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
    def max_word_tokens(self) -> int:
        """Most tokens of T5 for which GPT-2 has positions, beside all else it reads."""
        special_tokens_and_vector = 5
        positions: int = self.language_model.config.n_positions
        return positions - special_tokens_and_vector - self.num_states

    def generate_states(self, vector: Tensor, words: Tensor, mask: Tensor) -> Tensor:
        """Continue a prompt.

        Args:
            vector: CLAP's (1, 1, C).
            words: T5's hidden states (1, N, D).
            mask: 1 for a word, 0 for padding (1, N), integers.

        Returns:
            GPT-2's states (1, num_states, E).
        """
        projected = self.projection_model(
            hidden_states=vector,
            hidden_states_1=words,
            attention_mask=mask.new_ones(1, 1),
            attention_mask_1=mask,
        )
        inputs, mask = projected.hidden_states, projected.attention_mask
        states: list[Tensor] = []
        cache = None  # keys and values of the inputs so far
        for _ in range(self.num_states):
            output = self.language_model(
                inputs_embeds=inputs, attention_mask=mask, past_key_values=cache, use_cache=True
            )
            inputs, cache = output.last_hidden_state[:, -1:], output.past_key_values
            mask = torch.cat([mask, mask.new_ones(1, 1)], dim=1)
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
