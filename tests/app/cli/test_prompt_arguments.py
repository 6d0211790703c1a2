"""Prompts along time, and names of the sounds of a list of prompts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.prompt_arguments import output_of, parse_segments, read_prompt_list
from core.api.errors import InvalidRequestError
from core.api.request import PromptSegment


@pytest.mark.parametrize(
    ("line", "start_s", "prompt"),
    [
        ("0:20=thunder", 20.0, "thunder"),
        ("0:20 thunder and rain", 20.0, "thunder and rain"),
        ("20=thunder", 20.0, "thunder"),
        ("1:02:03.5 a = b", 3723.5, "a = b"),
        ("  0:05   wind  ", 5.0, "wind"),
        ("0:30", 30.0, ""),
    ],
)
def test_a_time_and_a_prompt(line: str, start_s: float, prompt: str) -> None:
    assert parse_segments([line], "rain")[-1] == PromptSegment(start_s, prompt)


def test_lines_may_come_in_any_order_and_the_plain_prompt_begins() -> None:
    segments = parse_segments(["1:00 wind", "", "0:20 thunder"], "rain")

    assert [(s.start_s, s.prompt) for s in segments] == [(0, "rain"), (20, "thunder"), (60, "wind")]


def test_a_line_at_zero_takes_the_place_of_the_plain_prompt() -> None:
    assert parse_segments(["0:00 wind"], "rain") == (PromptSegment(0.0, "wind"),)


def test_no_lines_are_no_segments() -> None:
    assert parse_segments(["", "  "], "rain") == ()


@pytest.mark.parametrize("line", ["thunder", "=thunder", "1:2:3:4 thunder", ":: x", "0:20thunder"])
def test_what_has_no_time_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(InvalidRequestError, match="0:20=thunder") as caught:
        parse_segments([line])
    assert caught.value.field == "segments"


@given(st.integers(0, 10**8), st.sampled_from(["thunder", "a = b", "", "12:30 bells"]))
def test_times_are_read_to_the_millisecond(milliseconds: int, prompt: str) -> None:
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    line = f"{hours}:{minutes:02}:{rest / 1000:06.3f} {prompt}"

    assert parse_segments([line])[-1] == PromptSegment(milliseconds / 1000, prompt)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A dog barks, twice!", "take-007-a-dog-barks-twice.wav"),
        ("../../etc/passwd", "take-007-etc-passwd.wav"),
        ("हिन्दी में घंटी", "take-007-हिन्दी-में-घंटी.wav"),
        ("?!", "take-007.wav"),
        ("w " * 500, "take-007-" + "-".join("w" * 20) + ".wav"),
    ],
)
def test_a_name_holds_number_and_prompt_within_its_folder(prompt: str, name: str) -> None:
    assert output_of(Path("sounds/take.wav"), 7, prompt) == Path("sounds") / name


def test_a_list_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"list\.txt: there is no such file"):
        read_prompt_list(tmp_path / "list.txt")


def test_only_line_ends_part_the_lines_of_a_list(tmp_path: Path) -> None:
    content = "\ufeffrain\u2028now\r\n\r\n# not this\nwind\x0bfar\x85away\rthunder"
    (tmp_path / "list.txt").write_bytes(content.encode())

    assert read_prompt_list(tmp_path / "list.txt") == [
        (1, "rain\u2028now"),
        (4, "wind\x0bfar\x85away"),
        (5, "thunder"),
    ]
