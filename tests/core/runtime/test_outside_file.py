"""Small files that somebody else may have written."""

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runtime.outside_file import json_text, parse_json, read_beginning, read_outside_file

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"rain")
    assert read_outside_file(tmp_path / "a", 4) == b"rain"
    assert read_beginning(tmp_path / "a", 2) == b"ra"


def test_a_longer_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"rain")
    with pytest.raises(OSError, match="too long"):
        read_outside_file(tmp_path / "a", 3)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs in folders")
def test_a_fifo_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with pytest.raises(OSError, match="no regular file"):
        read_outside_file(tmp_path / "a")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /dev")
def test_an_endless_file_is_refused_at_once() -> None:
    with pytest.raises(OSError, match="no regular file"):
        read_outside_file(Path("/dev/zero"))


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(OSError, match=r"."):
            read_outside_file(path)


@given(JSON)
def test_json_is_read_as_the_library_reads_it(value: object) -> None:
    assert parse_json(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a":' * 100_000, "Infinity", "[NaN]", "-Infinity", "1e999", "9" * 5000, "{"],
)
def test_json_of_no_use_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


def test_bytes_that_are_no_text_are_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(b"\xff\xfe\xff")


def test_a_caller_who_checks_numbers_gets_infinity() -> None:
    assert parse_json("[Infinity, 1e999]", allows_infinity=True) == [float("inf")] * 2


@given(JSON)
def test_what_is_written_as_json_is_read_back(value: object) -> None:
    assert parse_json(json_text({"a": value}, indent=1)) == {"a": value}


def test_a_name_that_is_no_text_is_written_with_escapes() -> None:
    name = os.fsdecode(b"\xff.wav")
    text = json_text({"file": name, "prompt": "雨"})
    assert text.encode("utf-8").isascii()
    assert parse_json(text) == {"file": name, "prompt": "雨"}
    assert "雨" in json_text({"prompt": "雨"})
