"""Laws of the level codes and of the coarser levels."""

import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.viewer.level_pyramid import (
    EMPTY,
    LevelPyramid,
    code_to_db,
    db_to_code,
    encode_log_mel,
)
from core.api.region import Region, Span

BINS = Span(0, 3)


def filled(num_frames: int, edges: list[int], order_seed: int) -> tuple[LevelPyramid, np.ndarray]:
    """A pyramid written in stretches between `edges`, in some order, and what was written."""
    rng = np.random.default_rng(order_seed)
    codes = rng.integers(1, 256, (BINS.length, num_frames)).astype(np.uint8)
    pyramid = LevelPyramid(num_frames, BINS.length)
    cuts = sorted({0, num_frames, *(edge for edge in edges if edge < num_frames)})
    spans = [Span(a, b) for a, b in itertools.pairwise(cuts)]
    for index in rng.permutation(len(spans)):
        span = spans[index]
        pyramid.write(Region(span, BINS), codes[:, span.slice])
    return pyramid, codes


@given(
    st.integers(1, 9000), st.lists(st.integers(1, 9000), max_size=6), st.integers(1, 400), st.data()
)
def test_a_column_is_the_loudest_of_its_frames_in_any_order(num_frames, edges, max_columns, data):
    pyramid, codes = filled(num_frames, edges, order_seed=num_frames)
    start = data.draw(st.integers(0, num_frames - 1))
    stop = data.draw(st.integers(start + 1, num_frames))
    columns = pyramid.columns(Span(start, stop), max_columns)
    count = columns.codes.shape[1]
    width = columns.frames.length // count
    for index in range(count):
        first = columns.frames.start + index * width
        np.testing.assert_array_equal(
            columns.codes[:, index], codes[:, first : first + width].max(axis=1)
        )
    assert columns.frames.start <= start < stop <= columns.frames.stop


@given(st.integers(1, 100_000))
def test_the_whole_clip_fits_into_few_columns_at_any_length(num_frames):
    pyramid = LevelPyramid(num_frames, 1)
    assert pyramid.columns(Span(0, num_frames), 1024).codes.shape[1] <= 1024


def test_a_close_look_gives_the_frames_themselves():
    pyramid, codes = filled(5000, [], order_seed=0)
    columns = pyramid.columns(Span(100, 300), 1000)
    np.testing.assert_array_equal(columns.codes, codes[:, 100:300])


@given(st.integers(1, 3000), st.integers(0, 9000), st.integers(1, 200))
def test_a_longer_one_shows_the_same_and_has_room(num_frames, more, max_columns):
    pyramid, codes = filled(num_frames, [], order_seed=num_frames)
    longer = pyramid.longer(num_frames + more)
    known = longer.columns(Span(0, num_frames), num_frames)
    assert longer.num_frames == num_frames + more
    assert (known.codes[:, :num_frames] == codes).all()
    filled_at_once = LevelPyramid(num_frames + more, BINS.length)
    filled_at_once.write(Region(Span(0, num_frames), BINS), codes)
    span = Span(0, num_frames + more)
    assert (
        longer.columns(span, max_columns).codes == filled_at_once.columns(span, max_columns).codes
    ).all()


def code_of(log_mel: float) -> int:
    return int(encode_log_mel(np.array([[log_mel]], np.float32))[0, 0])


@given(st.floats(-11.5, 2.0, width=32))
def test_a_code_is_within_a_quarter_of_a_decibel(log_mel):
    level_db = log_mel * 20 / math.log(10)
    assert abs(code_to_db(code_of(log_mel)) - level_db) <= 0.251


@given(st.floats(width=32))
def test_no_value_looks_like_an_empty_cell(log_mel):
    assert code_of(log_mel) != EMPTY


@given(st.floats(-11.0, 2.0, width=32), st.floats(-11.0, 2.0, width=32))
def test_louder_is_never_a_lower_code(one, other):
    assert code_of(max(one, other)) >= code_of(min(one, other))


@given(st.integers(1, 255))
def test_the_axis_of_codes_and_decibels_is_one(code):
    assert db_to_code(code_to_db(code)) == code
