"""What an ear would throw out goes, and what it would keep stays."""

import numpy as np
import pytest
from bundled_model.data.recordings.catalogue import Reason
from bundled_model.data.recordings.decoding import Waveform
from bundled_model.data.recordings.duplicates import close_pairs, copies
from bundled_model.data.recordings.filters import contradicts, fault, outliers
from bundled_model.data.recordings.measures import measured
from bundled_model.data.recordings.recorded_concepts import Nature

from .conftest import noise, tone


@pytest.mark.parametrize(
    ("waveform", "reason"),
    [
        (np.zeros(16000, np.float32), Reason.SILENT),
        (1e-5 * tone(1), Reason.SILENT),
        (noise(0.02), Reason.TOO_SHORT),
        (np.clip(20 * tone(1), -1, 1), Reason.CLIPPED),
        (noise(1), None),
        (tone(1), None),
    ],
)
def test_faults_are_found(waveform: Waveform, reason: Reason | None) -> None:
    assert fault(measured(waveform)) is reason


@pytest.mark.parametrize(
    ("nature", "contradicted_by", "confirmed_by"),
    [
        (Nature.NOISE, tone(1), noise(1)),
        (Nature.TONE, noise(1), tone(1)),
        (Nature.VOICE, noise(1), tone(1, 200)),
        (Nature.STRIKE, tone(2), noise(0.2)),
    ],
)
def test_a_sound_may_contradict_its_label(
    nature: Nature, contradicted_by: Waveform, confirmed_by: Waveform
) -> None:
    assert contradicts(measured(contradicted_by), nature)
    assert not contradicts(measured(confirmed_by), nature)
    assert not contradicts(measured(contradicted_by), Nature.ANY)


def test_a_lone_tone_among_noises_is_an_outlier() -> None:
    clips = [measured(noise(1, seed)) for seed in range(10)]
    keys = [str(place) for place in range(11)]
    assert outliers([*clips, measured(tone(1))], ["rain"] * 11, keys) == [10]
    assert outliers(clips, ["rain"] * 10, keys[:10]) == []


def test_outliers_that_are_alike_are_another_kind() -> None:
    clips = [measured(noise(1, seed)) for seed in range(10)]
    hums = [measured(tone(1) + 0.01 * noise(1, seed)) for seed in range(3)]
    keys = [str(place) for place in range(13)]
    assert outliers([*clips, *hums], ["rain"] * 13, keys) == []


def test_few_recordings_have_no_outlier_whatever_their_variants() -> None:
    clips = [*(measured(noise(1, seed)) for seed in range(10)), measured(tone(1))]
    assert outliers(clips, ["rain"] * 11, ["a"] * 10 + ["b"]) == []


def test_a_softer_copy_is_found_and_another_take_is_not() -> None:
    first, other = noise(1), noise(1, 1)
    waveforms = [first, other, 0.1 * first, tone(1), first[:8000]]
    assert copies([measured(waveform) for waveform in waveforms]) == {2: 0}


def test_close_pairs_do_not_depend_on_the_order() -> None:
    waveforms = [noise(1, seed) for seed in range(4)] + [tone(1), tone(1.01)]
    measures = [measured(waveform) for waveform in waveforms]
    pairs = {(i, j) for i, j, _ in close_pairs(measures, 0.5)}
    backwards = {(5 - j, 5 - i) for i, j, _ in close_pairs(measures[::-1], 0.5)}
    assert pairs == backwards
    assert (4, 5) in pairs
