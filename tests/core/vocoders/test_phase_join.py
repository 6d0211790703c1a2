"""Revocoded samples of a phase reconstruction fit the known ones and have their mel."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from core.api.region import Span
from core.vocoders.phase_reconstruction import PhaseReconstructionVocoder
from tests.core.vocoders.test_phase_reconstruction import (
    log_mel,
    make_chord,
    make_noise,
    roughness,
    shipped,
    smooth,
    vocoded,
)

HOP = 160
VOCODERS = pytest.mark.parametrize("vocoder", [smooth, shipped])
Vocoder = Callable[[], PhaseReconstructionVocoder]


@VOCODERS
@pytest.mark.parametrize("span", [Span(100, 160), Span(120, 121), Span(0, 60), Span(300, 330)])
def test_revocoded_samples_begin_and_end_as_the_known_ones(span: Span, vocoder: Vocoder) -> None:
    known, mel = vocoded(make_chord, vocoder), log_mel(make_chord(3.3))
    first, samples = vocoder().revocode(mel, span, known)
    last = first + len(samples)
    apart = np.abs(samples - known[first:last]) / np.sqrt(np.mean(known**2))
    assert first <= span.start * HOP
    assert last >= span.stop * HOP
    assert first == 0 or apart[: HOP // 2].max() < 0.05
    assert last == len(known) or apart[-HOP // 2 :].max() < 1e-4


@VOCODERS
def test_a_changed_stretch_sounds_as_its_mel(
    vocoder: Vocoder,
) -> None:
    known, mel, span = vocoded(make_chord, vocoder), log_mel(make_chord(3.3)), Span(100, 160)
    changed = mel.clone()
    changed[span.slice] = log_mel(make_noise(3.3))[span.slice]
    first, samples = vocoder().revocode(changed, span, known)
    sound = known.copy()
    sound[first : first + len(samples)] = samples
    before, after = ((log_mel(heard) - changed).abs() for heard in (known, sound))
    assert before[span.slice].mean() > 1
    assert after[span.slice].mean() < 0.15
    torch.testing.assert_close(after[:90], before[:90], rtol=0, atol=1e-3)
    torch.testing.assert_close(after[175:], before[175:], rtol=0, atol=1e-3)


@VOCODERS
@pytest.mark.parametrize("make", [make_chord, make_noise])
def test_the_joints_of_revocoded_samples_do_not_click(
    make: Callable[[float], np.ndarray], vocoder: Vocoder
) -> None:
    known, span = vocoded(make, vocoder), Span(100, 160)
    first, samples = vocoder().revocode(log_mel(make(3.3)), span, known)
    sound = known.copy()
    sound[first : first + len(samples)] = samples
    usual = np.quantile(roughness(known)[28:-28], 0.99)
    assert roughness(sound)[span.start - 8 : span.stop + 16].max() < 1.5 * usual
