"""The loop against diffusers' own pipelines, step by step, for every family."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import EulerAncestralDiscreteScheduler

from core.api.progress import Progress
from core.api.request import Scheduler
from core.models.loader import load_model
from core.models.text_to_audio_model import TextToAudioModel
from tests.core.diffusion.pipeline_steps import error_of_worst_step, latents_of
from tests.stock_pipelines import stock_audioldm, stock_audioldm2, stock_musicldm

STOCK = {
    "tiny_model_folder": stock_audioldm,
    "tiny_audioldm2_folder": stock_audioldm2,
    "tiny_musicldm_folder": stock_musicldm,
}
PROMPTS = [
    ("church organ", None, 2.5),
    ("church organ, slow", "rain", 7.0),
    ("rain", "church organ, slow", 3.5),
    ("church organ", None, 1.0),
    ("", None, 2.5),
]
Pair = tuple[TextToAudioModel, Any]


@pytest.fixture(scope="module", params=STOCK)
def pair(request: pytest.FixtureRequest) -> Pair:
    """Our model and the stock pipeline, from one folder."""
    folder: Path = request.getfixturevalue(request.param)
    model = load_model(
        str(folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    return model, STOCK[request.param](folder)


@pytest.mark.parametrize(("prompt", "negative", "guidance"), PROMPTS)
def test_with_ddim_the_latents_equal_the_pipelines_at_every_step(
    pair: Pair, prompt: str, negative: str | None, guidance: float
) -> None:
    model, pipeline = pair
    theirs = latents_of(pipeline, prompt, negative, guidance)
    assert error_of_worst_step(model, theirs, prompt, negative, guidance) < 1e-5


def test_euler_ancestral_draws_the_noise_of_the_pipelines(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, pipeline = pair
    scheduler = EulerAncestralDiscreteScheduler.from_config(pipeline.scheduler.config)
    monkeypatch.setattr(pipeline, "scheduler", scheduler)
    theirs = latents_of(pipeline, "rain", None, 2.5)
    kind = Scheduler.EULER_ANCESTRAL
    assert error_of_worst_step(model, theirs, "rain", None, 2.5, kind=kind) < 1e-5


def test_a_long_prompt_is_cut_where_the_pipeline_cuts_it(
    pair: Pair, expect_log: Callable[[str], None]
) -> None:
    model, pipeline = pair
    expect_log("longer than the specified maximum")
    expect_log("was truncated because (CLAP|clap|t5)")
    prompt = "more words than this text encoder reads, by far 🎹"
    theirs = latents_of(pipeline, prompt, None, 2.5)
    assert error_of_worst_step(model, theirs, prompt, None, 2.5) < 1e-5
