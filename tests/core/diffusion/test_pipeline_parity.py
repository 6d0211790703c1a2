"""The loop against diffusers' own AudioLDMPipeline, step by step."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AudioLDMPipeline
from torch import Tensor

from core.diffusion.loop import denoise
from core.diffusion.noise import draw_noise
from core.events import DenoisingStep, Event
from core.models.audioldm import AudioLdm
from core.models.loader import load_model
from core.progress import Progress
from core.request import Scheduler

SEED = 2**64 - 1
STEPS = 6
NUM_FRAMES = 13


@pytest.fixture(scope="module")
def model(tiny_model_folder: Path) -> AudioLdm:
    loaded = load_model(
        str(tiny_model_folder),
        device=torch.device("cpu"),
        dtype=torch.float32,
        progress=Progress(),
    )
    assert isinstance(loaded, AudioLdm)
    return loaded


@pytest.fixture(scope="module")
def pipeline(tiny_model_folder: Path) -> AudioLDMPipeline:
    loaded = AudioLDMPipeline.from_pretrained(tiny_model_folder, low_cpu_mem_usage=False)
    loaded.set_progress_bar_config(disable=True)
    return loaded


def latents_of(
    pipeline: AudioLDMPipeline, prompt: str, negative: str | None, guidance: float
) -> list[Tensor]:
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
    return steps


def error_of_worst_step(model: AudioLdm, theirs: list[Tensor], **how: Any) -> float:
    events: list[Event] = []
    ours = denoise(
        model,
        model.encode_prompt(how["prompt"], how["negative"] or ""),
        draw_noise(model, NUM_FRAMES, SEED),
        scheduler=model.make_scheduler(Scheduler.DDIM),
        num_inference_steps=STEPS,
        guidance_scale=how["guidance"],
        progress=Progress(events.append),
    )
    steps = [event.latents for event in events if isinstance(event, DenoisingStep)]
    np.testing.assert_array_equal(steps[-1], ours[0].numpy())
    return max(
        float(np.linalg.norm(mine - other.numpy()) / np.linalg.norm(other.numpy()))
        for mine, other in zip(steps, theirs, strict=True)
    )


@pytest.mark.parametrize(
    ("prompt", "negative", "guidance"),
    [
        ("church organ", None, 2.5),
        ("church organ, slow", "rain", 7.0),
        ("church organ", None, 1.0),
        ("", None, 2.5),
    ],
)
def test_with_ddim_the_latents_equal_the_pipelines_at_every_step(
    model: AudioLdm,
    pipeline: AudioLDMPipeline,
    prompt: str,
    negative: str | None,
    guidance: float,
) -> None:
    theirs = latents_of(pipeline, prompt, negative, guidance)
    error = error_of_worst_step(model, theirs, prompt=prompt, negative=negative, guidance=guidance)
    assert len(theirs) == STEPS
    assert error < 1e-5


def test_a_prompt_too_long_for_the_text_encoder_is_cut_where_the_pipeline_cuts_it(
    model: AudioLdm, pipeline: AudioLDMPipeline, expect_log: Callable[[str], None]
) -> None:
    expect_log("longer than the specified maximum")
    expect_log("was truncated because CLAP")
    prompt = "more words than this text encoder reads, by far 🎹"
    theirs = latents_of(pipeline, prompt, None, 2.5)
    assert error_of_worst_step(model, theirs, prompt=prompt, negative=None, guidance=2.5) < 1e-5
