"""Laws of `core.diffusion.sampler`."""

import pytest
import torch

from core.api.errors import Cancelled
from core.api.events import DenoisingStep, Event
from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion import denoising
from core.diffusion.denoising import denoise
from core.diffusion.noise import draw_noise
from core.diffusion.run_checkpoint import RunCheckpoint
from core.diffusion.sampler import Sampler
from tests.core.diffusion.gaussian_model import GaussianModel, shift


@pytest.fixture
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        denoising, "Sampler", lambda *arguments: Sampler(*arguments, stretch_frames=7)
    )


def run(kind: Scheduler, unfinished: RunCheckpoint | None = None, stop_after: int = 0):
    def on_event(event: Event) -> None:
        if isinstance(event, DenoisingStep) and event.step == stop_after:
            progress.cancel()

    progress, model = Progress(on_event), GaussianModel()
    return denoise(
        model,
        shift(),
        draw_noise(model, 40, seed=1),
        scheduler=model.noise_path.make_scheduler(kind),
        num_inference_steps=6,
        guidance_scale=1.0,
        seed=1,
        progress=progress,
        checkpoint=unfinished,
    )


@pytest.mark.parametrize("kind", list(Scheduler))
def test_stretches_are_stepped_as_the_whole_bit_for_bit(
    kind: Scheduler, request: pytest.FixtureRequest
) -> None:
    whole = run(kind)
    request.getfixturevalue("short_stretches")

    assert torch.equal(run(kind), whole)


@pytest.mark.usefixtures("short_stretches")
@pytest.mark.parametrize("kind", list(Scheduler))
def test_interrupted_stretches_resume_bit_for_bit(kind: Scheduler, tmp_path) -> None:
    whole, unfinished = run(kind), RunCheckpoint(tmp_path, save_interval_s=0)
    with pytest.raises(Cancelled):
        run(kind, unfinished, stop_after=3)

    assert torch.equal(run(kind, unfinished), whole)


def test_stretches_cover_the_clip_once() -> None:
    sampler = Sampler(
        GaussianModel().noise_path.make_scheduler(Scheduler.DDIM), 20, stretch_frames=8
    )

    assert [(span.start, span.stop) for span in sampler.spans] == [(0, 8), (8, 16), (16, 20)]
