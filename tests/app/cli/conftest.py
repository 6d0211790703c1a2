"""The program, ready to run at once."""

import os
from collections.abc import Iterator

import pytest

from tests.app.warm_program import ColdProgram, WarmProgram


@pytest.fixture(scope="session")
def forks() -> Iterator[WarmProgram | ColdProgram]:
    with WarmProgram() if hasattr(os, "fork") else ColdProgram() as program:
        yield program


@pytest.fixture
def program(forks: WarmProgram | ColdProgram) -> Iterator[WarmProgram | ColdProgram]:
    """Runs the command line in processes of their own; nothing is left of them after a test."""
    yield forks
    forks.end_run()
