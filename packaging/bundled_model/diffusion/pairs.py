"""Pairs for the generator: any two clips mixed on the way, so that hardly a pair comes twice."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from bundled_model.data.clip import ClipPlan, go_together
from bundled_model.data.clip_store import ClipStore
from bundled_model.data.mixing import mixed
from bundled_model.vae.encoder import LATENT_DEVIATION
from bundled_model.vae.principal import PrincipalComponents

LEAST_LEVEL = 0.5
"""The second sound's loudest frame has this part of the first one's amplitude, or up to all."""
TRIES = 100
"""Draws of a partner: among all concepts, one of two or three goes with any other."""


@dataclass(frozen=True)
class PairMixer:
    """Mixes clips and encodes what comes of it.

    Attributes:
        clips: What to mix.
        principal: The codec's components.
        scaling_factor: What makes its latents of unit deviation.
    """

    clips: ClipStore
    principal: PrincipalComponents
    scaling_factor: float

    def partner(self, number: int, rng: np.random.Generator) -> int | None:
        """Return a clip that can sound with clip `number`.

        None when that one is a pair itself, or when hardly any clip can.
        """
        first = self.clips.plans[number]
        for _ in range(TRIES if first.second is None else 0):
            other = int(rng.integers(len(self.clips)))
            second = self.clips.plans[other]
            if second.second is None and go_together(first.concept, second.concept):
                return other
        return None

    def plan(self, number: int, other: int) -> ClipPlan:
        """Return the plan of two clips at once: the first one's, over the other's concept."""
        plans = self.clips.plans
        return replace(plans[number], second=plans[other].concept)

    def latents(self, numbers: Tensor, others: Tensor, generator: torch.Generator) -> Tensor:
        """Return latents of pairs, drawn around their means, shape (B, C, T/8, F/8)."""
        chance = torch.rand(len(numbers), 1, 1, 1, generator=generator)
        share = LEAST_LEVEL + (1 - LEAST_LEVEL) * chance
        pair = mixed(self.clips.batch(numbers), self.clips.batch(others), share)
        means = self.principal.latents_of(pair)
        noise = torch.randn(means.shape, generator=generator)
        return self.scaling_factor * (means + LATENT_DEVIATION * noise)
