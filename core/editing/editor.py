"""Applies an edit of latents: a stretch of them is denoised again, decoded and vocoded."""

from dataclasses import replace
from typing import TypedDict, Unpack

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingConfig, TilingMode
from core.api.edit import Edit
from core.api.events import Stage, TileDecoded
from core.api.progress import Progress
from core.api.region import Region, Span
from core.api.request import MIN_DURATION_S, GenerationRequest
from core.api.take import Take
from core.diffusion.denoising import denoise
from core.diffusion.guidance import ClipPlace
from core.diffusion.inpainting import Inpainting, SourceLatents
from core.diffusion.noise import draw_noise, noise_seed
from core.diffusion.prompts import check_request, encode_prompts
from core.editing.canvas import Canvas, frames_beside, make_canvas, mel_in_band
from core.editing.edit_site import FADE_LATENTS
from core.editing.fade_weights import (
    fade_weights,
    faded_region,
    known_weights,
    lengthened,
    match_level,
)
from core.editing.known_latents import editable_latents, with_encoded_stretch
from core.editing.sound import revocode_changed
from core.editing.stretch_progress import Placement, StretchProgress
from core.editing.waveform_edit import (
    check_band,
    editable_waveform,
    picture_after,
    redecoded,
    with_encoded_waveform,
)
from core.models.text_to_audio_model import LogMelModel, TextToAudioModel, WaveformModel
from core.pipeline.edge_fades import Edge
from core.pipeline.latent_preview import PreviewingProgress, StepPreview
from core.tiled_vae import Plan, TiledVAE
from core.vocoders.vocoder import overflow_notice


class _Settings(TypedDict):
    """The settings of an edit; see `apply_edit`."""

    config: EngineConfig
    progress: Progress
    preview: StepPreview | None


def apply_edit(
    model: TextToAudioModel,
    take: Take,
    edit: Edit,
    *,
    config: EngineConfig,
    progress: Progress,
    preview: StepPreview | None = None,
) -> Take:
    """Carry out one edit of a take, which is not changed.

    Args:
        model: The model of the take's latents.
        take: The take.
        edit: The edit, of latents.
        config: The configuration; its tiling says how to decode.
        progress: Receives events in the frames of the resulting clip, and may cancel.
        preview: Estimates the log-mel of each denoising step; None = it is not shown.

    Returns:
        Another take, whose request has this edit after its other ones. That of a recording has no
        latents either: the next edit encodes what it needs.

    Raises:
        TesseraError: It cannot be done; the sentence says why.
        Cancelled: The run was cancelled through `progress`.
    """
    whole = _copy_with_edit(take, edit, config)
    if isinstance(model, LogMelModel):
        if edit.changes_nothing:
            editable_latents(model, take)  # raises where nothing could be edited
    else:
        assert isinstance(model, WaveformModel)
        check_band(model, edit)
        editable_waveform(model, take)
    if edit.changes_nothing:
        return whole
    settings: _Settings = {"config": config, "progress": progress, "preview": preview}
    for part in (one for one in edit.parts if not one.changes_nothing):
        if isinstance(model, LogMelModel):
            take = _apply_part(model, take, part, **settings)
        else:
            take = _apply_to_waveform(model, take, part, **settings)
    return replace(take, request=whole.request)


def _apply_to_waveform(
    model: WaveformModel,
    take: Take,
    edit: Edit,
    **settings: Unpack[_Settings],
) -> Take:
    """Carry out such an edit where latents are those of samples."""
    known, latents = editable_waveform(model, take)
    progress, tiling = settings["progress"], settings["config"].tiling
    edited = _copy_with_edit(take, edit, settings["config"])
    canvas = make_canvas(model, known, latents, edit)
    if not canvas.site.free.area:
        return edited
    if take.latents is None:
        canvas = with_encoded_waveform(model, canvas, tiling, progress)
    canvas = _with_new_latents(
        model, take.request, edit, canvas, progress, preview=settings["preview"]
    )
    with progress.stage(Stage.DECODING):
        waveform, changed = redecoded(model, canvas, tiling, take.gain, progress)
    _fade_changed_edges(take, edited, canvas, waveform)
    mel = picture_after(model, take, waveform, changed, canvas.sound.rotation)
    whole = Region(Span(0, len(mel)), Span(0, mel.shape[1]))
    progress.emit(TileDecoded(0, whole, mel.copy()))  # measured: a tile of no plan
    latents = np.roll(canvas.latents, -canvas.rotation, axis=1)
    return replace(
        edited,
        waveform=waveform,
        mel=mel,
        latents=None if take.latents is None else latents,
        mode=take.mode,
    )


def _apply_part(
    model: LogMelModel,
    take: Take,
    edit: Edit,
    **settings: Unpack[_Settings],
) -> Take:
    """Carry out an edit of one region, or one that adds or joins sound."""
    known, latents = editable_latents(model, take)
    config, progress, preview = settings["config"], settings["progress"], settings["preview"]
    edited = _copy_with_edit(take, edit, config)
    canvas, plan = make_canvas(model, known, latents, edit), None
    decoder = _decoder(model, canvas, config.tiling)
    if canvas.site.free.area:
        plan = decoder.plan_decode(_stretch_shape(canvas))  # raises before any work
        if take.latents is None:
            placement = _placement(model, canvas)
            canvas = with_encoded_stretch(model, canvas, config.tiling, placement, progress)
        canvas = _with_new_latents(model, take.request, edit, canvas, progress, preview=preview)
    canvas, waveform = _with_new_sound(model, canvas, plan, decoder, progress, gain=take.gain)
    _fade_changed_edges(take, edited, canvas, waveform)
    latents, mel = _in_clip(model, canvas)
    return replace(
        edited,
        waveform=waveform,
        mel=mel,
        latents=None if take.latents is None else latents,
        plan=plan.explanation if plan else "",
        mode=_mode_after(take, plan),
    )


def _copy_with_edit(take: Take, edit: Edit, config: EngineConfig) -> Take:
    """The take with the edit in its request; its sound is still the old one."""
    request = replace(take.request, edits=(*take.request.edits, edit))
    return replace(take, request=request, config=config, plan="", checkpoint=None)


def _with_new_sound(
    model: LogMelModel,
    canvas: Canvas,
    plan: Plan | None,
    decoder: TiledVAE,
    progress: Progress,
    *,
    gain: float,
) -> tuple[Canvas, FloatArray]:
    """The canvas with the log-mel of what changed, and all samples, without its rotation.

    Without a plan no latents are new, and the log-mel stays. The vocoder gets whole rows of new
    latents, also where only a band of them is kept.
    """
    changed = _changed_frames(model, canvas)
    new_mel = mel = canvas.mel
    with progress.stage(Stage.DECODING):
        if plan is not None:
            new_mel = _new_mel(model, canvas, changed, decoder, progress)
            mel = mel_in_band(canvas, new_mel)
            _placement(model, canvas).emit_decoded(changed, mel[changed.slices], progress)
    with progress.stage(Stage.VOCODING), overflow_notice(model.vocoder, progress):
        vocoded = changed.time
        if canvas.unfaded is not None:
            vocoded = frames_beside(canvas, canvas.unfaded)
        waveform = revocode_changed(model, replace(canvas, mel=new_mel), vocoded, gain)
    return replace(canvas, mel=mel), waveform


def _fade_changed_edges(take: Take, edited: Take, canvas: Canvas, waveform: FloatArray) -> None:
    """Fade the samples of an edit at the ends that it changed; a loop has none.

    One that is longer than the loop it was has two ends again.
    """
    if edited.request.is_loop:
        return
    edge, num_samples = Edge.at_rate(take.sample_rate), len(waveform)
    kept = canvas.kept or Span(1, max(1, num_samples - 1))  # it reaches neither end
    first = Span(0, min(edge.length, num_samples))
    last = Span(num_samples - first.length, num_samples)
    begins_new, ends_new = (
        not np.array_equal(waveform[end.slice], canvas.sound.read(end)) for end in (first, last)
    )
    opens_loop = take.request.is_loop
    if opens_loop or (begins_new and kept.start > 0):
        waveform[first.slice] = edge.faded_start(waveform[first.slice])
    if opens_loop or (ends_new and kept.stop < num_samples):
        waveform[last.slice] = edge.faded_stop(waveform[last.slice])


def _in_clip(model: LogMelModel, canvas: Canvas) -> tuple[FloatArray, FloatArray]:
    """Latents and log-mel of the canvas without its rotation."""
    shift = -canvas.rotation
    if not shift:
        return canvas.latents, canvas.mel
    mel = np.roll(canvas.mel, shift * model.time_scale, axis=0)
    return np.roll(canvas.latents, shift, axis=1), mel


def _mode_after(take: Take, plan: Plan | None) -> TilingMode | None:
    """The mode of the edited take: one that is not exact for any part counts for the whole."""
    if plan is None or take.mode is None or not take.mode.is_exact:
        return take.mode
    return plan.mode


def _decoder(model: LogMelModel, canvas: Canvas, tiling: TilingConfig) -> TiledVAE:
    """The decoder of the stretch, with context windows as long as the model's windows."""
    if canvas.site.stretch.length > model.window_frames:
        tiling = replace(tiling, context=model.card.window_frames)
    return TiledVAE(model.vae, tiling)


def _stretch_shape(canvas: Canvas) -> tuple[int, int, int, int]:
    """The shape of the stretch's latents, (B, C, T, F)."""
    channels, _, rows = canvas.latents.shape
    return 1, channels, canvas.site.stretch.length, rows


def _with_new_latents(
    model: TextToAudioModel,
    request: GenerationRequest,
    edit: Edit,
    canvas: Canvas,
    progress: Progress,
    *,
    preview: StepPreview | None,
) -> Canvas:
    """Denoise the stretch; known latents in it stay to the bit."""
    site = canvas.site
    with progress.stage(Stage.CONDITIONING):
        edit_request = replace(
            request,
            prompt=edit.prompt,
            negative_prompt=edit.negative_prompt,
            transcription=edit.transcription or request.transcription,
            segments=(),
            duration_s=max(MIN_DURATION_S, model.clock.seconds_of(site.stretch.length)),
        )
        check_request(model, edit_request, site.stretch.length)
        prompts = encode_prompts(model, edit_request, progress)
    stretch_progress: Progress = StretchProgress(progress, _placement(model, canvas))
    clip = torch.from_numpy(canvas.latents[None, :, site.stretch.slice].copy())
    known = lengthened(clip, model.least_frames)
    weights = lengthened(known_weights(site, canvas.latents.shape[2]), model.least_frames)
    seed = noise_seed(model, edit.seed, edit.prompt)
    with progress.stage(Stage.DENOISING):
        denoised = denoise(
            model,
            prompts,
            draw_noise(model, known.shape[2], seed),
            scheduler=model.noise_path.make_scheduler(
                request.denoising_scheduler, in_few_steps=request.draft
            ),
            num_inference_steps=request.denoising_steps,
            guidance_scale=request.guidance_scale,
            seed=seed,
            progress=PreviewingProgress(stretch_progress, preview) if preview else stretch_progress,
            source=SourceLatents(known, edit.strength) if edit.strength < 1 else None,
            inpainting=Inpainting(known, weights),
            place=ClipPlace(
                model.clock.seconds_of(canvas.latents.shape[1]),
                model.clock.seconds_of(site.stretch.start),
            ),
        )
    latents = np.array(canvas.latents)
    new = denoised[0, :, : site.stretch.length].float().cpu().numpy()
    latents[:, site.stretch.slice] = new
    return replace(canvas, latents=latents)


def _new_mel(
    model: LogMelModel,
    canvas: Canvas,
    changed: Region,
    decoder: TiledVAE,
    progress: Progress,
) -> FloatArray:
    """The log-mel with the decoded stretch faded in."""
    site, scale = canvas.site, model.time_scale
    latents = torch.from_numpy(canvas.latents[None, :, site.stretch.slice].copy())
    latents = latents.to(model.device, model.dtype) / model.scaling_factor
    placement = _placement(model, canvas)
    first_frame = placement.stretch.start
    decoded = decoder.decode(latents, StretchProgress(progress, placement))
    decoded_part = Region(changed.time.shift(-first_frame), changed.bins)
    new_mel = decoded[0, 0].float().cpu().numpy()

    mel = np.array(canvas.mel)
    if canvas.kept is None:
        weights = fade_weights(changed, site.free.scale(scale))
        new = new_mel[decoded_part.slices]
        mel[changed.slices] += weights * (new - mel[changed.slices])
    else:
        known = mel[site.stretch.scale(scale).slice]
        mel[changed.slices] = match_level(known, new_mel, decoded_part.time, FADE_LATENTS * scale)
    return mel


def _placement(model: TextToAudioModel, canvas: Canvas) -> Placement:
    """The placement of the stretch in the clip, in frames of its picture."""
    clock, stretch = model.clock, canvas.site.stretch
    in_latent = clock.hop_length * model.mel.frames_per_second / clock.sample_rate
    num_frames, start, stop, rotation = (
        round(frame * in_latent)
        for frame in (canvas.latents.shape[1], stretch.start, stretch.stop, canvas.rotation)
    )
    return Placement(num_frames, Span(start, stop), rotation)


def _changed_frames(model: LogMelModel, canvas: Canvas) -> Region:
    """The cells of the log-mel that may change."""
    n_mels = canvas.mel.shape[1]
    if canvas.kept is None:
        return faded_region(canvas.site, model.time_scale, n_mels)
    return Region(frames_beside(canvas, canvas.kept), Span(0, n_mels))
