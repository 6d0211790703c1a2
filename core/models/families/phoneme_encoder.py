"""VITS's text encoder: encodes the phonemes of a text that is to be spoken.

Kim et al. 2021, *Conditional Variational Autoencoder with Adversarial Learning for End-to-End
Text-to-Speech*, arXiv 2106.06103. AudioLDM2's speech models have it in T5's place, without the
rest of VITS.
"""

from typing import Any

import torch
from torch import Tensor

from core.api.progress import Progress
from core.models.families.phonemes import to_phonemes
from core.models.folder import ModelFolder
from core.models.networks import load_text_encoder

PAD, END = 0, 182
"""Tokens of every speech model: diffusers' pipeline writes END over the first PAD after a text."""


class PhonemeEncoder:
    """VITS's text encoder with its tokenizer.

    Args:
        network: Has a transformers VitsTextEncoder as its `text_encoder`.
        tokenizer: A VitsTokenizer. Its own writing of phonemes, which needs the package
            phonemizer, is switched off.
    """

    def __init__(self, network: Any, tokenizer: Any) -> None:
        self.network = network
        self.tokenizer = tokenizer
        self._wants_phonemes: bool = tokenizer.phonemize  # else letters
        self._normalises: bool = tokenizer.normalize
        if self._wants_phonemes:
            tokenizer.phonemize = tokenizer.normalize = False

    @property
    def width(self) -> int:
        """Values of a hidden state."""
        return int(self.network.config.hidden_size)

    @property
    def max_tokens(self) -> int:
        """Phonemes that it reads; a shorter text is padded to as many."""
        return int(self.tokenizer.model_max_length)

    def count_tokens(self, text: str) -> tuple[int, int]:
        """Phonemes of a text, and how many are read.

        Raises:
            InvalidRequestError: As `encode`.
        """
        return len(self._tokens(text)), self.max_tokens

    def encode(self, text: str) -> tuple[Tensor, Tensor]:
        """Encode a text.

        Returns:
            Hidden states (1, N, D), zero in padding, and a mask (1, N) of integers: one where
            there is a phoneme and zero in padding. N is the same for every text.

        Raises:
            InvalidRequestError: This machine cannot write the text in phonemes.
        """
        tokens = self._tokens(text)[: self.max_tokens]
        padding = self.max_tokens - len(tokens)
        ids = torch.tensor([tokens + [PAD] * padding])
        mask = torch.tensor([[1] * len(tokens) + [0] * padding])
        ends = (ids[0] == PAD).nonzero()
        if len(ends):
            ids[0, ends[0]], mask[0, ends[0]] = END, 1
        mask = mask.to(self.network.device)
        states: Tensor = self.network.text_encoder(
            ids.to(self.network.device),
            attention_mask=mask,
            padding_mask=mask.unsqueeze(-1),  # (1, N) -> (1, N, 1)
        ).last_hidden_state
        return states, mask

    def _tokens(self, text: str) -> list[int]:
        """The tokens of a text; phonemes that there are none for are left out."""
        if self._wants_phonemes:
            if self._normalises:
                text = self.tokenizer.normalize_text(text)
            known = self.tokenizer.encoder
            text = "".join(each for each in to_phonemes(text) if each in known)
        tokens: list[int] = self.tokenizer(text, verbose=False).input_ids
        return tokens


def load_phoneme_encoder(
    folder: ModelFolder, *, device: torch.device, dtype: torch.dtype, progress: Progress
) -> PhonemeEncoder:
    """Load the folder's text encoder of VITS.

    Raises:
        ModelLoadError: It or its tokenizer is damaged, or has too few tokens.
        Cancelled: The run was cancelled through `progress`.
    """
    network, tokenizer = load_text_encoder(
        folder, "text_encoder_2", device=device, dtype=dtype, progress=progress
    )
    if network.config.vocab_size <= END:
        raise folder.refuse(
            f"its text_encoder_2 has {network.config.vocab_size} tokens, and the end of a text is "
            f"token {END}; choose a speech model of AudioLDM2."
        )
    return PhonemeEncoder(network, tokenizer)
