"""CLAP's text branch: encodes a prompt as one vector, and token by token.

Wu et al. 2022, *Large-Scale Contrastive Language-Audio Pretraining*, arXiv 2211.06687. The vector
says what is heard, not in which order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.api.progress import Progress
from core.models.folder import ModelFolder
from core.models.networks import load_text_encoder


@dataclass(frozen=True, slots=True)
class EncodedTokens:
    """Prompts as one vector each, and token by token.

    Attributes:
        vectors: Shape (B, projection_dim), of norm 1.
        states: The last hidden states, shape (B, N, hidden_size).
        mask: One where there is a token and zero in padding, shape (B, N).
    """

    vectors: Tensor
    states: Tensor
    mask: Tensor


class Clap:
    """CLAP's text branch with its tokenizer.

    Args:
        text_encoder: A transformers ClapTextModelWithProjection.
        tokenizer: Its tokenizer.
    """

    def __init__(self, text_encoder: Any, tokenizer: Any) -> None:
        self.text_encoder = text_encoder
        self.tokenizer = tokenizer

    @property
    def max_tokens(self) -> int:
        """Tokens that the text encoder reads, begin and end tokens included."""
        positions: int = self.text_encoder.config.max_position_embeddings - 2  # RoBERTa's offset
        return min(int(self.tokenizer.model_max_length), positions)

    def count_tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens of the prompt, and how many are read."""
        return count_tokens(self.tokenizer, prompt, self.max_tokens)

    def embed(self, prompt: str) -> Tensor:
        """CLAP's vector of a prompt (1, projection_dim), of norm 1.

        Diffusers' pipelines pad to the maximum length and mask the padding; without padding the
        vector is the same and takes a fraction of the time.
        """
        return self.encode([prompt]).vectors

    def encode(self, prompts: Sequence[str]) -> EncodedTokens:
        """Prompts with their tokens; shorter ones are padded to the longest."""
        tokens = self.tokenizer(
            list(prompts),
            padding=len(prompts) > 1,
            truncation=True,
            max_length=self.max_tokens,
            return_tensors="pt",
        )
        mask = tokens.attention_mask.to(self.text_encoder.device)
        output = self.text_encoder(
            tokens.input_ids.to(self.text_encoder.device), attention_mask=mask
        )
        vectors = F.normalize(output.text_embeds, dim=-1)
        return EncodedTokens(vectors, output.last_hidden_state, mask)


def load_clap(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> Clap:
    """Load the folder's CLAP.

    Raises:
        ModelLoadError: It or its tokenizer is damaged.
        Cancelled: The run was cancelled through `progress`.
    """
    return Clap(
        *load_text_encoder(folder, "text_encoder", device=device, dtype=dtype, progress=progress)
    )


def count_tokens(tokenizer: Any, prompt: str, max_tokens: int) -> tuple[int, int]:
    """Tokens of the prompt, and how many are read: `max_tokens` without the special tokens."""
    marks: int = tokenizer.num_special_tokens_to_add()
    tokens = tokenizer(prompt, add_special_tokens=False, verbose=False).input_ids
    return len(tokens), max_tokens - marks
