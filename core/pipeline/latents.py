"""Makes the latents of a request: encodes prompts and source, and denoises."""

from functools import partial

from core.api.config import EngineConfig
from core.api.errors import InvalidRequestError
from core.api.events import Notice, Stage
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.denoising import assist_denoising, denoise_clip
from core.diffusion.guidance import ClipPlace
from core.diffusion.inpainting import SourceLatents
from core.diffusion.latent_clip import LatentClip, share_clip
from core.diffusion.noise import draw_noise_clip, noise_seed
from core.diffusion.prompts import encode_prompts
from core.diffusion.run_checkpoint import RunCheckpoint
from core.diffusion.shared_windows import leading_windows
from core.diffusion.windows import windows_per_call
from core.models.text_to_audio_model import TextToAudioModel
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.pipeline.decoding import decoder_of
from core.pipeline.latent_preview import PreviewingProgress, StepPreview
from core.runtime.host_memory import release_free_memory


def make_latents(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    *,
    checkpoint: RunCheckpoint | None,
    preview: StepPreview | None,
    progress: Progress,
    peers: Peers = ALONE,
) -> LatentClip:
    """Denoise the latents of a request, or resume them from a checkpoint.

    Args:
        model: The model.
        request: The request; its edits are ignored.
        config: How to tile, blend windows and batch them.
        checkpoint: Where the run is saved; None = nowhere.
        preview: Estimates the log-mel of each step; None = it is not shown.
        progress: Receives every step, and may cancel before any.
        peers: Ranks that are in `assist_latents`; this is the first.

    Returns:
        Latents (1, C, T, F), float32; those of a long clip are on the disk. Where the sound can be
        heard earlier for it, the clip makes the last step as far as it is read. Those
        of a short clip reach beyond its end where the model makes no shorter ones.

    Raises:
        TesseraError: It cannot be done; the sentence says why.
        Cancelled: The run was cancelled through `progress`.
    """
    num_frames = max(model.clock.num_frames(request.duration_s), model.least_frames)
    clip = draw_noise_clip(model, num_frames, _seed(model, request))
    with leading_windows(peers):
        if checkpoint is not None and checkpoint.restore_latents(clip):
            progress.emit(Notice("Goes on with decoding, where it was interrupted."))
            model.drop_denoiser_pages()
            denoised = clip
        else:
            denoised = _denoise(
                model,
                request,
                config,
                clip,
                checkpoint=checkpoint,
                preview=preview,
                progress=progress,
                peers=peers,
            )
    share_clip(clip, peers)
    return denoised


def assist_latents(
    model: TextToAudioModel, request: GenerationRequest, progress: Progress, peers: Peers
) -> LatentClip:
    """Do this rank's part of the denoising that rank 0 leads in `make_latents`.

    Args:
        model: The same model, on this rank's device.
        request: The same request.
        progress: May cancel before any window; what rank 0 says is not repeated.
        peers: The ranks.

    Returns:
        The latents of rank 0, (1, C, T, F), float32.

    Raises:
        RankError: A rank failed or is lost.
        Cancelled: A rank was cancelled.
    """
    with peers.leaving_together():
        track = encode_prompts(model, request, progress)
        place = ClipPlace(request.duration_s)
        assist_denoising(model, track, request.guidance_scale, progress, peers, place=place)
    num_frames = max(model.clock.num_frames(request.duration_s), model.least_frames)
    clip = draw_noise_clip(model, num_frames, _seed(model, request))  # all of it is overwritten
    share_clip(clip, peers)
    model.drop_denoiser_pages()
    return clip


def _denoise(
    model: TextToAudioModel,
    request: GenerationRequest,
    config: EngineConfig,
    clip: LatentClip,
    *,
    checkpoint: RunCheckpoint | None,
    preview: StepPreview | None,
    progress: Progress,
    peers: Peers,
) -> LatentClip:
    """Encode prompts and source, and denoise the noise in the clip."""
    with progress.stage(Stage.CONDITIONING):
        track = encode_prompts(model, request, progress)
    num_frames = clip.shape[2]
    source = _encode(model, request, num_frames, config, progress)
    is_heard_early = decoder_of(model).is_heard_early(num_frames, config, request.level)
    with progress.stage(Stage.DENOISING):
        return denoise_clip(
            model,
            track,
            clip,
            scheduler=model.noise_path.make_scheduler(
                request.denoising_scheduler, in_few_steps=request.draft
            ),
            num_inference_steps=request.denoising_steps,
            guidance_scale=request.guidance_scale,
            seed=_seed(model, request),
            progress=PreviewingProgress(progress, preview) if preview else progress,
            source=source,
            blend=config.blend,
            windows_at_once=config.windows_at_once or windows_per_call(model),
            checkpoint=checkpoint,
            peers=peers,
            last_on_demand=is_heard_early and peers.size == 1,
            when_finished=partial(_end_denoising, model, clip, checkpoint),
            place=ClipPlace(request.duration_s),
        )


def _end_denoising(
    model: TextToAudioModel, clip: LatentClip, checkpoint: RunCheckpoint | None
) -> None:
    """Save the latents, and give the memory of the denoiser to the decoder."""
    if checkpoint is not None:
        checkpoint.save_latents(clip)
    model.drop_denoiser_pages()
    release_free_memory()


def _seed(model: TextToAudioModel, request: GenerationRequest) -> int:
    """The seed of the noise."""
    return noise_seed(model, request.seed, *(segment.prompt for segment in request.prompts))


def _encode(
    model: TextToAudioModel,
    request: GenerationRequest,
    num_frames: int,
    config: EngineConfig,
    progress: Progress,
) -> SourceLatents | None:
    """The latents of the source sound; None where there is none."""
    if request.init_audio is None:
        return None
    if not model.capabilities.audio_to_audio:
        raise InvalidRequestError(
            "init_audio", f"{model.card.name} cannot start from a sound; use a prompt alone."
        )
    with progress.stage(Stage.ENCODING):
        latents = decoder_of(model).encode_source(request.init_audio, num_frames, config, progress)
        return SourceLatents(latents, request.strength)
