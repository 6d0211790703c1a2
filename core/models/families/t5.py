"""T5's encoder: encodes a prompt token by token.

Raffel et al. 2020, *Exploring the Limits of Transfer Learning with a Unified Text-to-Text
Transformer*, arXiv 1910.10683. Its states depend on the order of the words.
"""

from typing import Any

import torch
from torch import Tensor

from core.api.progress import Progress
from core.models.folder import ModelFolder
from core.models.networks import load_text_encoder


class T5:
    """T5's encoder with its tokenizer.

    Args:
        text_encoder: A transformers T5EncoderModel, or a T5GemmaEncoderModel.
        tokenizer: Its tokenizer.
        most_tokens: Tokens at most, whatever the tokenizer says; None = as it says.
    """

    def __init__(self, text_encoder: Any, tokenizer: Any, most_tokens: int | None = None) -> None:
        self.text_encoder = text_encoder
        self.tokenizer = tokenizer
        self._most_tokens = most_tokens

    @property
    def max_tokens(self) -> int:
        """Tokens that the tokenizer keeps, the end token included."""
        limit = int(self.tokenizer.model_max_length)
        return min(limit, self._most_tokens or limit)

    def encode_padded(self, prompt: str) -> tuple[Tensor, Tensor]:
        """Encode a prompt, padded and cut to `max_tokens`; see `encode`."""
        tokens = self.tokenizer(
            [prompt],
            padding="max_length",
            truncation=True,
            max_length=self.max_tokens,
            return_tensors="pt",
        )
        return self.encode(tokens)

    def encode(self, tokens: Any) -> tuple[Tensor, Tensor]:
        """Encode what the tokenizer has returned for B prompts of one length.

        Returns:
            The last hidden states (B, N, D), and a mask (B, N) of integers: one where there is a
            token and zero in padding.
        """
        mask = tokens.attention_mask.to(self.text_encoder.device)
        output = self.text_encoder(
            tokens.input_ids.to(self.text_encoder.device), attention_mask=mask
        )
        return output.last_hidden_state, mask


def load_t5(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> T5:
    """Load the folder's T5.

    Raises:
        ModelLoadError: It or its tokenizer is damaged.
        Cancelled: The run was cancelled through `progress`.
    """
    return T5(
        *load_text_encoder(folder, "text_encoder_2", device=device, dtype=dtype, progress=progress)
    )
