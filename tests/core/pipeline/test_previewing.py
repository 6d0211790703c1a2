"""A run whose steps carry pictures."""

import numpy as np
import pytest
import torch

from core.api.errors import Cancelled
from core.api.events import DenoisingStep, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.pipeline.latent_preview import LatentPreview, PreviewingProgress


@pytest.fixture
def heard():
    return []


@pytest.fixture
def parent(heard):
    return Progress(heard.append)


@pytest.fixture
def progress(parent):
    preview = LatentPreview(2, 4)
    preview.learn(torch.ones(1, 2, 6, 8), torch.full((1, 1, 24, 32), -3.0))
    return PreviewingProgress(parent, preview)


def test_a_step_is_passed_on_with_its_picture_in_place_of_its_clean_latents(progress, heard):
    latents = np.ones((2, 6, 8), np.float32)
    progress.emit(DenoisingStep(1, 3, latents, latents))
    assert heard[0].clean is None
    assert heard[0].preview.shape == (24, 32)
    assert heard[0].preview[8, 16] == pytest.approx(-3.0, abs=0.1)


def test_everything_else_is_passed_on_untouched(progress, heard):
    notice, bare = Notice("one"), DenoisingStep(1, 3, np.ones((2, 6, 8), np.float32))
    progress.emit(notice)
    progress.emit(bare)
    assert heard == [notice, bare]


def test_it_is_cancelled_with_its_parent(progress, parent):
    parent.cancel()
    assert progress.cancelled
    with pytest.raises(Cancelled):
        progress.check_cancelled()


def test_an_engine_with_previews_makes_the_same_samples(tiny_model_folder):
    request = GenerationRequest(
        prompt="rain", duration_s=1.0, seed=3, num_inference_steps=2, model=str(tiny_model_folder)
    )
    events = []
    plain = Engine().generate(request)
    pictured = Engine(previews=True).generate(request, Progress(events.append))
    np.testing.assert_array_equal(plain.waveform, pictured.waveform)
    steps = [event for event in events if isinstance(event, DenoisingStep)]
    assert len(steps) == 2
    assert all(step.preview.shape == (len(pictured.mel), 64) for step in steps)
