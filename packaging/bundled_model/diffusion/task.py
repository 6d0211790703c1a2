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
from bundled_model.data.mixture import Mixture, drawn_mixture, mixed
from bundled_model.data.waveform_store import WaveformStore, log_mels_of
from bundled_model.diffusion.networks import TRAINING_STEPS, new_scheduler
from bundled_model.diffusion.prompt_network import Answers, PromptNetwork, Prompts
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from bundled_model.vae.encoder import LATENT_DEVIATION
from bundled_model.vae.principal import PrincipalComponents

UNCAPTIONED_SHARE = 0.1
"""Part of the clips whose caption is empty: what classifier-free guidance departs from."""
SPREAD_MEAN, SPREAD_DEVIATION = -0.5, 1.15
"""Of the logarithm of the spread of noise that is drawn, against latents of deviation one: about
what Karras et al. (2022, section 5) draw, -1.2 and 1.2 for data of deviation 0.5.

Fine structure, which tells a bark from a rumble, is learnt where there is little noise. Timesteps
drawn evenly, or as min-SNR weighs them, come there in a tenth of the draws; these in half.
"""
VALIDATION_SEED, VALIDATED_CLIPS = 7, 128


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
    """Predict v from noised latents and a caption, on the device that the network is on.

    Chance is drawn on the processor, so that it does not depend on the device. Latents are computed
    on the way: the components cost a twentieth of a step, and so any clips can be mixed.

    Args:
        network: UNet and text encoder.
        tokenizer: Reads the captions.
        principal: Makes latents of log-mels.
        training: Clips to learn from.
        held_out: Clips to measure on.
        clips: Size of a part of a batch.
    """

    network: Generator

    def __init__(
        self,
        network: Generator,
        tokenizer: PreTrainedTokenizerBase,
        principal: PrincipalComponents,
        training: WaveformStore,
        held_out: WaveformStore,
        *,
        clips: int = 16,
    ) -> None:
        self.network, self.tokenizer, self.clips = network, tokenizer, clips
        self.device = network.unet.device
        self.principal = principal.on(self.device)
        self.training, self.held_out = training, held_out
        self.alphas_cumprod = new_scheduler().alphas_cumprod
        self.levels = _cumulative_share(self.alphas_cumprod)

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the loss of a part of a batch of random clips, captions, noise levels, noise."""
        numbers = torch.randint(len(self.training), (self.clips,), generator=generator)
        is_captioned = torch.rand(self.clips, generator=generator) >= UNCAPTIONED_SHARE
        rng = np.random.default_rng((step, *numbers.tolist()))
        log_mels, mixtures = self._drawn(numbers, rng)
        texts = [
            caption(mixture, rng) if has_caption else EMPTY_CAPTION
            for mixture, has_caption in zip(mixtures, is_captioned.tolist(), strict=True)
        ]
        prompts = self.network.prompts(self._tokens(texts))
        latents = self._latents(log_mels, generator)
        denoising = self._denoising_loss(self.network.unet, latents, prompts, generator)
        answers = Answers.of(mixtures, self.device)
        is_asked = is_captioned.to(self.device)
        return denoising + self.network.prompts.question_loss(prompts.vectors, answers, is_asked)

    @torch.no_grad()
    def validate(self, network: Generator) -> dict[str, float]:
        """Return the denoising loss on held-out clips with their captions and without."""
        numbers = torch.arange(min(VALIDATED_CLIPS, len(self.held_out)))
        log_mels = self.held_out.log_mels(numbers).to(self.device)
        rng = np.random.default_rng(VALIDATION_SEED)
        captions = [caption(Mixture((self.held_out.plans[number],)), rng) for number in numbers]
        by_name = {"captioned": captions, "uncaptioned": [EMPTY_CAPTION] * len(captions)}
        figures = {}
        for name, texts in by_name.items():
            generator = torch.Generator().manual_seed(VALIDATION_SEED)
            losses = [
                self._denoising_loss(
                    network.unet,
                    self._latents(log_mels[rows], generator),
                    network.prompts(self._tokens([texts[row] for row in rows])),
                    generator,
                )
                for rows in numbers.split(self.clips)
            ]
            figures[name] = torch.stack(losses).mean().item()
        return figures

    def _drawn(self, numbers: Tensor, rng: np.random.Generator) -> tuple[Tensor, list[Mixture]]:
        """Return the log-mels (B, 1, T, F) of clips, of which some are mixed with others."""
        waveforms, mixtures = [], []
        for number in numbers.tolist():
            mixture, members = drawn_mixture(self.training, number, rng)
            clips = [self.training.waveform(member) for member in members]
            waveforms.append(mixed(clips, mixture.arrangement, rng))
            mixtures.append(mixture)
        return log_mels_of(waveforms, self.device), mixtures

    def _latents(self, log_mels: Tensor, generator: torch.Generator) -> Tensor:
        """Return scaled latents, drawn around their means, shape (B, C, T/8, F/8)."""
        means = self.principal.latents_of(log_mels)
        noise = torch.randn(means.shape, generator=generator).to(self.device)
        return self.principal.scaling_factor * (means + LATENT_DEVIATION * noise)

    def _tokens(self, texts: list[str]) -> Any:
        return self.tokenizer(texts, padding=True, return_tensors="pt").to(self.device)

    def _denoising_loss(
        self,
        unet: UNet2DConditionModel,
        latents: Tensor,
        prompts: Prompts,
        generator: torch.Generator,
    ) -> Tensor:
        """Return the squared error of v over noise levels drawn from `levels`, well spread."""
        clips = len(latents)
        places = (torch.arange(clips) + torch.rand(clips, generator=generator)) / clips
        timesteps = torch.searchsorted(self.levels, places).clamp(max=TRAINING_STEPS - 1)
        noise = torch.randn(latents.shape, generator=generator).to(self.device)
        alpha_bar = self.alphas_cumprod[timesteps].to(self.device)[:, None, None, None]
        signal, spread = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        with bfloat16(self.device.type):
            predicted = unet(
                signal * latents + spread * noise,
                timesteps.to(self.device),
                encoder_hidden_states=prompts.tokens,
                encoder_attention_mask=prompts.mask,
                class_labels=prompts.vectors,
            ).sample
        v = signal * noise - spread * latents
        return (predicted.float() - v).square().mean()


def _cumulative_share(alphas_cumprod: Tensor) -> Tensor:
    """Return how often a noise level up to each timestep is drawn, rising to one."""
    spreads = 0.5 * torch.log((1 - alphas_cumprod) / alphas_cumprod)
    normal = torch.distributions.Normal(SPREAD_MEAN, SPREAD_DEVIATION)
    share = normal.cdf(spreads)
    return (share - share[0]) / (share[-1] - share[0])
