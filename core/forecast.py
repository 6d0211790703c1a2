"""What a request will need of a loaded model, before any of it is done."""

from dataclasses import replace

from torch import nn

from core.config import EngineConfig, TilingConfig
from core.diffusion.windows import plan_windows
from core.estimate import Estimate
from core.models.interface import TextToAudioModel
from core.request import GenerationRequest
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
