"""The table of contents of an edit: a stretch of latents is made anew, decoded and vocoded."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from core.arrays import FloatArray
from core.config import TilingConfig
from core.diffusion.known import Held, Source
from core.diffusion.loop import denoise
from core.diffusion.noise import draw_noise
from core.diffusion.prompts import read_prompts
from core.edit import Edit
from core.editing.canvas import Canvas, EditableTake, latent_window, lay_out, turned_back
from core.editing.site import FADE_LATENTS
from core.editing.sound import renewed
from core.editing.stretch_progress import Placement, StretchProgress
from core.editing.weights import carried_on, fade_weights, faded_region, held_weights
from core.events import Stage
from core.latent_preview import LatentPreview
from core.models.interface import TextToAudioModel
from core.previewing import PreviewingProgress
from core.progress import Progress
from core.region import Region, Span
from core.request import GenerationRequest
from core.tiled_vae import TiledVAE


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """What became of a take.

    Attributes:
        waveform: Samples (n,), full scale = 1.
        mel: Natural-log mel spectrogram (T, F).
        latents: Latents (C, T', F').
    """

    waveform: FloatArray
    mel: FloatArray
    latents: FloatArray


def apply_edit(
    model: TextToAudioModel,
    take: EditableTake,
    edit: Edit,
    *,
    tiling: TilingConfig,
    progress: Progress,
    preview: LatentPreview | None = None,
) -> Edited:
    """Carry out one edit of a take, which itself stays as it is.

    Args:
        model: Whose latents the take has.
        take: What is edited.
        edit: How.
        tiling: How to decode.
        progress: Hears of it in the frames of the clip that comes of it, and may cancel.
        preview: Shows where each denoising step leads; None = it does not.

    Raises:
        TesseraError: It cannot be done; the sentence says why.
        Cancelled: The owner of `progress` wished so.
    """
    if edit.changes_nothing:
        return Edited(take.waveform, take.mel, take.latents)
    canvas = lay_out(model, take, edit)
    if canvas.site.free.area:
        canvas = _with_new_latents(model, take.request, edit, canvas, progress, preview=preview)
    changed = _changed_frames(model, canvas)
    with progress.stage(Stage.DECODING):
        if canvas.site.free.area:
            canvas = _with_new_mel(model, canvas, changed, tiling, progress)
    with progress.stage(Stage.VOCODING):
        canvas = replace(canvas, waveform=renewed(model, canvas, changed.time))
    done = turned_back(model, canvas)
    return Edited(done.waveform, done.mel, done.latents)


def _with_new_latents(
    model: TextToAudioModel,
    request: GenerationRequest,
    edit: Edit,
    canvas: Canvas,
    progress: Progress,
    *,
    preview: LatentPreview | None,
) -> Canvas:
    """Denoise the stretch; what is held in it stays to the bit."""
    site = canvas.site
    with progress.stage(Stage.CONDITIONING):
        wish = replace(
            request, prompt=edit.prompt, negative_prompt=edit.negative_prompt, segments=()
        )
        prompts = read_prompts(model, wish, progress)
    told: Progress = StretchProgress(progress, _placement(model, canvas))
    known = torch.from_numpy(canvas.latents[None, :, site.stretch.slice].copy())
    with progress.stage(Stage.DENOISING):
        made = denoise(
            model,
            prompts,
            draw_noise(model, site.stretch.length, edit.seed),
            scheduler=model.make_scheduler(request.scheduler),
            num_inference_steps=request.num_inference_steps,
            guidance_scale=request.guidance_scale,
            progress=PreviewingProgress(told, preview) if preview else told,
            source=Source(known, edit.strength) if edit.strength < 1 else None,
            held=Held(known, held_weights(site, canvas.latents.shape[2])),
        )
    latents = np.array(canvas.latents)
    latents[:, site.stretch.slice] = made[0].float().cpu().numpy()
    return replace(canvas, latents=latents)


def _with_new_mel(
    model: TextToAudioModel,
    canvas: Canvas,
    changed: Region,
    tiling: TilingConfig,
    progress: Progress,
) -> Canvas:
    """Decode the stretch in windows as long as those the take was made in, and fade it in."""
    site, scale = canvas.site, model.time_scale
    if site.stretch.length > latent_window(model):
        tiling = replace(tiling, context=model.card.window_frames)
    latents = torch.from_numpy(canvas.latents[None, :, site.stretch.slice].copy())
    latents = latents.to(model.device, model.dtype) / model.scaling_factor
    placement = _placement(model, canvas)
    first_frame = placement.stretch.start
    decoded = TiledVAE(model.vae, tiling).decode(latents, StretchProgress(progress, placement))
    local = Region(changed.time.shift(-first_frame), changed.bins)
    around = decoded[0, 0].float().cpu().numpy()

    mel = np.array(canvas.mel)
    if canvas.kept is None:
        weights = fade_weights(changed, site.free.scale(scale))
        new = around[local.slices]
        mel[changed.slices] += weights * (new - mel[changed.slices])
    else:
        known = mel[site.stretch.scale(scale).slice]
        mel[changed.slices] = carried_on(known, around, local.time, FADE_LATENTS * scale)
    placement.tell_laid(changed, mel[changed.slices], progress)
    return replace(canvas, mel=mel)


def _placement(model: TextToAudioModel, canvas: Canvas) -> Placement:
    """Where the stretch lies in the clip."""
    scale = model.time_scale
    num_frames = canvas.latents.shape[1] * scale
    return Placement(num_frames, canvas.site.stretch.scale(scale), canvas.turned * scale)


def _changed_frames(model: TextToAudioModel, canvas: Canvas) -> Region:
    """The cells of the log-mel that may change."""
    n_mels, hop = canvas.mel.shape[1], model.vocoder.hop_length
    if canvas.kept is None:
        return faded_region(canvas.site, model.time_scale, n_mels)
    if canvas.kept.start > 0:
        time = Span(0, canvas.kept.start // hop)
    else:
        time = Span(min(len(canvas.mel), canvas.kept.stop // hop), len(canvas.mel))
    return Region(time, Span(0, n_mels))
