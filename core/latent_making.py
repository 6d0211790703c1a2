"""A request becomes latents: prompts read, a source encoded, noise taken out."""

from torch import Tensor

from core.config import EngineConfig
from core.diffusion.known import Source
from core.diffusion.loop import denoise
from core.diffusion.noise import draw_noise
from core.diffusion.prompts import num_latent_frames, read_prompts
from core.diffusion.unfinished import UnfinishedRun
from core.errors import InvalidRequestError
from core.events import Notice, Stage
from core.latent_preview import LatentPreview
from core.models.interface import TextToAudioModel
from core.previewing import PreviewingProgress
from core.progress import Progress
from core.request import GenerationRequest
from core.sound_files.source_sound import read_source
from core.tiled_vae import TiledVAE


def make_latents(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    *,
    unfinished: UnfinishedRun | None,
    preview: LatentPreview | None,
    progress: Progress,
) -> Tensor:
    """What the denoiser makes of a request, or made before the run was interrupted.

    Args:
        model: Whose latents.
        request: What was asked for; its edits do not count.
        config: How to tile, to join windows and to batch them.
        unfinished: Where the run is kept while it lasts; None = nowhere.
        preview: Shows where each step leads; None = it does not.
        progress: Hears of every step, and may cancel before any.

    Returns:
        Latents (1, C, T, F), float32, on the model's device.

    Raises:
        TesseraError: It cannot be done; the sentence says why.
        Cancelled: The owner of `progress` wished so.
    """
    latents = unfinished.latents() if unfinished else None
    if latents is not None:
        progress.emit(Notice("Goes on with decoding, where it was interrupted."))
        return latents.to(model.device)
    latents = _denoise(
        model, request, config, unfinished=unfinished, preview=preview, progress=progress
    )
    if unfinished is not None:
        unfinished.keep_latents(latents)
    return latents


def _denoise(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    *,
    unfinished: UnfinishedRun | None,
    preview: LatentPreview | None,
    progress: Progress,
) -> Tensor:
    """From prompts, a source if there is one, and a seed."""
    with progress.stage(Stage.CONDITIONING):
        track = read_prompts(model, request, progress)
    num_frames = num_latent_frames(model, request.duration_s)
    source = _encode(model, request, num_frames, config, progress)
    with progress.stage(Stage.DENOISING):
        return denoise(
            model,
            track,
            draw_noise(model, num_frames, request.seed),
            scheduler=model.make_scheduler(request.scheduler),
            num_inference_steps=request.num_inference_steps,
            guidance_scale=request.guidance_scale,
            progress=PreviewingProgress(progress, preview) if preview else progress,
            source=source,
            blend=config.blend,
            windows_at_once=config.windows_at_once,
            unfinished=unfinished,
        )


def _encode(
    model: TextToAudioModel,
    request: GenerationRequest,
    num_frames: int,
    config: EngineConfig,
    progress: Progress,
) -> Source | None:
    """The sound to start from, as latents; None where there is none."""
    if request.init_audio is None:
        return None
    if not model.capabilities.audio_to_audio:
        raise InvalidRequestError(
            "init_audio", f"{model.card.name} cannot start from a sound; use a prompt alone."
        )
    with progress.stage(Stage.ENCODING):
        mel = read_source(request.init_audio, model.mel, num_frames * model.time_scale)
        posterior = TiledVAE(model.vae, config.tiling).encode(
            mel.to(model.device, model.dtype), progress
        )
        return Source(posterior.mode() * model.scaling_factor, request.strength)
