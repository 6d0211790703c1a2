"""One finished sound, and the markers in it."""

from dataclasses import replace

import numpy as np
import pytest

from core.api.edit import Edit
from core.api.request import GenerationRequest
from core.api.take import MOST_MARKERS, Marker, Take, sorted_markers


@pytest.mark.parametrize("num_samples", [0, 1, 16_000])
def test_a_take_is_as_long_as_its_samples(num_samples: int) -> None:
    take = Take(
        request=GenerationRequest(duration_s=10.0),
        sample_rate=16_000,
        waveform=np.zeros(num_samples, np.float32),
        mel=np.zeros((100, 64), np.float32),
    )
    assert take.duration_s == num_samples / 16_000


@pytest.mark.parametrize("time_s", [-0.1, float("nan"), float("inf")])
def test_a_marker_lies_at_a_time(time_s: float) -> None:
    with pytest.raises(ValueError, match="no place"):
        Marker(time_s)


def test_a_markers_name_is_one_line() -> None:
    assert Marker(1.0, "  two\n lines\t").name == "two lines"
    assert len(Marker(1.0, "x" * 1000).name) == 200


def test_markers_are_sorted_within_the_sound_and_each_once() -> None:
    markers = [Marker(3.0, "c"), Marker(1.0, "b"), Marker(1.0, "a"), Marker(1.0, "b"), Marker(9.0)]
    assert sorted_markers(markers, 3.0) == (Marker(1.0, "a"), Marker(1.0, "b"), Marker(3.0, "c"))
    assert len(sorted_markers((Marker(i / 1e4) for i in range(2000)), 3.0)) == MOST_MARKERS


def test_an_edited_take_has_the_markers_that_are_left() -> None:
    before = Take(
        request=GenerationRequest(),
        sample_rate=100,
        waveform=np.zeros(1000, np.float32),
        mel=np.zeros((1000, 64), np.float32),
        markers=(Marker(1.0, "a"), Marker(3.0, "b"), Marker(5.0, "c")),
    )
    after = replace(before, waveform=before.waveform[:800])
    after = after.with_markers_after(before, Edit(kind="cut", start_s=2.0, stop_s=4.0))
    assert after.markers == (Marker(1.0, "a"), Marker(3.0, "c"))
