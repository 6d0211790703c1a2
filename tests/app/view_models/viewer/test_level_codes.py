"""Laws of spectrogram levels as bytes."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.viewer.level_pyramid import EMPTY, code_to_db, db_to_code, encode_log_mel


def code_of(log_mel: float) -> int:
    return int(encode_log_mel(np.array([[log_mel]], np.float32))[0, 0])


@given(st.floats(-11.5, 2.0, width=32))
def test_a_code_is_within_a_quarter_of_a_decibel(log_mel):
    level_db = log_mel * 20 / math.log(10)
    assert abs(code_to_db(code_of(log_mel)) - level_db) <= 0.251


@given(st.floats(width=32))
def test_no_value_however_strange_looks_like_nothing(log_mel):
    assert code_of(log_mel) != EMPTY


@given(st.floats(-11.0, 2.0, width=32), st.floats(-11.0, 2.0, width=32))
def test_louder_is_never_a_lower_code(one, other):
    assert code_of(max(one, other)) >= code_of(min(one, other))


@given(st.integers(1, 255))
def test_the_axis_of_codes_and_decibels_is_one(code):
    assert db_to_code(code_to_db(code)) == code
