"""Edits of takes whose latents are those of samples: no log-mel lies between.

The new latents and a few around them are decoded, and their samples are cross-faded with those of
the take. The picture is measured again.
"""

from dataclasses import replace

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.api.config import TilingConfig
from core.api.edit import Edit
from core.api.errors import InvalidRequestError, NonFiniteError
from core.api.events import Stage
from core.api.progress import InnerProgress, Progress
from core.api.region import Span
from core.api.take import Take
from core.editing.canvas import Canvas, frames_beside
from core.editing.edit_site import FADE_LATENTS
from core.editing.sample_edits import measured_around
from core.editing.sound import CARRY_S, attach, crossfaded
from core.editing.sound_form import SoundForm, at_rate
from core.editing.sound_parts import log_mel_of
from core.models.text_to_audio_model import WaveformModel
from core.pipeline.waveform_decoder import GAINS_A_SECOND, as_samples, encoded, waveform_engine
from core.vocoders.limiter import limited

_ENCODED_AROUND = 16  # latent frames on either side that an encoder may hear


def editable_waveform(model: WaveformModel, take: Take) -> tuple[Take, FloatArray]:
    """A take without a picture, and its latents (C, T, 1); those of a recording are 0 as yet.

    Raises:
        InvalidRequestError: The take has latents of another model.
    """
    form = SoundForm.of(model, take.sample_rate)
    num_frames = form.num_frames(len(take.waveform))
    shape = model.latent_channels, num_frames, 1
    latents = np.zeros(shape, np.float32) if take.latents is None else take.latents
    if latents.shape != shape:
        raise InvalidRequestError(
            "latents",
            f"This take has no latents of {model.card.name}, so it cannot be edited; generate it "
            "again, or start from it as a sound.",
        )
    return replace(take, mel=np.zeros((num_frames, 0), np.float32)), latents


def check_band(model: WaveformModel, edit: Edit) -> None:
    """Refuse a band of frequencies: these latents have none.

    Raises:
        InvalidRequestError: The edit is of a band.
    """
    if any(part.low_hz > 0 or part.high_hz is not None for part in edit.parts):
        raise InvalidRequestError(
            "low_hz",
            f"{model.card.name} makes all frequencies of a selection again, not a band of them: "
            "select the whole height, or choose another model.",
        )


def with_encoded_waveform(
    model: WaveformModel, canvas: Canvas, tiling: TilingConfig, progress: Progress
) -> Canvas:
    """The canvas of a recording, with the latents of the stretch's known frames."""
    known, form = canvas.known, canvas.sound.form
    span = canvas.site.stretch.intersect(known)
    if not span.length:
        return canvas
    around = span.expand(_ENCODED_AROUND, _ENCODED_AROUND, known)
    samples = canvas.sound.read(form.span_of(around).intersect(Span(0, canvas.sound.num_samples)))
    own = _on_channels(samples, model.clock.channels)
    own = at_rate(own, form.sample_rate, form.model_rate)[: model.clock.samples_of(around.length)]
    missing = model.clock.samples_of(around.length) - len(own)
    own = np.pad(own, ((0, missing), (0, 0)))
    with progress.stage(Stage.ENCODING):
        found = encoded(model, own, tiling, InnerProgress(progress))[0].cpu().numpy()
    latents = np.array(canvas.latents)
    latents[:, span.slice] = found[:, span.shift(-around.start).slice]
    return replace(canvas, latents=latents)


def redecoded(
    model: WaveformModel, canvas: Canvas, tiling: TilingConfig, gain: float, progress: Progress
) -> tuple[FloatArray, Span]:
    """The clip's samples with new ones where latents are new, and where these are in the canvas.

    Beyond them, and the cross-fade of `FADE_LATENTS` frames around, all are as before to the bit.

    Raises:
        NonFiniteError: The decoder gave samples that are not numbers.
    """
    sound, form = canvas.sound, canvas.sound.form
    clip = Span(0, canvas.latents.shape[1])
    changed = _changed(canvas, clip)
    around = form.span_of(changed.expand(1, 1, clip)).intersect(Span(0, sound.num_samples))
    samples = sound.read(around)
    new = _decoded(model, canvas, changed, tiling, progress)
    new = limited(new, model.clock.sample_rate // GAINS_A_SECOND, gain)
    new = at_rate(new, form.model_rate, form.sample_rate)
    inside = form.span_of(changed).intersect(around).shift(-around.start)
    inside = Span(inside.start, min(inside.stop, inside.start + len(new)))
    new = _as_before(new[: inside.length], samples)
    if canvas.unfaded is None:
        samples[inside.slice] = crossfaded(samples, inside, new, FADE_LATENTS * form.frame_samples)
    else:
        kept = canvas.unfaded.intersect(around).shift(-around.start)
        attach(samples, kept, inside, new, round(CARRY_S * form.sample_rate))
    if not np.isfinite(samples).all():
        raise NonFiniteError("decoder")
    return sound.with_new(around, samples), form.span_of(changed)


def picture_after(
    model: WaveformModel, take: Take, waveform: FloatArray, changed: Span, rotation: int
) -> FloatArray:
    """The log-mel of an edited take, measured where its samples are others than before.

    Args:
        model: The model.
        take: The take before.
        waveform: The samples after.
        changed: What is new, in samples of the canvas.
        rotation: Samples that the canvas is rotated by.
    """
    if rotation or len(waveform) != len(take.waveform):
        return log_mel_of(waveform, take.sample_rate, model.mel)
    return measured_around(changed, waveform, take.sample_rate, take.mel, model.mel)


def _changed(canvas: Canvas, clip: Span) -> Span:
    """The latent frames whose samples may change, those of the cross-fade included."""
    if canvas.unfaded is not None:
        return frames_beside(canvas, canvas.unfaded)
    return canvas.site.free.time.expand(FADE_LATENTS, FADE_LATENTS, clip)


def _decoded(
    model: WaveformModel, canvas: Canvas, span: Span, tiling: TilingConfig, progress: Progress
) -> FloatArray:
    """The samples of a span of latent frames, exactly those of the whole canvas."""
    engine, hop = waveform_engine(model, tiling), model.clock.hop_length
    read = engine.latents_read(span.scale(hop)).intersect(Span(0, canvas.latents.shape[1]))
    latents = torch.from_numpy(np.ascontiguousarray(canvas.latents[None, :, read.slice, 0]))
    own = next(model.waveform_vae.parameters())
    values = engine.decode(latents.to(own.device, own.dtype), InnerProgress(progress))
    return as_samples(values)[span.shift(-read.start).scale(hop).slice]


def _on_channels(samples: FloatArray, channels: int) -> FloatArray:
    """Samples (n,) or (n, c) as (n, channels): as they are, or their average on each channel."""
    own = samples.reshape(len(samples), -1)
    if own.shape[1] == channels:
        return own
    return np.repeat(own.mean(axis=1, keepdims=True, dtype=np.float32), channels, axis=1)


def _as_before(new: FloatArray, samples: FloatArray) -> FloatArray:
    """New samples with the channels of the known ones."""
    if new.shape[1:] == samples.shape[1:]:
        return new
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    found = _on_channels(new, channels)
    return found[:, 0] if samples.ndim == 1 else found
