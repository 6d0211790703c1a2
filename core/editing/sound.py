"""The last step of an edit: vocodes the changed frames of the log-mel, and no others."""

from collections.abc import Callable

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.api.errors import NonFiniteError
from core.api.region import Span
from core.editing.band import Band
from core.editing.canvas import Canvas
from core.editing.edit_site import FADE_LATENTS
from core.editing.limited_sum import limited_sum
from core.editing.sound_form import SoundForm, over_channels
from core.models.text_to_audio_model import LogMelModel
from core.vocoders.limiter import HOLD_FRAMES, limited

CONTEXT_FRAMES = 256  # mel frames given to the vocoder on either side of those that changed
BAND_FADE_FRAMES = 4  # a shorter fade would spread a band over its neighbours
CARRY_S = 0.02  # time over which a step between known and new samples is smoothed
_CARRY_FRAME = 16  # samples: as the carry is short, so is what full scale takes from it


def revocode_changed(model: LogMelModel, canvas: Canvas, changed: Span, gain: float) -> FloatArray:
    """The clip's samples, with those of the changed mel frames vocoded again.

    `gain` is that of the take: what its vocoded samples are multiplied by.

    Beyond the frames' own samples, only those in the vocoder's context can differ from before; all
    others are the same to the bit. Of a band only its own frequencies differ. New samples of a
    recording are at its rate, and the same on all of its channels; none beyond the frames differ.

    Raises:
        NonFiniteError: The vocoder gave samples that are not numbers.
    """
    vocoder, sound, form = model.vocoder, canvas.sound, canvas.sound.form
    if not changed.length:
        return sound.with_new(Span(0, 0), sound.samples[:0])
    context = changed.expand(CONTEXT_FRAMES, CONTEXT_FRAMES, Span(0, len(canvas.mel)))
    samples_span = form.span_of(context).intersect(Span(0, sound.num_samples))
    samples = sound.read(samples_span)
    mel = torch.from_numpy(np.ascontiguousarray(canvas.mel[context.slice]))
    known = form.to_model(samples) / np.float32(gain)
    first, new = vocoder.revocode(mel, changed.shift(-context.start), known)
    new = limited(new[: known.size - first], vocoder.hop_length, gain)
    span, new = form.from_model(Span(first, first + len(new)), new)
    inside = span.intersect(Span(0, len(samples)))
    if canvas.is_recorded:
        inside = inside.intersect(form.span_of(changed).shift(-samples_span.start))
    new = _on_all_channels(new[inside.shift(-span.start).slice], samples)
    if canvas.unfaded is None:
        if canvas.band is not None:
            new = _in_band(canvas.band, samples[inside.slice], new, form)
        fade_samples = _fade_frames(model, canvas) * form.frame_samples
        samples[inside.slice] = crossfaded(samples, inside, new, fade_samples)
    else:
        kept_span = canvas.unfaded.intersect(samples_span).shift(-samples_span.start)
        attach(samples, kept_span, inside, new, round(CARRY_S * form.sample_rate))
    if not np.isfinite(samples).all():
        raise NonFiniteError("vocoder")
    return sound.with_new(samples_span, samples)


def _fade_frames(model: LogMelModel, canvas: Canvas) -> int:
    """Mel frames over which new samples are cross-faded with the known ones."""
    if canvas.is_recorded:  # those in which the log-mel goes from old to new
        return FADE_LATENTS * model.time_scale
    return 1 if canvas.band is None else BAND_FADE_FRAMES


def _on_all_channels(new: FloatArray, samples: FloatArray) -> FloatArray:
    """New samples (n,), or (n, channels) where the known ones have channels."""
    return new if samples.ndim == 1 else np.repeat(new[:, None], samples.shape[1], axis=1)


def _each_channel(function: Callable[..., FloatArray], *parts: FloatArray) -> FloatArray:
    """What a function of samples (n,) makes of them, or of each channel of (n, channels)."""
    if parts[0].ndim == 1:
        return function(*parts)
    columns = zip(*(part.T for part in parts), strict=True)
    return np.stack([function(*column) for column in columns], axis=1)


def _in_band(band: Band, old: FloatArray, new: FloatArray, form: SoundForm) -> FloatArray:
    """Samples with the new ones' frequencies in a band, and the old ones' elsewhere.

    At full scale the new ones become quieter. Where the old ones without their band are already
    beyond it, and beyond the old peak, all become quieter: the band's new sound matters more.
    """
    ceiling, frame = np.max(np.abs(old), initial=1), form.frame_samples

    def exchanged(old: FloatArray, new: FloatArray) -> FloatArray:
        rest = old - band.filtered(old, form.sample_rate)
        new = band.filtered(new, form.sample_rate)
        summed = limited_sum(rest, new, frame, HOLD_FRAMES)
        loud: FloatArray = ceiling * limited(summed / ceiling, frame)
        return loud

    return _each_channel(exchanged, old, new)


def crossfaded(known: FloatArray, span: Span, new: FloatArray, fade_samples: int) -> FloatArray:
    """The new samples, cross-faded with the known ones where the clip goes on."""
    weights = np.ones(span.length, np.float32)
    fade = min(fade_samples, span.length // 2)
    ramp = np.sin(np.pi / 2 * (np.arange(fade, dtype=np.float32) + 0.5) / max(1, fade)) ** 2
    if span.start > 0:
        weights[:fade] = ramp
    if span.stop < len(known):
        weights[span.length - fade :] = ramp[::-1]
    old = known[span.slice]
    faded: FloatArray = old + over_channels(weights, new) * (new - old)
    return faded


def attach(
    samples: FloatArray, kept_span: Span, span: Span, new: FloatArray, carry_samples: int
) -> None:
    """Write new samples beside the kept ones, which stay to the bit.

    The step at the join is added to the new samples and decays, so that nothing clicks. At full
    scale less of it is added.
    """
    sides = (
        (Span(0, kept_span.start), kept_span.start),
        (Span(kept_span.stop, len(samples)), kept_span.stop - 1),
    )
    for side, edge in sides:
        part = side.intersect(span)
        joined = new[part.shift(-span.start).slice]
        if part.length and span.start <= edge < span.stop and kept_span.length:
            distance = np.abs(np.arange(part.start, part.stop) - edge) - 1
            carry = 0.5 + 0.5 * np.cos(np.pi * np.minimum(distance / carry_samples, 1))
            step = samples[edge] - new[edge - span.start]
            change = step * over_channels(carry.astype(np.float32), new)
            joined = _each_channel(_limited_carry, joined, change)
        samples[part.slice] = joined


def _limited_carry(new: FloatArray, change: FloatArray) -> FloatArray:
    return limited_sum(new, change, _CARRY_FRAME, 0)
