"""The text encoder in training, with the questions that teach it what a caption says."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import BatchEncoding, ClapTextModelWithProjection

from bundled_model.data.attributes import Loudness, Register, Style, Tempo
from bundled_model.data.clip import ClipPlan
from bundled_model.data.concepts import CONCEPTS
from bundled_model.diffusion.networks import PROMPT_WIDTH

ATTRIBUTES = (Tempo, Register, Style, Loudness)
CONCEPT_WEIGHT, ATTRIBUTE_WEIGHT = 0.03, 0.01


@dataclass(frozen=True)
class Answers:
    """What the captions of a batch should reveal.

    Attributes:
        concepts: Probabilities over the concepts, shape (B, concepts); a pair has two halves.
        attributes: Index of each attribute's value, one tensor (B,) for each of `ATTRIBUTES`.
    """

    concepts: Tensor
    attributes: tuple[Tensor, ...]

    @classmethod
    def of(cls, plans: list[ClipPlan]) -> "Answers":
        """Return the answers for the clips with these plans."""
        concepts = torch.zeros(len(plans), len(CONCEPTS))
        for row, plan in zip(concepts, plans, strict=True):
            sounding = [plan.concept] if plan.second is None else [plan.concept, plan.second]
            row[sounding] = 1 / len(sounding)
        values = [(plan.tempo, plan.register, plan.style, plan.loudness) for plan in plans]
        columns = zip(*values, strict=True)
        attributes = tuple(
            torch.tensor([list(kind).index(value) for value in column])
            for kind, column in zip(ATTRIBUTES, columns, strict=True)
        )
        return cls(concepts, attributes)


class PromptNetwork(nn.Module):
    """Text encoder with one linear question for the concept and one for each attribute.

    The questions are asked in training only; they are not part of the model.
    """

    def __init__(self, text_encoder: ClapTextModelWithProjection) -> None:
        super().__init__()
        self.text_encoder = text_encoder
        self.concept = nn.Linear(PROMPT_WIDTH, len(CONCEPTS))
        self.attributes = nn.ModuleList(nn.Linear(PROMPT_WIDTH, len(kind)) for kind in ATTRIBUTES)

    def forward(self, tokens: BatchEncoding) -> Tensor:
        """Return unit vectors of shape (B, `PROMPT_WIDTH`), as AudioLDM's pipeline makes them."""
        return F.normalize(self.text_encoder(**tokens).text_embeds, dim=-1)

    def question_loss(self, prompts: Tensor, answers: Answers, told: Tensor) -> Tensor:
        """Return the weighted cross-entropy of all answers.

        Args:
            prompts: Unit vectors, shape (B, `PROMPT_WIDTH`).
            answers: What is true.
            told: Which rows have a caption at all, shape (B,); the others are not asked.
        """
        strong = PROMPT_WIDTH**0.5 * prompts[told]
        loss = CONCEPT_WEIGHT * F.cross_entropy(self.concept(strong), answers.concepts[told])
        for question, truth in zip(self.attributes, answers.attributes, strict=True):
            loss = loss + ATTRIBUTE_WEIGHT * F.cross_entropy(question(strong), truth[told])
        return loss
