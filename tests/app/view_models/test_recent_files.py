"""The files of late."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.recent_files import MAX_FILES, RecentFiles

PATHS = st.lists(st.sampled_from([Path(f"take-{number}.wav") for number in range(20)]))


class _Memory:
    def __init__(self, text: str = "[]") -> None:
        self.entry = text

    def text(self, name: str, default: str = "") -> str:
        return self.entry

    def keep(self, name: str, value: str) -> None:
        self.entry = value


@given(paths=PATHS)
def test_the_latest_come_first_each_once_and_not_too_many(paths):
    memory = _Memory()
    recent = RecentFiles(memory)
    for path in paths:
        recent.add(path)
    expected = list(dict.fromkeys(reversed(paths)))[:MAX_FILES]
    assert recent.paths == expected
    assert RecentFiles(memory).paths == expected


def test_files_can_be_forgotten(qtbot, memory):
    recent = RecentFiles(memory)
    recent.add(Path("a.wav"))
    recent.add(Path("b.wav"))
    with qtbot.waitSignal(recent.changed):
        recent.remove(Path("b.wav"))
    assert recent.paths == [Path("a.wav")]
    recent.clear()
    assert RecentFiles(memory).paths == []


@pytest.mark.parametrize("text", ["nonsense", "{}", "[1, null]", '"a"'])
def test_a_damaged_memory_is_an_empty_list(text):
    assert RecentFiles(_Memory(text)).paths == []
