"""Times as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock_time import clock_text, parse_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20", 20.0),
        ("2.5", 2.5),
        (".5", 0.5),
        ("1:00", 60.0),
        ("2:30", 150.0),
        ("90:00", 5400.0),
        ("1:02:03.5", 3723.5),
        (" 0:05 ", 5.0),
    ],
)
def test_a_time_is_read(text: str, seconds: float) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", ":", "1:", ":30", "1:75", "1:60:00", "1:2:3:4", "-1", "1:-5", "nan", "inf", "1e3", "1_0"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    assert parse_time(text) is None


@given(st.integers(0, 10**7))
def test_what_the_window_shows_is_read_back(ticks: int) -> None:
    assert parse_time(clock_text(ticks / 10, 1)) == pytest.approx(ticks / 10)
