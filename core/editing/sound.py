"""The last step of an edit: the changed frames of a log-mel become samples again, and only they."""

import numpy as np
import torch

from core.api.arrays import FloatArray
from core.api.region import Span
from core.editing.canvas import Canvas
from core.models.text_to_audio_model import TextToAudioModel
from core.vocoders.vocoder import Vocoder

AROUND_FRAMES = 256  # mel frames looked at on either side of those that changed
CARRY_S = 0.02  # how long the end of known samples is carried into those that follow


def renewed(model: TextToAudioModel, canvas: Canvas, changed: Span) -> FloatArray:
    """The canvas's samples, with those of the changed mel frames made anew.

    Beyond the frames' own samples, at most those that the vocoder's context reaches differ from
    before; all others are the same to the bit.
    """
    vocoder, waveform = model.vocoder, np.array(canvas.waveform)
    if not changed.length:
        return waveform
    around = changed.expand(AROUND_FRAMES, AROUND_FRAMES, Span(0, len(canvas.mel)))
    heard = around.scale(vocoder.hop_length).intersect(Span(0, waveform.size))
    nearby = waveform[heard.slice].copy()
    mel = torch.from_numpy(np.ascontiguousarray(canvas.mel[around.slice]))
    first, new = vocoder.revocode(mel, changed.shift(-around.start), nearby)
    span = Span(first, min(first + len(new), nearby.size))
    new = new[: span.length]
    if canvas.kept is None:
        nearby[span.slice] = _faded_in(vocoder, nearby, span, new)
    else:
        kept = canvas.kept.intersect(heard).shift(-heard.start)
        _attach(nearby, kept, span, new, round(CARRY_S * vocoder.sampling_rate))
    waveform[heard.slice] = nearby
    return waveform


def _faded_in(vocoder: Vocoder, known: FloatArray, span: Span, new: FloatArray) -> FloatArray:
    """The new samples, faded into the known ones over a mel frame where the clip goes on."""
    weights = np.ones(span.length, np.float32)
    fade = min(vocoder.hop_length, span.length // 2)
    ramp = (np.arange(fade, dtype=np.float32) + 0.5) / max(1, fade)
    if span.start > 0:
        weights[:fade] = ramp
    if span.stop < known.size:
        weights[span.length - fade :] = ramp[::-1]
    old = known[span.slice]
    faded: FloatArray = old + weights * (new - old)
    return faded


def _attach(
    samples: FloatArray, kept: Span, span: Span, new: FloatArray, carry_samples: int
) -> None:
    """Put new samples beside the kept ones, which stay to the bit.

    What the new ones differ by at the join is carried on and dies away, so that nothing clicks.
    """
    sides = ((Span(0, kept.start), kept.start), (Span(kept.stop, samples.size), kept.stop - 1))
    for side, edge in sides:
        part = side.intersect(span)
        fresh = new[part.shift(-span.start).slice].copy()
        if part.length and span.start <= edge < span.stop and kept.length:
            distance = np.abs(np.arange(part.start, part.stop) - edge) - 1
            carry = 0.5 + 0.5 * np.cos(np.pi * np.minimum(distance / carry_samples, 1))
            fresh += (samples[edge] - new[edge - span.start]) * carry.astype(np.float32)
        samples[part.slice] = fresh
