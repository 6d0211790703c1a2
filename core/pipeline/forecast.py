"""Forecasts of a request with a loaded model: its memory, and how long a long run takes."""

import time
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

from core.api.config import EngineConfig
from core.api.estimate import Estimate
from core.api.events import RunExpected
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.guidance import guided_denoiser
from core.diffusion.latent_clip import ClipInMemory
from core.diffusion.noise import draw_noise
from core.diffusion.windows import plan_windows
from core.models.text_to_audio_model import TextToAudioModel
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.pipeline.decoding import decoder_of
from core.pipeline.resources import spooled_bytes
from core.runtime.device import synchronize
from core.runtime.host_memory import release_free_memory

_BYTES_PER_NUMBER = 4  # waveform and log-mel are kept in float32
# Resident beside weights and activations when a run is done, with the bundled model on a processor:
# 37 MB of libraries' code, 12 of their own data, 12 of scratch. Larger models read the same code.
_LIBRARIES_BYTES = 60_000_000
_MAX_DEPTH = 4  # of the search for networks in a model's attributes


def forecast(
    model: TextToAudioModel, request: GenerationRequest, num_frames: int, config: EngineConfig
) -> Estimate:
    """Estimate the memory of a request of `num_frames` latent frames.

    Raises:
        InvalidRequestError: A tile size does not fit the model.
        DeviceMemoryError: Nothing fits the memory budget.
    """
    decoding = decoder_of(model).forecast(
        num_frames, config, has_source=request.init_audio is not None
    )
    num_samples = model.clock.num_samples(request.duration_s)
    return Estimate(
        model=request.model,
        mode=decoding.mode,
        device=str(model.device),
        precision=decoding.precision,
        networks_bytes=_networks_bytes(model, _MAX_DEPTH),
        libraries_bytes=_LIBRARIES_BYTES,
        working_bytes=decoding.working_bytes,
        result_bytes=(num_samples * model.clock.channels + decoding.mel_cells) * _BYTES_PER_NUMBER,
        explanation=decoding.explanation,
        num_devices=1 + len(config.other_devices),
    )


def _networks_bytes(part: object, depth: int) -> int:
    """Bytes of the weights of all networks in an object's attributes."""
    if isinstance(part, nn.Module):
        tensors = (*part.parameters(), *part.buffers())
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    parts = vars(part).values() if depth and hasattr(part, "__dict__") else ()
    return sum(_networks_bytes(value, depth - 1) for value in parts)


@torch.inference_mode()
def expected_s(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    progress: Progress,
    peers: Peers = ALONE,
) -> float:
    """Seconds that a run will take, measured on one prediction and one window of sound.

    Each is run twice and the second time counts, since libraries choose their kernels at first. Of
    several ranks this one is measured, and the one with most windows counts.

    Raises:
        Cancelled: The run was cancelled through `progress`.
    """
    num_frames = model.clock.num_frames(request.duration_s)
    windows = plan_windows(model, num_frames).windows
    noise = draw_noise(model, windows[0].length, request.seed).to(model.device)
    scheduler = model.noise_path.make_scheduler(
        request.denoising_scheduler, in_few_steps=request.draft
    )
    scheduler.set_timesteps(request.denoising_steps, device=model.device)
    predict = guided_denoiser(model, model.encode_prompt("", ""), request.guidance_scale)
    window_s = windows[0].length / num_frames * request.duration_s
    quiet, clip = Progress(), ClipInMemory(noise)
    config = replace(config, tiling=replace(config.tiling, context="clip"))

    def sound() -> object:
        model.drop_denoiser_pages()
        num_samples = model.clock.num_samples(window_s)
        return decoder_of(model).decode(clip, num_samples, config=config, progress=quiet)

    device = model.device
    middle = scheduler.timesteps[len(scheduler.timesteps) // 2]  # the ends may not be guided
    prediction_s = _seconds(lambda: predict(noise, middle, windows[:1]), device, progress)
    sound_s = _seconds(sound, device, progress)
    most = max(share.length for share in peers.share([1.0] * len(windows)))
    return (prediction_s * len(scheduler.timesteps) + sound_s) * most


def announce_run(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    progress: Progress,
    peers: Peers = ALONE,
) -> None:
    """Emit what a long run will take, before it begins; see `expected_s`."""
    seconds = expected_s(model, request, config, progress, peers)
    progress.emit(RunExpected(request.duration_s, seconds, spooled_bytes(model, request)))
    release_free_memory()


def _seconds(work: Callable[[], object], device: torch.device, progress: Progress) -> float:
    """Seconds of the second call, until the device has finished it."""
    work()
    progress.check_cancelled()
    synchronize(device)
    start_s = time.perf_counter()
    work()
    synchronize(device)
    return time.perf_counter() - start_s
