"""How long a run will take, found out by trying a window of it."""

import time
from collections.abc import Callable
from dataclasses import replace

import torch

from core.config import EngineConfig
from core.diffusion.guidance import guided
from core.diffusion.noise import draw_noise
from core.diffusion.prompts import num_latent_frames
from core.diffusion.windows import plan_windows
from core.forecast import tiling_for
from core.models.interface import TextToAudioModel
from core.progress import Progress
from core.rendering import render
from core.request import GenerationRequest


@torch.inference_mode()
def expected_s(
    model: TextToAudioModel, request: GenerationRequest, config: EngineConfig, progress: Progress
) -> float:
    """Seconds that the run will take, by one prediction and one window of sound, each done twice.

    The first time is not counted: libraries choose their kernels then.

    Raises:
        Cancelled: The owner of `progress` wished so.
    """
    num_frames = num_latent_frames(model, request.duration_s)
    windows = plan_windows(model, num_frames).windows
    noise = draw_noise(model, windows[0].length, request.seed).to(model.device)
    scheduler = model.make_scheduler(request.scheduler)
    scheduler.set_timesteps(request.num_inference_steps, device=model.device)
    predict = guided(model, model.encode_prompt("", ""), request.guidance_scale)
    window_s = windows[0].length / num_frames * request.duration_s
    tiling = replace(tiling_for(model, num_frames, config), context="clip")
    quiet = Progress()

    def sound() -> object:
        num_samples = round(window_s * model.vocoder.sampling_rate)
        return render(model, noise, num_samples, tiling=tiling, progress=quiet)

    prediction_s = _seconds(lambda: predict(noise, scheduler.timesteps[0]), progress)
    sound_s = _seconds(sound, progress)
    predictions = len(scheduler.timesteps) * len(windows)
    return prediction_s * predictions + sound_s * len(windows)


def _seconds(work: Callable[[], object], progress: Progress) -> float:
    """Seconds that it takes the second time."""
    work()
    progress.check_cancelled()
    start_s = time.perf_counter()
    work()
    return time.perf_counter() - start_s
