"""Houses for the front door's tests."""

import shutil
from pathlib import Path

import pytest

from tests.app.bootstrap.house import House, build_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house as it comes: nothing is set up."""
    return build_house(tmp_path)


@pytest.fixture(scope="session")
def furnished_once(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that was set up by its own front door; copy it, do not change it."""
    house = build_house(tmp_path_factory.mktemp("furnished"))
    first = house.start("generate")
    assert first.returncode == 0, first.stderr
    return house


@pytest.fixture
def furnished_house(furnished_once: House, tmp_path: Path) -> House:
    """A copy of the house that was set up, for a test to spoil."""
    copy = House(tmp_path / "house", tmp_path / "registry")
    shutil.copytree(furnished_once.root, copy.root, symlinks=True)
    shutil.copytree(furnished_once.registry, copy.registry)
    return copy
