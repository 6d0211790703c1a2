"""What a request will need of a loaded model, before any of it is done."""

import time
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

from core.api.config import EngineConfig, TilingConfig
from core.api.estimate import Estimate
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.guidance import guided
from core.diffusion.noise import draw_noise
from core.diffusion.prompts import num_latent_frames
from core.diffusion.windows import plan_windows
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.decoding import decode
from core.runtime.device import synchronize
from core.tiled_vae import Plan, TiledVAE

_BYTES_PER_NUMBER = 4  # waveform and log-mel are kept in float32
# Resident beside weights and activations when a run is done, with the bundled model on a processor:
# 37 MB of libraries' code, 12 of their own data, 12 of scratch. Larger models read the same code.
_LIBRARIES_BYTES = 60_000_000
_PARTS_DEEP = 4  # how deep a model's networks are looked for in its parts


def forecast(
    model: TextToAudioModel, request: GenerationRequest, num_frames: int, config: EngineConfig
) -> Estimate:
    """Plan a request of `num_frames` latent frames without carrying it out.

    Raises:
        InvalidRequestError: A tile size does not fit the model.
        DeviceMemoryError: Nothing fits in the memory budget.
    """
    engine = TiledVAE(model.vae, tiling_for(model, num_frames, config))
    plan = engine.plan_decode((1, model.latent_channels, num_frames, model.latent_bins))
    peaks = [plan.peak_bytes]
    mel_frames = num_frames * model.time_scale
    if request.init_audio is not None:
        peaks.append(_encoding(model, mel_frames, config).peak_bytes)
    own = str(next(model.vae.parameters()).dtype).removeprefix("torch.")
    num_samples = round(request.duration_s * model.vocoder.sampling_rate)
    return Estimate(
        model=request.model,
        mode=plan.mode,
        device=str(model.device),
        precision=str(config.tiling.compute_dtype or own),
        networks_bytes=_networks_bytes(model, _PARTS_DEEP),
        libraries_bytes=_LIBRARIES_BYTES,
        working_bytes=max(peaks),
        result_bytes=(num_samples + mel_frames * model.mel.n_mels) * _BYTES_PER_NUMBER,
        explanation=plan.explanation,
    )


def tiling_for(model: TextToAudioModel, num_frames: int, config: EngineConfig) -> TilingConfig:
    """The configured tiling, in the normalisation context that the latents are made in."""
    is_windowed = len(plan_windows(model, num_frames).windows) > 1
    if is_windowed and config.context_of_take:
        return replace(config.tiling, context=model.card.window_frames)
    return config.tiling


def _encoding(model: TextToAudioModel, mel_frames: int, config: EngineConfig) -> Plan:
    engine = TiledVAE(model.vae, config.tiling)
    return engine.plan_encode((1, 1, mel_frames, model.mel.n_mels))


def _networks_bytes(part: object, depth: int) -> int:
    """The weights of all networks that a model's parts hold."""
    if isinstance(part, nn.Module):
        tensors = (*part.parameters(), *part.buffers())
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    inner = vars(part).values() if depth and hasattr(part, "__dict__") else ()
    return sum(_networks_bytes(value, depth - 1) for value in inner)


@torch.inference_mode()
def expected_s(
    model: TextToAudioModel, request: GenerationRequest, config: EngineConfig, progress: Progress
) -> float:
    """Seconds that the run will take, by one prediction and one window of sound, each done twice.

    The first time is not counted: libraries choose their kernels then.

    Raises:
        Cancelled: The run was cancelled through `progress`.
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
        return decode(model, noise, num_samples, tiling=tiling, progress=quiet)

    device = model.device
    prediction_s = _seconds(lambda: predict(noise, scheduler.timesteps[0]), device, progress)
    sound_s = _seconds(sound, device, progress)
    predictions = len(scheduler.timesteps) * len(windows)
    return prediction_s * predictions + sound_s * len(windows)


def _seconds(work: Callable[[], object], device: torch.device, progress: Progress) -> float:
    """Seconds that it takes the second time, until the device is done with all of it."""
    work()
    progress.check_cancelled()
    synchronize(device)
    start_s = time.perf_counter()
    work()
    synchronize(device)
    return time.perf_counter() - start_s
