"""Mixtures hold the sounds that their plans name, in the order and at the levels they name."""

from collections import Counter

import numpy as np
import pytest
from bundled_model.data.clip import CLIP_SAMPLES
from bundled_model.data.concepts import CONCEPT_NAMES
from bundled_model.data.mixture import (
    ARRANGED_SHARES,
    Arrangement,
    Mixture,
    drawn_mixture,
    mixed,
)
from bundled_model.data.planning import go_together
from bundled_model.data.waveform_mixing import in_sequence, sounding_level_db
from bundled_model.data.waveform_store import WaveformStore

DRAWS = 400


@pytest.fixture(scope="module")
def drawn(clips: WaveformStore) -> list[tuple[Mixture, tuple[int, ...]]]:
    """Many mixtures of some clips."""
    rng = np.random.default_rng(0)
    return [drawn_mixture(clips, number % len(clips), rng) for number in range(DRAWS)]


def test_every_arrangement_comes_about_as_often_as_it_should(
    drawn: list[tuple[Mixture, tuple[int, ...]]],
) -> None:
    counts = Counter(mixture.arrangement for mixture, _ in drawn)
    for arrangement, share in ARRANGED_SHARES.items():
        assert counts[arrangement] / DRAWS == pytest.approx(share, abs=0.06)
    assert any(len(numbers) == 3 for _, numbers in drawn)


def test_what_sounds_at_once_goes_together(
    clips: WaveformStore, drawn: list[tuple[Mixture, tuple[int, ...]]]
) -> None:
    for mixture, numbers in drawn:
        assert mixture.plans == tuple(clips.plans[number] for number in numbers)
        first, *others = mixture.concepts
        assert first not in others
        if mixture.arrangement is not Arrangement.SEQUENCE:
            assert all(go_together(first, other) for other in others)


def test_mixtures_keep_the_length_and_stay_below_full_scale(
    clips: WaveformStore, drawn: list[tuple[Mixture, tuple[int, ...]]]
) -> None:
    for mixture, numbers in drawn[:60]:
        sound = mixed(
            [clips.waveform(number) for number in numbers],
            mixture.arrangement,
            np.random.default_rng(1),
        )
        assert sound.shape == (CLIP_SAMPLES,)
        assert 0 < np.abs(sound).max() <= 1


def test_a_clip_alone_stays_as_it_is(clips: WaveformStore) -> None:
    waveform = clips.waveform(0)
    assert mixed([waveform], Arrangement.ALONE, np.random.default_rng(0)) is waveform


def test_where_no_two_clips_go_together_every_clip_is_alone(clips: WaveformStore) -> None:
    alone, rng = clips.head(1), np.random.default_rng(0)
    for _ in range(20):
        mixture, numbers = drawn_mixture(alone, 0, rng)
        assert (mixture.arrangement, numbers) == (Arrangement.ALONE, (0,))


def test_a_second_sound_follows_the_first_at_its_level() -> None:
    time_s = np.arange(CLIP_SAMPLES) / 16000
    low = (0.3 * np.sin(2 * np.pi * 200 * time_s)).astype(np.float32)
    high = (0.01 * np.sin(2 * np.pi * 2000 * time_s)).astype(np.float32)
    late = np.where(time_s > 1, high, 0).astype(np.float32)  # it begins in silence
    sound = in_sequence(low, late, 40000)
    parts = (sound[:39000], sound[41000:80000])
    crossings = [np.mean(np.diff(np.sign(part)) != 0) for part in parts]
    assert crossings[0] == pytest.approx(400 / 16000, rel=0.05)
    assert crossings[1] == pytest.approx(4000 / 16000, rel=0.05)
    levels = [sounding_level_db(part) for part in parts]
    assert levels[0] == pytest.approx(levels[1], abs=1)


def test_instruments_with_notes_do_not_go_together() -> None:
    piano, violin, rain = map(CONCEPT_NAMES.index, ("piano", "violin", "rain"))
    assert not go_together(piano, violin)
    assert go_together(piano, rain)
    assert not go_together(rain, rain)
