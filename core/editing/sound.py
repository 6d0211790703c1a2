"""The last step of an edit: vocodes the changed frames of the log-mel, and no others."""

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.api.region import Span
from core.editing.band import Band
from core.editing.canvas import Canvas
from core.editing.limited_sum import limited_sum
from core.models.text_to_audio_model import TextToAudioModel
from core.vocoders.limiter import HOLD_FRAMES, limited
from core.vocoders.vocoder import Vocoder

CONTEXT_FRAMES = 256  # mel frames given to the vocoder on either side of those that changed
BAND_FADE_FRAMES = 4  # a shorter fade would spread a band over its neighbours
CARRY_S = 0.02  # time over which a step between known and new samples is smoothed
_CARRY_FRAME = 16  # samples: as the carry is short, so is what full scale takes from it


def revocode_changed(
    model: TextToAudioModel, canvas: Canvas, changed: Span, gain: float
) -> FloatArray:
    """The canvas's samples, with those of the changed mel frames vocoded again.

    `gain` is that of the take: what its vocoded samples are multiplied by.

    Beyond the frames' own samples, only those in the vocoder's context can differ from before; all
    others are the same to the bit. Of a band only its own frequencies differ.
    """
    vocoder, waveform = model.vocoder, np.array(canvas.waveform)
    if not changed.length:
        return waveform
    context = changed.expand(CONTEXT_FRAMES, CONTEXT_FRAMES, Span(0, len(canvas.mel)))
    samples_span = context.scale(vocoder.hop_length).intersect(Span(0, waveform.size))
    samples = waveform[samples_span.slice].copy()
    mel = torch.from_numpy(np.ascontiguousarray(canvas.mel[context.slice]))
    vocoded = samples / np.float32(gain)
    first, new = vocoder.revocode(mel, changed.shift(-context.start), vocoded)
    span = Span(first, min(first + len(new), samples.size))
    new = limited(new[: span.length], vocoder.hop_length, gain)
    if canvas.band is not None:
        new = _in_band(canvas.band, samples[span.slice], new, vocoder.hop_length)
        samples[span.slice] = _crossfade(vocoder, samples, span, new, BAND_FADE_FRAMES)
    elif canvas.unfaded is None:
        samples[span.slice] = _crossfade(vocoder, samples, span, new)
    else:
        kept_span = canvas.unfaded.intersect(samples_span).shift(-samples_span.start)
        _attach(samples, kept_span, span, new, round(CARRY_S * vocoder.sampling_rate))
    waveform[samples_span.slice] = samples
    return waveform


def _in_band(band: Band, old: FloatArray, new: FloatArray, frame: int) -> FloatArray:
    """Samples (n,) with the new ones' frequencies in a band, and the old ones' elsewhere.

    At full scale the new ones become quieter. Where the old ones without their band are already
    beyond it, and beyond the old peak, all become quieter: the band's new sound matters more.
    """
    rest = old - band.filtered(old)
    summed = limited_sum(rest, band.filtered(new), frame, HOLD_FRAMES)
    ceiling = np.max(np.abs(old), initial=1)
    exchanged: FloatArray = ceiling * limited(summed / ceiling, frame)
    return exchanged


def _crossfade(
    vocoder: Vocoder, known: FloatArray, span: Span, new: FloatArray, frames: int = 1
) -> FloatArray:
    """The new samples, cross-faded with the known ones over mel frames where the clip goes on."""
    weights = np.ones(span.length, np.float32)
    fade = min(frames * vocoder.hop_length, span.length // 2)
    ramp = np.sin(np.pi / 2 * (np.arange(fade, dtype=np.float32) + 0.5) / max(1, fade)) ** 2
    if span.start > 0:
        weights[:fade] = ramp
    if span.stop < known.size:
        weights[span.length - fade :] = ramp[::-1]
    old = known[span.slice]
    faded: FloatArray = old + weights * (new - old)
    return faded


def _attach(
    samples: FloatArray, kept_span: Span, span: Span, new: FloatArray, carry_samples: int
) -> None:
    """Write new samples beside the kept ones, which stay to the bit.

    The step at the join is added to the new samples and decays, so that nothing clicks. At full
    scale less of it is added.
    """
    sides = (
        (Span(0, kept_span.start), kept_span.start),
        (Span(kept_span.stop, samples.size), kept_span.stop - 1),
    )
    for side, edge in sides:
        part = side.intersect(span)
        joined = new[part.shift(-span.start).slice]
        if part.length and span.start <= edge < span.stop and kept_span.length:
            distance = np.abs(np.arange(part.start, part.stop) - edge) - 1
            carry = 0.5 + 0.5 * np.cos(np.pi * np.minimum(distance / carry_samples, 1))
            step = samples[edge] - new[edge - span.start]
            joined = limited_sum(joined, step * carry.astype(np.float32), _CARRY_FRAME, 0)
        samples[part.slice] = joined
