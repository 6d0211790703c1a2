"""Seconds, samples and latent frames agree, whichever way one goes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import Clock

CLOCKS = st.sampled_from(
    [Clock(16000, 1, 640), Clock(48000, 1, 1920), Clock(44100, 2, 2048), Clock(48000, 2, 1920)]
)
LENGTHS = st.integers(1, 44100 * 3600)


@given(CLOCKS, LENGTHS)
def test_frames_cover_the_samples_and_no_frame_is_too_many(clock: Clock, length: int) -> None:
    frames = clock.frames_of(length)
    assert clock.samples_of(frames - 1) < length <= clock.samples_of(frames)


@given(CLOCKS, LENGTHS)
def test_samples_survive_the_way_through_seconds(clock: Clock, length: int) -> None:
    assert clock.num_samples(length / clock.sample_rate) == length


@given(CLOCKS, st.integers(1, 100_000))
def test_frames_survive_the_way_through_seconds(clock: Clock, frames: int) -> None:
    middle_s = (clock.seconds_of(frames) + clock.seconds_of(frames - 1)) / 2
    assert clock.frame_at(middle_s) == frames - 1
    assert clock.num_frames(middle_s) == frames


@given(st.floats(0.1, 3600))
def test_audioldm_counts_as_through_its_mel_frames(duration_s: float) -> None:
    mel_frames = math.ceil(duration_s * 16000 / 160)
    assert Clock(16000, 1, 640).num_frames(duration_s) == math.ceil(mel_frames / 4)


def test_one_channel_has_samples_without_an_axis_for_it() -> None:
    assert Clock(16000, 1, 640).inner_shape == ()
    assert Clock(44100, 2, 2048).inner_shape == (2,)


@pytest.mark.parametrize("values", [(0, 1, 640), (16000, 0, 640), (16000, 1, 0)])
def test_a_clock_that_stands_still_is_refused(values: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot count"):
        Clock(*values)
