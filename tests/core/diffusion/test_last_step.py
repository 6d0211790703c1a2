"""A clip that makes its last step on demand ends as any other, and its beginning earlier."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.errors import Cancelled, NonFiniteError
from core.api.events import DenoisingStep, Event
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import Scheduler
from core.diffusion import denoising
from core.diffusion.denoising import denoise_clip
from core.diffusion.latent_clip import STRETCH_FRAMES, ClipInMemory, LatentClip
from core.diffusion.noise import draw_noise, draw_noise_clip
from core.diffusion.run_checkpoint import RunCheckpoint
from core.diffusion.sampler import Sampler
from tests.core.diffusion.gaussian_model import GaussianModel, shift

NUM_FRAMES = 70  # six windows of 16 frames
NUM_STEPS = 4
ENOUGH_WINDOWS = 2  # for the first one to be final


def denoised(
    kind: Scheduler = Scheduler.DPM_SOLVER,
    *,
    model: GaussianModel | None = None,
    clip: LatentClip | None = None,
    on_demand: bool = True,
    **others: Any,
) -> LatentClip:
    model = model or GaussianModel()
    return denoise_clip(
        model,
        shift(),
        clip or ClipInMemory(draw_noise(model, NUM_FRAMES, seed=1)),
        scheduler=model.noise_path.make_scheduler(kind),
        num_inference_steps=NUM_STEPS,
        guidance_scale=1.0,
        seed=1,
        last_on_demand=on_demand,
        **{"progress": Progress(), **others},
    )


spans = st.tuples(st.integers(0, NUM_FRAMES), st.integers(0, NUM_FRAMES)).map(
    lambda ends: Span(*sorted(ends))
)


@settings(max_examples=30)
@given(st.sampled_from(Scheduler), st.lists(spans, max_size=3))
def test_whatever_is_read_first_latents_are_the_same_to_the_bit(
    kind: Scheduler, reads: list[Span]
) -> None:
    expected = denoised(kind, on_demand=False).mapped()
    clip = denoised(kind)
    for span in reads:
        assert np.array_equal(clip.read(span)[0].numpy(), expected[:, span.slice])
    assert np.array_equal(clip.mapped(), expected)


@pytest.mark.parametrize("kind", list(Scheduler))
def test_parts_may_end_within_stretches(kind: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = denoised(kind, on_demand=False).mapped()
    monkeypatch.setattr(denoising, "Sampler", lambda *args: Sampler(*args, stretch_frames=7))
    assert np.array_equal(denoised(kind).mapped(), expected)


def test_a_clip_on_the_disk_is_finished_on_demand_too() -> None:
    model, length = GaussianModel(), STRETCH_FRAMES + 77
    ends = [
        denoised(clip=draw_noise_clip(model, length, seed=1), on_demand=on_demand)
        for on_demand in (True, False)
    ]
    assert np.array_equal(*(clip.mapped() for clip in ends))


def test_the_first_window_needs_only_the_first_predictions() -> None:
    model = GaussianModel()
    clip = denoised(model=model)
    before = len(model.batch_sizes)
    assert before % (NUM_STEPS - 1) == 0
    clip.read(Span(0, 16))
    assert len(model.batch_sizes) - before == ENOUGH_WINDOWS
    clip.mapped()
    assert len(model.batch_sizes) == before * NUM_STEPS / (NUM_STEPS - 1)


def test_the_last_step_is_emitted_once_all_of_it_is_read() -> None:
    events: list[Event] = []
    expected: list[Event] = []
    finished: list[int] = []
    clip = denoised(
        progress=Progress(events.append), when_finished=lambda: finished.append(len(events))
    )
    denoised(on_demand=False, progress=Progress(expected.append))
    assert len(events) == NUM_STEPS - 1
    clip.read(Span(0, 16))
    assert not finished
    clip.read(Span(0, NUM_FRAMES))
    clip.mapped()
    assert finished == [NUM_STEPS]
    for event, other in zip(events, expected, strict=True):
        assert isinstance(event, DenoisingStep)
        assert isinstance(other, DenoisingStep)
        assert (event.step, event.num_steps) == (other.step, other.num_steps)
        assert np.array_equal(event.latents, other.latents)
        assert np.array_equal(event.clean, other.clean)


@pytest.mark.parametrize("kind", list(Scheduler))
def test_a_run_that_ends_in_its_last_step_repeats_only_that(
    kind: Scheduler, tmp_path: Path
) -> None:
    expected = denoised(kind, on_demand=False).mapped()
    progress, steps = Progress(), list[Event]()
    clip = denoised(kind, progress=progress, checkpoint=RunCheckpoint(tmp_path, save_interval_s=0))
    clip.read(Span(0, 16))
    progress.cancel()
    with pytest.raises(Cancelled):
        clip.mapped()

    resumed = denoised(
        kind,
        progress=Progress(steps.append),
        checkpoint=RunCheckpoint(tmp_path, save_interval_s=0),
    )
    assert np.array_equal(resumed.mapped(), expected)
    assert [step.step for step in steps if isinstance(step, DenoisingStep)] == [NUM_STEPS]


def test_values_that_are_not_finite_are_an_error_when_read() -> None:
    class Breaking(GaussianModel):
        def predict(self, latents: torch.Tensor, *others: Any) -> torch.Tensor:
            prediction = super().predict(latents, *others)
            return prediction * float("nan") if len(self.batch_sizes) > 18 else prediction

    clip = denoised(model=Breaking())
    with pytest.raises(NonFiniteError):
        clip.read(Span(0, 16))


def test_writing_comes_after_the_last_step() -> None:
    clip, part = denoised(), Span(3, 9)
    clip.write(part, torch.ones(1, 2, part.length, 4))
    expected = denoised(on_demand=False).mapped()
    expected[:, part.slice] = 1.0
    assert np.array_equal(clip.mapped(), expected)
