"""Projects on disk for the tests of the set-up."""

import shutil
from pathlib import Path

import pytest

from tests.app.bootstrap.sample_project import SampleProject, build_project


@pytest.fixture
def project(tmp_path: Path) -> SampleProject:
    """A project in which nothing is set up."""
    return build_project(tmp_path)


@pytest.fixture(scope="session")
def installed_once(tmp_path_factory: pytest.TempPathFactory) -> SampleProject:
    """A project that was set up; tests copy it and do not change it."""
    project = build_project(tmp_path_factory.mktemp("installed"))
    first = project.start("generate")
    assert first.returncode == 0, first.stderr
    return project


@pytest.fixture
def installed_project(installed_once: SampleProject, tmp_path: Path) -> SampleProject:
    """A copy of the project that was set up, which a test may damage."""
    copy = SampleProject(tmp_path / "project", tmp_path / "registry")
    shutil.copytree(installed_once.root, copy.root, symlinks=True)
    shutil.copytree(installed_once.registry, copy.registry)
    return copy
