"""A request becomes latents: prompts read, a source encoded, noise taken out."""

from core.api.config import EngineConfig
from core.api.errors import InvalidRequestError
from core.api.events import Notice, Stage
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.denoising import denoise_clip
from core.diffusion.inpainting import KnownLatents
from core.diffusion.latent_clip import LatentClip
from core.diffusion.noise import draw_noise_clip
from core.diffusion.prompts import num_latent_frames, read_prompts
from core.diffusion.run_checkpoint import RunCheckpoint
from core.diffusion.windows import windows_together
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.latent_preview import LatentPreview, PreviewingProgress
from core.sound_files.source_sound import read_source
from core.tiled_vae import TiledVAE


def make_latents(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    *,
    unfinished: RunCheckpoint | None,
    preview: LatentPreview | None,
    progress: Progress,
) -> LatentClip:
    """What the denoiser makes of a request, or made before the run was interrupted.

    Args:
        model: Whose latents.
        request: What was asked for; its edits do not count.
        config: How to tile, to join windows and to batch them.
        unfinished: Where the run is kept while it lasts; None = nowhere.
        preview: Shows where each step leads; None = it does not.
        progress: Hears of every step, and may cancel before any.

    Returns:
        Latents (1, C, T, F), float32; those of a long clip are on the disk.

    Raises:
        TesseraError: It cannot be done; the sentence says why.
        Cancelled: The run was cancelled through `progress`.
    """
    num_frames = num_latent_frames(model, request.duration_s)
    clip = draw_noise_clip(model, num_frames, request.seed)
    if unfinished is not None and unfinished.restore_latents(clip):
        progress.emit(Notice("Goes on with decoding, where it was interrupted."))
        return clip
    _denoise(
        model, request, config, clip, unfinished=unfinished, preview=preview, progress=progress
    )
    if unfinished is not None:
        unfinished.keep_latents(clip)
    return clip


def _denoise(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    clip: LatentClip,
    *,
    unfinished: RunCheckpoint | None,
    preview: LatentPreview | None,
    progress: Progress,
) -> None:
    """From prompts, a source if there is one, and the noise in the clip."""
    with progress.stage(Stage.CONDITIONING):
        track = read_prompts(model, request, progress)
    source = _encode(model, request, clip.shape[2], config, progress)
    with progress.stage(Stage.DENOISING):
        denoise_clip(
            model,
            track,
            clip,
            scheduler=model.make_scheduler(request.scheduler),
            num_inference_steps=request.num_inference_steps,
            guidance_scale=request.guidance_scale,
            progress=PreviewingProgress(progress, preview) if preview else progress,
            source=source,
            blend=config.blend,
            windows_at_once=config.windows_at_once or windows_together(model),
            unfinished=unfinished,
        )


def _encode(
    model: TextToAudioModel,
    request: GenerationRequest,
    num_frames: int,
    config: EngineConfig,
    progress: Progress,
) -> KnownLatents | None:
    """The sound to start from, as latents; None where there is none."""
    if request.init_audio is None:
        return None
    if not model.capabilities.audio_to_audio:
        raise InvalidRequestError(
            "init_audio", f"{model.card.name} cannot start from a sound; use a prompt alone."
        )
    with progress.stage(Stage.ENCODING):
        num_mel_frames = num_frames * model.time_scale
        mel = read_source(request.init_audio, model.mel, num_mel_frames, progress)
        posterior = TiledVAE(model.vae, config.tiling).encode(
            mel.to(model.device, model.dtype), progress
        )
        return KnownLatents(posterior.mode() * model.scaling_factor, request.strength)
