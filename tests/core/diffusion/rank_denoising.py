"""What ranks do in the tests of shared windows: functions that a `RankPool` runs in each rank."""

import time
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from torch import Tensor

from core.api.errors import Cancelled, TesseraError
from core.api.events import DenoisingStep, Event
from core.api.progress import Progress
from core.api.request import Scheduler
from core.diffusion.denoising import assist_denoising, denoise_clip
from core.diffusion.latent_clip import ClipInMemory, share_clip
from core.diffusion.noise import draw_noise
from core.diffusion.prompt_track import PromptTrack
from core.diffusion.run_checkpoint import RunCheckpoint
from core.diffusion.shared_windows import leading_windows
from core.peers import rank_pace
from core.peers.peers import Peers
from tests.core.diffusion.gaussian_model import GaussianModel, shift

NUM_FRAMES, NUM_STEPS, GUIDANCE = 103, 4, 2.0
SLOW_S = 0.03


class MemorylessModel(GaussianModel):
    """Its second call has no memory."""

    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        if len(self.batch_sizes) == 1:
            raise TesseraError("no memory.")
        return super().predict(latents, timestep, conditioning)


class SlowModel(GaussianModel):
    """A model on a slow device."""

    def predict(self, latents: Tensor, timestep: Tensor, conditioning: dict[str, Tensor]) -> Tensor:
        time.sleep(SLOW_S)
        return super().predict(latents, timestep, conditioning)


@dataclass(frozen=True)
class Run:
    """What is denoised, and what happens: where steps are kept, and who stops or fails."""

    scheduler: Scheduler = Scheduler.DPM_SOLVER
    windows_at_once: int = 1
    checkpoint_folder: Path | None = None
    cancelled_after: int | None = None
    failing: int | None = None
    slow: int | None = None


def denoise_with_slow(peers: Peers, run: Run) -> tuple[Tensor | str, list[int], int]:
    """As `denoise`, where times of this model's short calls count as well."""
    with patch.object(rank_pace, "LEAST_S", 0.0):
        return denoise(peers, run)


def denoise(peers: Peers, run: Run) -> tuple[Tensor | str, list[int], int]:
    """Latents or the error of this rank, the steps it told of, and its calls of the denoiser."""
    model = GaussianModel()
    if peers.rank in (run.failing, run.slow):
        model = SlowModel() if peers.rank == run.slow else MemorylessModel()
    track = PromptTrack((shift(0.1, 0.2), shift(0.3, 0.1)), (0, 40), 8)
    steps: list[int] = []

    def hear(event: Event) -> None:
        if isinstance(event, DenoisingStep):
            steps.append(event.step)
            if event.step == run.cancelled_after:
                progress.cancel()

    progress = Progress(hear)
    clip = ClipInMemory(draw_noise(model, NUM_FRAMES, seed=1 if peers.is_first else 2))
    try:
        if peers.is_first:
            with leading_windows(peers):
                denoise_clip(
                    model,
                    track,
                    clip,
                    scheduler=model.noise_path.make_scheduler(run.scheduler),
                    num_inference_steps=NUM_STEPS,
                    guidance_scale=GUIDANCE,
                    seed=1,
                    progress=progress,
                    windows_at_once=run.windows_at_once,
                    checkpoint=run.checkpoint_folder and RunCheckpoint(run.checkpoint_folder, 0.0),
                    peers=peers,
                )
        else:
            with peers.leaving_together():
                assist_denoising(model, track, GUIDANCE, progress, peers)
        share_clip(clip, peers)
    except (TesseraError, Cancelled) as error:
        return f"{type(error).__name__}: {error}", steps, len(model.batch_sizes)
    return clip.latents, steps, len(model.batch_sizes)
