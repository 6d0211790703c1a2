"""The canvas of an edit: the clip it works on, and the part to generate.

A continuation is a longer clip with a part missing. A loop is the clip rotated by half, so that its
end and its beginning meet in the middle.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from core.api.arrays import FloatArray
from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.region import Region, Span
from core.api.take import Take
from core.editing.band import Band
from core.editing.edit_site import EditSite, edited_region, site_around
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.edge_fades import Edge


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """A clip with a part to generate.

    Attributes:
        latents: (C, T, F); 0 in the part that is added.
        mel: (T * scale, n_mels), the same.
        waveform: (n,), the same.
        kept: Samples that stay as they are even where a cross-fade would change them; None = those
            outside the cross-fades.
        unfaded: The part of `kept` that is not faded; what is faded is vocoded again.
        site: The part to generate.
        rotation: Latent frames that the clip is rotated by.
        band: The frequencies that are new in mel and samples; None = all.
    """

    latents: FloatArray
    mel: FloatArray
    waveform: FloatArray
    kept: Span | None
    site: EditSite
    unfaded: Span | None = None
    rotation: int = 0
    band: Band | None = None


def make_canvas(model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit) -> Canvas:
    """The canvas of an edit; `latents` are those of `editable_latents`."""
    match edit.kind:
        case EditKind.REGENERATE:
            return _canvas_to_regenerate(model, take, latents, edit)
        case EditKind.CONTINUE_RIGHT:
            return _canvas_to_continue_right(model, take, latents, edit)
        case EditKind.CONTINUE_LEFT:
            return _canvas_to_continue_left(model, take, latents, edit)
        case EditKind.LOOP:
            return _canvas_to_loop(model, take, latents)


def editable_latents(model: TextToAudioModel, take: Take) -> FloatArray:
    """The latents (C, T', F') of a take that this model can edit.

    Raises:
        InvalidRequestError: The take has no latents, or those of another model.
    """
    latents = take.latents
    if latents is None or not _fits(model, latents, len(take.mel)):
        raise InvalidRequestError(
            "latents",
            f"This take has no latents of {model.card.name}, so it cannot be edited; generate it "
            "again, or start from it as a sound.",
        )
    return latents


def latent_window(model: TextToAudioModel) -> int:
    """Latent frames of the model's window: those of the clips it was trained on."""
    return max(1, model.card.window_frames // model.time_scale)


def _fits(model: TextToAudioModel, latents: FloatArray, mel_frames: int) -> bool:
    """Whether latents have the model's shape, and as many frames as a log-mel of `mel_frames`."""
    if latents.ndim != 3 or not latents.size:
        return False
    channels, num_frames, rows = latents.shape
    return (channels, rows, num_frames * model.time_scale) == (
        model.latent_channels,
        model.latent_bins,
        mel_frames,
    )


def _canvas_to_regenerate(
    model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit
) -> Canvas:
    num_frames = latents.shape[1]
    free = edited_region(edit, model.mel, num_frames, model.time_scale)
    site = site_around(num_frames, free, latent_window(model), is_soft=True)
    band = Band.of(edit, model.mel)
    return Canvas(latents, take.mel, take.waveform, None, site, band=band)


def _canvas_to_continue_right(
    model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit
) -> Canvas:
    old_frames, old_samples = latents.shape[1], take.waveform.size
    num_samples = old_samples + round(edit.added_s * take.sample_rate)
    num_frames = max(old_frames, math.ceil(num_samples / _samples_per_latent(model)))
    site = _continuation_site(model, num_frames, Span(old_frames, num_frames))
    added_frames = num_frames - old_frames
    return Canvas(
        np.pad(latents, ((0, 0), (0, added_frames), (0, 0))),
        np.pad(take.mel, ((0, added_frames * model.time_scale), (0, 0))),
        np.pad(take.waveform, (0, num_samples - old_samples)),
        Span(0, old_samples),
        site,
        unfaded=Span(0, old_samples - _faded_samples(take, take.waveform[::-1])),
    )


def _canvas_to_continue_left(
    model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit
) -> Canvas:
    """Whole latent frames are added, so that the old ones keep their samples: never too few."""
    samples = round(edit.added_s * take.sample_rate)
    added_frames = max(1, math.ceil(samples / _samples_per_latent(model)))
    added_samples = added_frames * _samples_per_latent(model)
    num_samples = added_samples + take.waveform.size
    site = _continuation_site(model, latents.shape[1] + added_frames, Span(0, added_frames))
    return Canvas(
        np.pad(latents, ((0, 0), (added_frames, 0), (0, 0))),
        np.pad(take.mel, ((added_frames * model.time_scale, 0), (0, 0))),
        np.pad(take.waveform, (added_samples, 0)),
        Span(added_samples, num_samples),
        site,
        unfaded=Span(added_samples + _faded_samples(take, take.waveform), num_samples),
    )


def _faded_samples(take: Take, samples: FloatArray) -> int:
    """How many samples (n,), from the first, a fade changed: all of an edge that begins quietly."""
    edge = Edge.at_rate(take.sample_rate)
    return min(edge.length, len(samples)) if edge.is_quiet(samples) else 0


def _canvas_to_loop(model: TextToAudioModel, take: Take, latents: FloatArray) -> Canvas:
    """The clip is extended to whole latent frames, then rotated by half."""
    num_frames, window = latents.shape[1], latent_window(model)
    half = num_frames // 2
    half_width = max(1, min(window // 8, num_frames // 4))
    join = Span(max(0, half - half_width), min(num_frames, half + half_width))
    free = Region(join, Span(0, model.latent_bins))
    num_samples = num_frames * _samples_per_latent(model)
    waveform = np.pad(take.waveform, (0, num_samples - take.waveform.size))
    return Canvas(
        np.roll(latents, half, axis=1),
        np.roll(take.mel, half * model.time_scale, axis=0),
        np.roll(waveform, half * _samples_per_latent(model)),
        None,
        site_around(num_frames, free, window, is_soft=True),
        rotation=half,
    )


def rotate_back(model: TextToAudioModel, canvas: Canvas) -> Canvas:
    """The canvas without its rotation."""
    shift = -canvas.rotation
    if not shift:
        return canvas
    return replace(
        canvas,
        latents=np.roll(canvas.latents, shift, axis=1),
        mel=np.roll(canvas.mel, shift * model.time_scale, axis=0),
        waveform=np.roll(canvas.waveform, shift * _samples_per_latent(model)),
        rotation=0,
    )


def _continuation_site(model: TextToAudioModel, num_frames: int, time: Span) -> EditSite:
    free = Region(time, Span(0, model.latent_bins))
    return site_around(num_frames, free, latent_window(model), is_soft=False)


def _samples_per_latent(model: TextToAudioModel) -> int:
    return model.vocoder.hop_length * model.time_scale
