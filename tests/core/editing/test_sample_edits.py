"""Edits of samples: what is outside stays to the bit, what is inside is what was asked for."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.edit import REMOVED_DB, Edit, EditKind, EditRegion
from core.api.request import GenerationRequest
from core.api.take import Marker, Take
from core.editing import sound_parts
from core.editing.sample_edits import JOINT_S, edit_samples
from core.editing.sound_parts import log_mel_of
from core.mel import MelParams

PARAMS = MelParams()
SECONDS = 2.0
SAME_LENGTH = (
    EditKind.GAIN,
    EditKind.NORMALISE,
    EditKind.FADE_IN,
    EditKind.FADE_OUT,
    EditKind.REVERSE,
)


def take_of(waveform: np.ndarray, rate: int = 16000) -> Take:
    mel = np.zeros((len(waveform) * 100 // rate, PARAMS.n_mels), np.float32)
    return Take(request=GenerationRequest(), sample_rate=rate, waveform=waveform, mel=mel)


@pytest.fixture(params=[(16000, ()), (44100, (2,))], ids=["mono", "stereo"])
def take(request: pytest.FixtureRequest) -> Take:
    rate, inner = request.param
    noise = np.random.default_rng(0).standard_normal((round(SECONDS * rate), *inner))
    return take_of((0.1 * noise).astype(np.float32), rate)


def changed(take: Take, kind: EditKind, start_s: float = 0.5, stop_s: float = 1.2, **values):
    edit = Edit(kind=kind, start_s=start_s, stop_s=stop_s, **values)
    return edit_samples(take, edit, PARAMS)


def place(take: Take, time_s: float) -> int:
    return round(time_s * take.sample_rate)


@pytest.mark.parametrize("kind", SAME_LENGTH)
def test_outside_of_the_stretch_every_sample_stays(take: Take, kind: EditKind) -> None:
    result = changed(take, kind, gain_db=-6.0).waveform
    start, stop = place(take, 0.5), place(take, 1.2)
    assert result.shape == take.waveform.shape
    assert np.array_equal(result[:start], take.waveform[:start])
    assert np.array_equal(result[stop:], take.waveform[stop:])
    assert not np.array_equal(result, take.waveform)


def test_a_gain_is_heard_in_the_stretch(take: Take) -> None:
    result = changed(take, EditKind.GAIN, gain_db=-20.0).waveform
    inner = slice(place(take, 0.51), place(take, 1.19))
    np.testing.assert_allclose(result[inner], 0.1 * take.waveform[inner], rtol=1e-5)


def test_the_lowest_gain_leaves_silence(take: Take) -> None:
    result = changed(take, EditKind.GAIN, gain_db=REMOVED_DB).waveform
    assert not result[place(take, 0.51) : place(take, 1.19)].any()


@settings(max_examples=20, deadline=None)
@given(gain_db=st.floats(-30, 30))
def test_a_gain_and_its_opposite_give_the_sound_back(gain_db: float) -> None:
    samples = np.random.default_rng(1).standard_normal(32000).astype(np.float32)
    there = changed(take_of(samples), EditKind.GAIN, 0.0, 2.0, gain_db=gain_db)
    back = changed(there, EditKind.GAIN, 0.0, 2.0, gain_db=-gain_db)
    np.testing.assert_allclose(back.waveform, samples, rtol=1e-5, atol=1e-6)


def test_a_band_gets_louder_alone() -> None:
    times_s = np.arange(32000) / 16000
    low, high = (np.sin(2 * np.pi * hz * times_s).astype(np.float32) for hz in (300, 3000))
    take = take_of(0.1 * (low + high))
    without = changed(take, EditKind.GAIN, 0.4, 1.6, low_hz=2000.0, gain_db=REMOVED_DB)
    louder = changed(take, EditKind.GAIN, 0.4, 1.6, low_hz=100.0, high_hz=600.0, gain_db=6.0)
    inner = slice(8000, 24000)
    np.testing.assert_allclose(without.waveform[inner], 0.1 * low[inner], atol=1e-4)
    factor = 10 ** (6 / 20)
    expected = 0.1 * (factor * low + high)
    np.testing.assert_allclose(louder.waveform[inner], expected[inner], atol=1e-4)


def test_normalising_brings_the_peak_to_its_level(take: Take) -> None:
    result = changed(take, EditKind.NORMALISE, 0.0, SECONDS, gain_db=-3.0).waveform
    assert np.abs(result).max() == pytest.approx(10 ** (-3 / 20), rel=1e-5)


def test_silence_is_not_normalised() -> None:
    silent = take_of(np.zeros(32000, np.float32))
    assert not changed(silent, EditKind.NORMALISE, 0.0, 2.0).waveform.any()


def test_fades_begin_and_end_in_silence(take: Take) -> None:
    rising = changed(take, EditKind.FADE_IN, 0.0, 1.0).waveform
    falling = changed(take, EditKind.FADE_OUT, 1.0, SECONDS).waveform
    assert not rising[0].any()
    assert not falling[-1].any()
    middle = slice(place(take, 0.5) - 5, place(take, 0.5) + 5)
    np.testing.assert_allclose(rising[middle], take.waveform[middle] / 2, rtol=0.01)


def test_a_reversal_undoes_itself(take: Take) -> None:
    twice = changed(changed(take, EditKind.REVERSE), EditKind.REVERSE).waveform
    inner = slice(place(take, 0.5 + JOINT_S) + 1, place(take, 1.2 - JOINT_S) - 1)
    assert np.array_equal(twice[inner], take.waveform[inner])
    whole = changed(take, EditKind.REVERSE, 0.0, SECONDS).waveform
    assert np.array_equal(whole, take.waveform[::-1])


def test_a_cut_takes_out_the_stretch(take: Take) -> None:
    result = changed(take, EditKind.CUT).waveform
    start, stop, joint = place(take, 0.5), place(take, 1.2), place(take, JOINT_S)
    assert len(result) == len(take.waveform) - (stop - start)
    assert np.array_equal(result[:start], take.waveform[:start])
    assert np.array_equal(result[start + joint :], take.waveform[stop + joint :])


def test_a_crop_leaves_the_stretch(take: Take) -> None:
    result = changed(take, EditKind.CROP).waveform
    kept = take.waveform[place(take, 0.5) : place(take, 1.2)]
    edge = place(take, 0.01)
    assert len(result) == len(kept)
    assert np.array_equal(result[edge:-edge], kept[edge:-edge])
    assert not result[0].any()
    assert not result[-1].any()


@pytest.mark.parametrize(("start_s", "stop_s"), [(0.0, 0.7), (1.3, 9.0)])
def test_a_cut_at_an_end_gives_the_sound_a_new_one(take: Take, start_s, stop_s) -> None:
    result = changed(take, EditKind.CUT, start_s, stop_s).waveform
    assert len(result) == len(take.waveform) - place(take, min(stop_s, SECONDS) - start_s)
    assert not result[0 if start_s == 0 else -1].any()


def test_silence_is_inserted_and_can_be_cut_again(take: Take) -> None:
    longer = changed(take, EditKind.SILENCE, 0.7, 0.7, added_s=0.4)
    start, stop = place(take, 0.7), place(take, 1.1)
    joint = place(take, JOINT_S)
    assert len(longer.waveform) == len(take.waveform) + stop - start
    assert np.array_equal(longer.waveform[:start], take.waveform[:start])
    assert np.array_equal(longer.waveform[stop:], take.waveform[start:])
    assert not longer.waveform[start + joint : stop - joint].any()
    back = changed(longer, EditKind.CUT, 0.7, 1.1).waveform
    assert len(back) == len(take.waveform)
    np.testing.assert_array_equal(back[start + joint :], take.waveform[start + joint :])


@pytest.mark.parametrize("kind", [*SAME_LENGTH, EditKind.CUT, EditKind.SILENCE])
def test_a_smooth_sound_does_not_click(kind: EditKind) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 100 * np.arange(32000) / 16000).astype(np.float32)
    result = changed(take_of(tone), kind, 0.5037, 1.2113, gain_db=-20.0, added_s=0.3).waveform
    if kind in (EditKind.FADE_IN, EditKind.FADE_OUT):  # these are silent at one end by intention
        return
    assert np.abs(np.diff(result)).max() < 3 * np.abs(np.diff(tone)).max()


@pytest.mark.parametrize("kind", list(filter(lambda kind: kind.is_of_samples, EditKind)))
def test_a_long_sound_is_edited_on_the_disk(
    take: Take, kind: EditKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = changed(take, kind, gain_db=-6.0, added_s=0.5)
    monkeypatch.setattr(sound_parts, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(sound_parts, "_BLOCK_SAMPLES", 1000)
    on_disk = changed(take, kind, gain_db=-6.0, added_s=0.5)
    assert isinstance(on_disk.waveform, np.memmap)
    np.testing.assert_allclose(on_disk.waveform, usual.waveform, atol=1e-6)
    np.testing.assert_allclose(on_disk.mel, usual.mel, atol=1e-4)


def test_a_sound_is_never_emptied(take: Take) -> None:
    left = changed(take, EditKind.CUT, 0.0, SECONDS)
    assert np.array_equal(left.waveform, take.waveform)


def test_the_edit_is_kept_with_the_take(take: Take) -> None:
    result = changed(take, EditKind.CUT)
    assert [edit.kind for edit in result.request.edits] == [EditKind.CUT]
    assert Edit.from_dict(result.request.edits[0].to_dict()) == result.request.edits[0]
    assert result.latents is None
    assert len(result.mel) == pytest.approx(result.duration_s * 100, abs=1)


@pytest.mark.parametrize(("start_s", "stop_s"), [(0.0, 0.3), (0.7137, 1.111), (1.6, 2.0)])
def test_the_picture_is_that_of_the_samples(take: Take, start_s: float, stop_s: float) -> None:
    measured = replace(take, mel=log_mel_of(take.waveform, take.sample_rate, PARAMS))
    result = changed(measured, EditKind.GAIN, start_s, stop_s, gain_db=-30.0)
    expected = log_mel_of(result.waveform, take.sample_rate, PARAMS)
    assert result.mel.shape == expected.shape
    np.testing.assert_allclose(result.mel, expected, atol=2e-3)
    padded = replace(measured, mel=np.pad(measured.mel, ((0, 5), (0, 0))))
    result = changed(padded, EditKind.GAIN, start_s, stop_s, gain_db=-30.0)
    np.testing.assert_allclose(result.mel[:-5], expected, atol=2e-3)
    assert not result.mel[-5:].any()


def two_regions(kind: EditKind, **values: float) -> Edit:
    later = EditRegion(start_s=1.3, stop_s=1.6)
    return Edit(kind=kind, start_s=0.2, stop_s=0.5, more_regions=(later,), **values)


SEVERAL = [kind for kind in EditKind if kind.is_of_samples and kind.has_regions]


@pytest.mark.parametrize("kind", SEVERAL)
def test_several_regions_are_edited_as_one_after_another(take: Take, kind: EditKind) -> None:
    take = replace(take, mel=log_mel_of(take.waveform, take.sample_rate, PARAMS))
    both = two_regions(kind, gain_db=-6.0, added_s=0.4)
    result = edit_samples(take, both, PARAMS)
    later = changed(take, kind, 1.3, 1.6, gain_db=-6.0, added_s=0.4)
    each = changed(later, kind, 0.2, 0.5, gain_db=-6.0, added_s=0.4)
    assert np.array_equal(result.waveform, each.waveform)
    np.testing.assert_allclose(result.mel, each.mel, atol=2e-3)
    assert result.request.edits == (both,)


def test_between_two_cuts_every_sample_stays(take: Take) -> None:
    result = edit_samples(take, two_regions(EditKind.CUT), PARAMS).waveform
    kept = take.waveform[place(take, 0.5 + JOINT_S) : place(take, 1.3)]
    first = place(take, 0.2) + place(take, JOINT_S)
    assert np.array_equal(result[first : first + len(kept)], kept)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_markers_stay_at_their_sound(data: st.DataObject) -> None:
    """A click at each marker is found again where the edit says that the marker went."""
    rate, far = 1000, 0.02  # from a joint, which fades clicks
    places = data.draw(st.lists(st.integers(1, 1998), min_size=1, max_size=6, unique=True))
    samples = np.zeros(2000, np.float32)
    samples[places] = np.linspace(0.3, 0.9, len(places))
    take = replace(take_of(samples, rate), markers=tuple(Marker(one / rate) for one in places))
    kinds = [EditKind.CUT, EditKind.CROP, EditKind.SILENCE, EditKind.REVERSE, EditKind.GAIN]
    start, stop = sorted(data.draw(st.tuples(st.integers(0, 1990), st.integers(0, 1990))))
    edit = Edit(
        kind=data.draw(st.sampled_from(kinds)),
        start_s=start / rate,
        stop_s=stop / rate,
        added_s=data.draw(st.integers(1, 900)) / rate,
        gain_db=0.0,
    )
    after = edit_samples(take, edit, PARAMS)
    for one in take.markers:
        moved_s = edit.moved_s(one.time_s, take.duration_s, after.duration_s)
        if (
            moved_s is None
            or min(abs(one.time_s - start / rate), abs(one.time_s - stop / rate)) < far
        ):
            continue
        turned = 1 if edit.kind is EditKind.REVERSE and start < one.time_s * rate < stop else 0
        heard = after.waveform[round(moved_s * rate) - turned]
        assert heard == pytest.approx(samples[round(one.time_s * rate)], abs=1e-6)
