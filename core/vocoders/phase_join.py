"""Joins reconstructed samples to the known ones after them, with phases that fit both sides.

Two sounds with the same magnitudes but other phases cancel in a cross-fade. So the frames before
the joint are reconstructed once more, between fixed frames on both sides.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Span
from core.mel import MelParams
from core.vocoders.griffin_lim import ComplexArray, ShortTimeTransform, griffin_lim

JOINT_FRAMES = 64  # most frames that are reconstructed once more


def frame_reader(
    transform: ShortTimeTransform, params: MelParams, waveform: FloatArray
) -> Callable[[Span], ComplexArray]:
    """A function to the complex frames (n, n_fft // 2 + 1) of a span; silence lies around."""

    def analyse(span: Span) -> ComplexArray:
        first = span.start * params.hop_length - params.edge_padding
        covered = Span(first, first + transform.num_samples(span.length))
        inside = covered.intersect(Span(0, len(waveform)))
        if not span.length:
            return np.zeros((0, params.n_fft // 2 + 1), np.complex64)
        signal = np.zeros(covered.length, np.float32)
        signal[inside.shift(-first).slice] = waveform[inside.slice]
        return transform.analyse(signal)

    return analyse


def join_samples(
    vocoder: Any, mel: Tensor, changed: Span, new: tuple[int, FloatArray], waveform: FloatArray
) -> tuple[int, FloatArray]:
    """Join new samples to the known ones after them.

    Args:
        vocoder: The PhaseReconstructionVocoder they come from.
        mel: Log-mel of the clip (T, F).
        changed: The frames that cover a changed sample.
        new: Index of the first new sample, and the samples, at least to the end of `changed`.
        waveform: The known samples of the clip.

    Returns:
        The index of the first sample, and samples that end a little after the changed frames,
        where they equal `waveform` up to the reconstruction's inconsistency.
    """
    params, transform = vocoder.params, vocoder.transform
    first, samples = new
    joint = Span(max(changed.start, changed.stop - JOINT_FRAMES), changed.stop)
    context_span = joint.expand(vocoder.past_frames, vocoder.past_frames, Span(0, len(mel)))
    crossfaded = _crossfaded(waveform, first, samples, joint.scale(params.hop_length))
    after = Span(
        joint.stop, max(joint.stop, min(context_span.stop, len(waveform) // params.hop_length))
    )
    analyse = frame_reader(transform, params, crossfaded)
    spectrum = griffin_lim(
        transform,
        vocoder.magnitudes_of(
            lambda span: mel[span.slice], Span(0, len(mel)), Span(context_span.start, after.stop)
        ),
        analyse(Span(context_span.start, joint.start)),
        analyse(joint),
        analyse(after),
        n_iter=vocoder.n_iter,
        momentum=vocoder.momentum,
    )
    signal = transform.synthesise(spectrum, transform.window_sum(len(spectrum)))
    origin = context_span.start * params.hop_length - params.edge_padding
    span = _final_samples(joint, after, params).intersect(Span(first, len(waveform)))
    crossfaded[span.slice] = signal[span.shift(-origin).slice]
    return first, crossfaded[first : span.stop]


def _crossfaded(waveform: FloatArray, first: int, samples: FloatArray, fade: Span) -> FloatArray:
    """The known samples with the new ones over them, which fade out along `fade`."""
    stop = min(first + len(samples), len(waveform))
    weights = np.clip((fade.stop - np.arange(first, stop)) / max(1, fade.length), 0, 1)
    crossfaded = waveform.copy()
    new = samples[: stop - first]
    crossfaded[first:stop] += (weights * (new - crossfaded[first:stop])).astype(np.float32)
    return crossfaded


def _final_samples(joint: Span, after: Span, params: MelParams) -> Span:
    """The samples that frames of the joint cover, up to where all frames over them are final."""
    start = joint.start * params.hop_length - params.edge_padding
    stop = after.stop * params.hop_length - params.edge_padding
    return Span(start, max(start, stop))
