"""Training of the generator: text encoder and UNet together, on cached latents."""

from typing import Any

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from bundled_model.captions.caption import caption
from bundled_model.captions.vocabulary import EMPTY_CAPTION
from bundled_model.data.clip import ClipPlan
from bundled_model.data.concepts import CLOSE_CONCEPTS, CONCEPT_NAMES
from bundled_model.diffusion.networks import TRAINING_STEPS, new_scheduler
from bundled_model.diffusion.pairs import PairMixer
from bundled_model.diffusion.prompt_network import Answers, PromptNetwork
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from bundled_model.vae.latents import LatentStore

UNTOLD_SHARE = 0.1
"""Part of the clips whose caption is empty: what classifier-free guidance departs from."""
LARGEST_RATIO = 5.0
LEAST_SHARE = 0.3
LOUDEST_POWER = 5.0
"""Noise levels are drawn as often as min-SNR weighs them (Hang et al., 2023), and `LEAST_SHARE`
more, with the ratio taken for the strongest component of the latents.

Where that one appears from the noise, captions tell the most: most of the difference they make is
at ratios below 0.1. Below that hardly anything can be told, and drawn evenly these levels fill
the gradient with chance; far above it, only fine structure is left to learn.
"""
VALIDATION_SEED = 7
CLOSE_WEIGHT = 2.0
"""How often clips of a concept that resembles another are drawn, for one of any."""
MIXED_PAIR_SHARE = 0.25
"""Part of the clips to which another is mixed."""


class Generator(nn.Module):
    """The two networks that are trained together.

    Attention is computed the plain way: for so few tokens, the gradient of torch's fused attention
    on CPUs costs a fifth of the whole step.
    """

    def __init__(self, unet: UNet2DConditionModel, prompts: PromptNetwork) -> None:
        super().__init__()
        self.unet, self.prompts = unet, prompts
        unet.set_attn_processor(AttnProcessor())


class DiffusionTask(Task):
    """Predict v from noised latents and a caption.

    Args:
        network: UNet and text encoder.
        tokenizer: Reads the captions.
        training: Latents to learn from.
        pairs: Mixes the clips of these latents, which are in the same order.
        held_out: Latents to measure on.
        clips: Size of a batch.
    """

    network: Generator

    def __init__(
        self,
        network: Generator,
        tokenizer: PreTrainedTokenizerBase,
        training: LatentStore,
        pairs: PairMixer,
        held_out: LatentStore,
        *,
        clips: int = 32,
    ) -> None:
        self.network, self.tokenizer, self.clips = network, tokenizer, clips
        self.training, self.pairs, self.held_out = training, pairs, held_out
        self.weights = torch.tensor([_weight(plan) for plan in training.plans])
        self.alphas_cumprod = new_scheduler().alphas_cumprod
        self.levels = _cumulative_share(self.alphas_cumprod)

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the loss of a batch of random clips, captions, noise levels and noise."""
        numbers = self.weights.multinomial(self.clips, replacement=True, generator=generator)
        told = torch.rand(self.clips, generator=generator) >= UNTOLD_SHARE
        rng = np.random.default_rng((step, int(numbers[0])))
        latents, plans = self._drawn(numbers, rng, generator)
        texts = [
            caption(plan, rng) if is_told else EMPTY_CAPTION
            for plan, is_told in zip(plans, told.tolist(), strict=True)
        ]
        prompts = self.network.prompts(self._tokens(texts))
        denoising = self._denoising_loss(self.network.unet, latents, prompts, generator)
        return denoising + self.network.prompts.question_loss(prompts, Answers.of(plans), told)

    @torch.no_grad()
    def validate(self, network: Generator) -> dict[str, float]:
        """Return the denoising loss on held-out clips with their captions and without."""
        numbers = torch.arange(min(124, len(self.held_out)))
        rng = np.random.default_rng(VALIDATION_SEED)
        told = [caption(self.held_out.plans[number], rng) for number in numbers.tolist()]
        figures = {}
        for name, texts in (("told", told), ("untold", [EMPTY_CAPTION] * len(told))):
            generator = torch.Generator().manual_seed(VALIDATION_SEED)
            latents = self.held_out.sample(numbers, generator)
            prompts = network.prompts(self._tokens(texts))
            loss = self._denoising_loss(network.unet, latents, prompts, generator)
            figures[name] = loss.item()
        return figures

    def _drawn(
        self, numbers: Tensor, rng: np.random.Generator, generator: torch.Generator
    ) -> tuple[Tensor, list[ClipPlan]]:
        """Return latents and plans of some clips, of which some are mixed with others."""
        latents = self.training.sample(numbers, generator)
        plans = [self.training.plans[number] for number in numbers.tolist()]
        others = {
            row: other
            for row, number in enumerate(numbers.tolist())
            if rng.random() < MIXED_PAIR_SHARE
            and (other := self.pairs.partner(number, rng)) is not None
        }
        for row, other in others.items():
            plans[row] = self.pairs.plan(int(numbers[row]), other)
        if others:
            rows = torch.tensor(list(others))
            latents[rows] = self.pairs.latents(
                numbers[rows], torch.tensor(list(others.values())), generator
            )
        return latents, plans

    def _tokens(self, texts: list[str]) -> Any:
        return self.tokenizer(texts, padding=True, return_tensors="pt")

    def _denoising_loss(
        self,
        unet: UNet2DConditionModel,
        latents: Tensor,
        prompts: Tensor,
        generator: torch.Generator,
    ) -> Tensor:
        """Return the squared error of v over noise levels drawn from `levels`, well spread."""
        clips = len(latents)
        places = (torch.arange(clips) + torch.rand(clips, generator=generator)) / clips
        timesteps = torch.searchsorted(self.levels, places).clamp(max=TRAINING_STEPS - 1)
        noise = torch.randn(latents.shape, generator=generator)
        alpha_bar = self.alphas_cumprod[timesteps][:, None, None, None]
        signal, spread = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        with bfloat16():
            predicted = unet(
                signal * latents + spread * noise,
                timesteps,
                encoder_hidden_states=None,
                class_labels=prompts,
            ).sample
        v = signal * noise - spread * latents
        return (predicted.float() - v).square().mean()


def _weight(plan: ClipPlan) -> float:
    """Return how often a clip is drawn: what is hard to learn comes more often."""
    return CLOSE_WEIGHT if CONCEPT_NAMES[plan.concept] in CLOSE_CONCEPTS else 1.0


def _cumulative_share(alphas_cumprod: Tensor) -> Tensor:
    """Return how often a noise level up to each timestep is drawn, rising to one."""
    ratio = LOUDEST_POWER * alphas_cumprod / (1 - alphas_cumprod)
    share = ratio.clamp(max=LARGEST_RATIO) / (ratio + 1) + LEAST_SHARE
    return share.cumsum(0) / share.sum()
