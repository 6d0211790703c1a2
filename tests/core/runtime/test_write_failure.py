"""The sentences for what the system says when a file cannot be written."""

import errno
from pathlib import Path

import pytest

from core.runtime.write_failure import write_failure


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOTDIR, "{folder} is not a folder"),
        (errno.EROFS, "no permission"),
        (errno.EACCES, "no permission"),
        (errno.ENOSPC, "the disk is full"),
        (errno.ESPIPE, "a pipe or a device"),
        (errno.EIO, "could not be written"),
    ],
)
def test_the_system_is_quoted_in_words(number: int, words: str, tmp_path: Path) -> None:
    sentence = write_failure(tmp_path / "a.wav", OSError(number, "the system's words"))
    assert words.format(folder=tmp_path) in sentence


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    error = FileNotFoundError(errno.ENOENT, "the system's words")
    sentence = write_failure(tmp_path / "gone" / "a.wav", error)
    assert f"folder {tmp_path / 'gone'} does not exist" in sentence
    assert "could not be written" in write_failure(tmp_path / "a.wav", error)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux has a folder without a disk")
def test_what_is_no_disk_is_not_called_full() -> None:
    assert "could not be written" in write_failure(Path("/proc/a.wav"), RuntimeError())


def test_a_hidden_reason_is_looked_for_on_the_disk(tmp_path: Path) -> None:
    assert "could not be written" in write_failure(tmp_path / "a.wav", RuntimeError())
    assert "could not be written" in write_failure(tmp_path / "gone" / "a.wav", RuntimeError())
