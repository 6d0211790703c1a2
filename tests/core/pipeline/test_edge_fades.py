"""The fades at the edges of a take."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pipeline.edge_fades import QUIET, Edge, EdgeFades, FadeIn, FadeOut

RATE = 16000
EDGE = Edge.at_rate(RATE)


def noise(count: int, level: float = 0.5) -> np.ndarray:
    """Noise (count,) that is nowhere quiet."""
    signs = np.random.default_rng(count).choice([-1, 1], count)
    return (level * signs).astype(np.float32)


def pieces(samples: np.ndarray, cuts: Sequence[int]) -> list[np.ndarray]:
    """Samples cut at some places."""
    return np.split(samples, sorted(min(cut, len(samples)) for cut in cuts))


@given(st.integers(0, 700), st.lists(st.integers(0, 700), max_size=6), st.booleans())
def test_pieces_do_not_matter(count: int, cuts: list[int], is_stereo: bool) -> None:
    samples = np.stack([noise(count), noise(count + 1)[1:]], 1) if is_stereo else noise(count)
    fade_in, fade_out, both = FadeIn(EDGE), FadeOut(EDGE), EdgeFades(RATE)
    for fades, whole in (
        (fade_in, EDGE.faded_start(samples)),
        (fade_out, EDGE.faded_stop(samples)),
        (both, EDGE.faded_stop(EDGE.faded_start(samples))),
    ):
        made = [*map(fades.push, pieces(samples, cuts)), fades.finish()]
        np.testing.assert_array_equal(np.concatenate(made), whole)


def test_five_milliseconds_are_silent_and_five_rise() -> None:
    faded = EDGE.faded_start(noise(1000, 1.0))
    assert not faded[:80].any()
    assert np.all(np.diff(np.abs(faded[80:160])) > 0)
    np.testing.assert_array_equal(faded[160:], noise(1000, 1.0)[160:])


def test_a_faded_edge_is_not_faded_again() -> None:
    faded = EDGE.faded_stop(EDGE.faded_start(noise(1000)))
    assert EDGE.faded_start(faded) is faded
    np.testing.assert_array_equal(EDGE.faded_stop(faded), faded)


@pytest.mark.parametrize("level", [0.0, 0.9 * QUIET])
def test_a_sound_that_begins_by_itself_is_not_faded(level: float) -> None:
    samples = np.concatenate([noise(EDGE.length // 2, level), noise(500)])
    np.testing.assert_array_equal(EDGE.faded_start(samples), samples)
    np.testing.assert_array_equal(EDGE.faded_stop(samples[::-1]), samples[::-1])
