"""Run our loop and a stock pipeline of diffusers side by side, and compare every step."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.api.events import DenoisingStep, Event
from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion.denoising import denoise
from core.diffusion.noise import draw_noise
from core.models.text_to_audio_model import TextToAudioModel

SEED = 2**64 - 1
STEPS = 6
NUM_FRAMES = 13


def latents_of(pipeline: Any, prompt: str, negative: str | None, guidance: float) -> list[Tensor]:
    """Latents after each step of the stock pipeline, through its callback."""
    steps: list[Tensor] = []
    pipeline(
        prompt,
        negative_prompt=negative,
        num_inference_steps=STEPS,
        guidance_scale=guidance,
        audio_length_in_s=NUM_FRAMES * 4 * 0.01,
        generator=torch.Generator().manual_seed(SEED),
        callback=lambda index, timestep, latents: steps.append(latents[0].clone()),
    )
    assert len(steps) == STEPS
    return steps


def error_of_worst_step(
    model: TextToAudioModel,
    theirs: list[Tensor],
    prompt: str,
    negative: str | None,
    guidance: float,
    *,
    kind: Scheduler = Scheduler.DDIM,
) -> float:
    """The largest distance of our latents from theirs, relative to the length of theirs."""
    events: list[Event] = []
    ours = denoise(
        model,
        model.encode_prompt(prompt, negative or ""),
        draw_noise(model, NUM_FRAMES, SEED),
        scheduler=model.noise_path.make_scheduler(kind),
        num_inference_steps=STEPS,
        guidance_scale=guidance,
        seed=SEED,
        progress=Progress(events.append),
    )
    steps = [event.latents for event in events if isinstance(event, DenoisingStep)]
    np.testing.assert_array_equal(steps[-1], ours[0].numpy())
    return max(
        float(np.linalg.norm(mine - other.numpy()) / np.linalg.norm(other.numpy()))
        for mine, other in zip(steps, theirs, strict=True)
    )
