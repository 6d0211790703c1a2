"""Where reconstructed samples meet known ones: phases that fit both sides.

Two sounds of the same magnitudes and other phases cancel where one is faded into the other. So
the frames before the meeting are worked out once more, between frames that are decided on both
sides.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.region import Span
from core.mel import MelParams
from core.vocoders.griffin_lim import ComplexArray, ShortTimeTransform, griffin_lim

JOINT_FRAMES = 64  # worked out once more, at most


def frames_of(
    transform: ShortTimeTransform, params: MelParams, waveform: FloatArray
) -> Callable[[Span], ComplexArray]:
    """The complex frames (n, n_fft // 2 + 1) of a clip, by their numbers; silence lies around."""

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


def joined_to(
    vocoder: Any, mel: Tensor, changed: Span, new: tuple[int, FloatArray], waveform: FloatArray
) -> tuple[int, FloatArray]:
    """Let new samples end in the known ones.

    Args:
        vocoder: The PhaseReconstructionVocoder they are from.
        mel: Log-mel of the clip (T, F).
        changed: The frames that cover a changed sample.
        new: Place of the first new sample, and the samples, up to the end of `changed` at least.
        waveform: The known samples of the clip.

    Returns:
        The place of the first sample, and samples that end a little after the changed frames,
        where they are those of `waveform` up to the reconstruction's inconsistency.
    """
    params, transform = vocoder.params, vocoder.transform
    first, samples = new
    joint = Span(max(changed.start, changed.stop - JOINT_FRAMES), changed.stop)
    around = joint.expand(vocoder.past_frames, vocoder.past_frames, Span(0, len(mel)))
    mixed = _mixed(waveform, first, samples, joint.scale(params.hop_length))
    after = Span(joint.stop, max(joint.stop, min(around.stop, len(waveform) // params.hop_length)))
    analyse = frames_of(transform, params, mixed)
    spectrum = griffin_lim(
        transform,
        vocoder.magnitudes_of(
            lambda span: mel[span.slice], Span(0, len(mel)), Span(around.start, after.stop)
        ),
        analyse(Span(around.start, joint.start)),
        analyse(joint),
        analyse(after),
        n_iter=vocoder.n_iter,
        momentum=vocoder.momentum,
    )
    signal = transform.synthesise(spectrum, transform.window_sum(len(spectrum)))
    origin = around.start * params.hop_length - params.edge_padding
    span = _complete(joint, after, params).intersect(Span(first, len(waveform)))
    mixed[span.slice] = signal[span.shift(-origin).slice]
    return first, mixed[first : span.stop]


def _mixed(waveform: FloatArray, first: int, samples: FloatArray, fade: Span) -> FloatArray:
    """The known samples with the new ones in their place, which fade out along `fade`."""
    stop = min(first + len(samples), len(waveform))
    weights = np.clip((fade.stop - np.arange(first, stop)) / max(1, fade.length), 0, 1)
    mixed = waveform.copy()
    new = samples[: stop - first]
    mixed[first:stop] += (weights * (new - mixed[first:stop])).astype(np.float32)
    return mixed


def _complete(joint: Span, after: Span, params: MelParams) -> Span:
    """The samples that frames of the joint cover, with every frame over them worked out."""
    start = joint.start * params.hop_length - params.edge_padding
    stop = after.stop * params.hop_length - params.edge_padding
    return Span(start, max(start, stop))
