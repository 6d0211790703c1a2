"""The canvas of an edit: the clip it works on, and the part to generate.

A continuation is a longer clip with a part missing. A loop is the clip rotated by half, so that its
end and its beginning meet in the middle.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.api.arrays import FloatArray
from core.api.edit import Edit, EditKind
from core.api.region import Region, Span
from core.api.take import Take
from core.editing.band import Band
from core.editing.clip_sound import ClipSound
from core.editing.edit_site import EditSite, edited_region, edited_time, site_around
from core.editing.sound_form import SoundForm, frames_per_latent
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.edge_fades import Edge

_LONGEST_HALF_JOIN_S = 6.0  # that is made again on either side of a loop's ends


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """A clip with a part to generate.

    Attributes:
        latents: (C, T, F); 0 in the part that is added.
        mel: (T * scale, n_mels), the same.
        sound: Its samples, silent in the part that is added.
        kept: Samples that stay as they are even where a cross-fade would change them; None = those
            outside the cross-fades.
        unfaded: The part of `kept` that is not faded; what is faded is vocoded again.
        site: The part to generate.
        rotation: Latent frames that the clip is rotated by.
        band: The frequencies that are new in mel and samples; None = all.
        is_recorded: Whether the samples are others than a vocoder makes of the log-mel, so that no
            more of them are exchanged than are new.
    """

    latents: FloatArray
    mel: FloatArray
    sound: ClipSound
    kept: Span | None
    site: EditSite
    unfaded: Span | None = None
    rotation: int = 0
    band: Band | None = None
    is_recorded: bool = False

    @property
    def known(self) -> Span:
        """The latent frames that hold the sound of the take."""
        time, num_frames = self.site.free.time, self.latents.shape[1]
        if self.kept is None:
            return Span(0, num_frames)
        return Span(time.stop, num_frames) if self.kept.start > 0 else Span(0, time.start)


def make_canvas(model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit) -> Canvas:
    """The canvas of an edit; `latents` are those of `editable_latents`."""
    canvas = _make_canvas(model, take, latents, edit)
    return replace(canvas, is_recorded=take.latents is None)


def frames_beside(canvas: Canvas, samples: Span) -> Span:
    """The frames of all other samples, where the given ones are at an end of the canvas."""
    form, num_frames = canvas.sound.form, len(canvas.mel)
    if samples.start > 0:
        return Span(0, form.num_frames(samples.start))
    return Span(min(num_frames, form.num_whole_frames(samples.stop)), num_frames)


def mel_in_band(canvas: Canvas, new_mel: FloatArray) -> FloatArray:
    """The log-mel with new cells in the canvas's band, and the old ones beside it."""
    if canvas.band is None:
        return new_mel
    return canvas.mel + canvas.band.shares() * (new_mel - canvas.mel)


def _make_canvas(model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit) -> Canvas:
    match edit.kind:
        case EditKind.REGENERATE:
            return _canvas_to_regenerate(model, take, latents, edit)
        case EditKind.CONTINUE_RIGHT:
            return _canvas_to_continue_right(model, take, latents, edit)
        case EditKind.CONTINUE_LEFT:
            return _canvas_to_continue_left(model, take, latents, edit)
        case EditKind.LOOP:
            return _canvas_to_loop(model, take, latents)
    raise ValueError(f"{edit.kind} is no edit of latents")


def _canvas_to_regenerate(
    model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit
) -> Canvas:
    num_frames = latents.shape[1]
    free = _free_region(model, edit, num_frames)
    site = site_around(num_frames, free, model.window_frames, is_soft=True)
    band = Band.of(edit, model.mel, take.sample_rate / 2)
    return Canvas(latents, take.mel, _sound(model, take), None, site, band=band)


def _canvas_to_continue_right(
    model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit
) -> Canvas:
    sound = _sound(model, take)
    old_frames, old_samples = latents.shape[1], sound.num_samples
    sound = replace(sound, after=round(edit.added_s * take.sample_rate))
    num_mel_frames = sound.form.num_frames(sound.num_samples)
    num_frames = max(old_frames, -(-num_mel_frames // frames_per_latent(model)))
    site = _continuation_site(model, num_frames, Span(old_frames, num_frames))
    added_frames = num_frames - old_frames
    return Canvas(
        np.pad(latents, ((0, 0), (0, added_frames), (0, 0))),
        np.pad(take.mel, ((0, added_frames * frames_per_latent(model)), (0, 0))),
        sound,
        Span(0, old_samples),
        site,
        unfaded=Span(0, old_samples - _faded_samples(take, take.waveform[::-1])),
    )


def _canvas_to_continue_left(
    model: TextToAudioModel, take: Take, latents: FloatArray, edit: Edit
) -> Canvas:
    """Whole latent frames are added, so that the old ones keep their samples: never too few."""
    sound, scale = _sound(model, take), frames_per_latent(model)
    mel_frames = sound.form.num_frames(round(edit.added_s * take.sample_rate))
    added_frames = max(1, -(-mel_frames // scale))
    added_samples = sound.form.position(added_frames * scale)
    sound = replace(sound, before=added_samples)
    site = _continuation_site(model, latents.shape[1] + added_frames, Span(0, added_frames))
    return Canvas(
        np.pad(latents, ((0, 0), (added_frames, 0), (0, 0))),
        np.pad(take.mel, ((added_frames * scale, 0), (0, 0))),
        sound,
        Span(added_samples, sound.num_samples),
        site,
        unfaded=Span(added_samples + _faded_samples(take, take.waveform), sound.num_samples),
    )


def _faded_samples(take: Take, samples: FloatArray) -> int:
    """How many samples, from the first, a fade changed: all of an edge that begins quietly."""
    edge = Edge.at_rate(take.sample_rate)
    return min(edge.length, len(samples)) if edge.is_quiet(samples) else 0


def _canvas_to_loop(model: TextToAudioModel, take: Take, latents: FloatArray) -> Canvas:
    """The clip is extended to whole latent frames, then rotated by half."""
    num_frames, window = latents.shape[1], model.window_frames
    half, scale = num_frames // 2, frames_per_latent(model)
    longest = model.clock.num_frames(_LONGEST_HALF_JOIN_S)
    half_width = max(1, min(window // 8, num_frames // 4, longest))
    join = Span(max(0, half - half_width), min(num_frames, half + half_width))
    free = Region(join, Span(0, model.latent_bins))
    sound = _sound(model, take)
    num_samples = sound.form.position(num_frames * scale)
    return Canvas(
        np.roll(latents, half, axis=1),
        np.roll(take.mel, half * scale, axis=0),
        replace(
            sound,
            after=num_samples - sound.num_samples,
            rotation=sound.form.position(half * scale),
        ),
        None,
        site_around(num_frames, free, window, is_soft=True),
        rotation=half,
    )


def _continuation_site(model: TextToAudioModel, num_frames: int, time: Span) -> EditSite:
    free = Region(time, Span(0, model.latent_bins))
    return site_around(num_frames, free, model.window_frames, is_soft=False)


def _sound(model: TextToAudioModel, take: Take) -> ClipSound:
    return ClipSound(take.waveform, SoundForm.of(model, take.sample_rate))


def _free_region(model: TextToAudioModel, edit: Edit, num_frames: int) -> Region:
    """The latents that an edit makes again: all rows where they have no frequencies."""
    if model.latent_bins > 1:
        return edited_region(edit, model.mel, num_frames, frames_per_latent(model))
    frames_per_second = model.clock.sample_rate / model.clock.hop_length
    return Region(edited_time(edit, frames_per_second, num_frames), Span(0, 1))
