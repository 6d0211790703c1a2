"""A library in a folder of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.library.library import Library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def reopen(folder: Path) -> Iterator[Callable[..., Library]]:
    """Open the library as the next start would; the one before it is closed first."""
    opened: list[Library] = []

    def open_again(**options: Any) -> Library:
        while opened:
            opened.pop().close()
        opened.append(Library(folder, **options))
        return opened[-1]

    yield open_again
    while opened:
        opened.pop().close()


@pytest.fixture
def library(reopen: Callable[..., Library]) -> Library:
    return reopen()
