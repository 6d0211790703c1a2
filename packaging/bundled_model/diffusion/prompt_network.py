"""The text encoder in training, with the questions that teach it what a caption says."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import BatchEncoding, ClapTextModelWithProjection

from bundled_model.data.attributes import Loudness, Register, Style, Tempo
from bundled_model.data.concepts import CONCEPTS
from bundled_model.data.mixture import Arrangement, Mixture
from bundled_model.diffusion.networks import PROMPT_WIDTH

ATTRIBUTES = (Tempo, Register, Style, Loudness)
CONCEPT_WEIGHT, ATTRIBUTE_WEIGHT = 0.03, 0.01


@dataclass(frozen=True)
class Prompts:
    """Encoded captions.

    Attributes:
        vectors: Unit vectors of whole captions, shape (B, `PROMPT_WIDTH`).
        tokens: One vector a token, shape (B, N, `PROMPT_WIDTH`).
        mask: One where there is a token and zero in padding, shape (B, N).
    """

    vectors: Tensor
    tokens: Tensor
    mask: Tensor


@dataclass(frozen=True)
class Answers:
    """What the captions of a batch should reveal.

    Attributes:
        concepts: Probabilities over the concepts, shape (B, concepts); of two, each has a half.
        attributes: Index of each attribute's value, one tensor (B,) for each of `ATTRIBUTES`.
        is_alone: Whether there is one sound alone, whose attributes can be asked for, shape (B,).
    """

    concepts: Tensor
    attributes: tuple[Tensor, ...]
    is_alone: Tensor

    @classmethod
    def of(cls, mixtures: Sequence[Mixture], device: torch.device) -> "Answers":
        """Return the answers for clips, on a device."""
        concepts = torch.zeros(len(mixtures), len(CONCEPTS))
        for row, mixture in zip(concepts, mixtures, strict=True):
            row[list(mixture.concepts)] = 1 / len(set(mixture.concepts))
        firsts = [mixture.plans[0] for mixture in mixtures]
        values = [(plan.tempo, plan.register, plan.style, plan.loudness) for plan in firsts]
        columns = zip(*values, strict=True)
        attributes = tuple(
            torch.tensor([list(kind).index(value) for value in column]).to(device)
            for kind, column in zip(ATTRIBUTES, columns, strict=True)
        )
        alone = [mixture.arrangement is Arrangement.ALONE for mixture in mixtures]
        return cls(concepts.to(device), attributes, torch.tensor(alone).to(device))


class PromptNetwork(nn.Module):
    """Text encoder with one linear question for the concept and one for each attribute.

    The questions are asked in training only; they are not part of the model.
    """

    def __init__(self, text_encoder: ClapTextModelWithProjection) -> None:
        super().__init__()
        self.text_encoder = text_encoder
        self.concept = nn.Linear(PROMPT_WIDTH, len(CONCEPTS))
        self.attributes = nn.ModuleList(nn.Linear(PROMPT_WIDTH, len(kind)) for kind in ATTRIBUTES)

    def forward(self, tokens: BatchEncoding) -> Prompts:
        """Return encoded captions, as the app's AudioLDM family makes them."""
        output = self.text_encoder(**tokens)
        vectors = F.normalize(output.text_embeds, dim=-1)
        return Prompts(vectors, output.last_hidden_state, tokens["attention_mask"])

    def question_loss(self, vectors: Tensor, answers: Answers, is_captioned: Tensor) -> Tensor:
        """Return the weighted cross-entropy of all answers.

        Args:
            vectors: Unit vectors, shape (B, `PROMPT_WIDTH`).
            answers: What is true.
            is_captioned: Which rows have a caption at all, shape (B,); the others are not asked.
        """
        strong = PROMPT_WIDTH**0.5 * vectors
        loss = CONCEPT_WEIGHT * _entropy(self.concept(strong), answers.concepts, is_captioned)
        is_asked = is_captioned & answers.is_alone
        for question, truth in zip(self.attributes, answers.attributes, strict=True):
            loss = loss + ATTRIBUTE_WEIGHT * _entropy(question(strong), truth, is_asked)
        return loss


def _entropy(logits: Tensor, truth: Tensor, is_asked: Tensor) -> Tensor:
    """Return the cross-entropy of the rows that are asked; zero where none is."""
    each = F.cross_entropy(logits, truth, reduction="none")
    return (each * is_asked).sum() / is_asked.sum().clamp(min=1)
