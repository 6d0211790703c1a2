from pathlib import Path

import pytest

from app.bootstrap.requirements import download_notice, read_requirements
from app.bootstrap.torch_build import NVIDIA_ON_LINUX, PROCESSOR

PYPROJECT = """
[project]
dependencies = ["torch==2.13.0", "numpy==2.4.6"]
[project.optional-dependencies]
test = ["pytest==9.2.0"]
train = ["pyfluidsynth"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    return tmp_path


def test_the_dependencies_are_those_of_pyproject(root: Path) -> None:
    assert read_requirements(root) == ["torch==2.13.0", "numpy==2.4.6"]


def test_extras_come_after_and_only_when_asked_for(root: Path) -> None:
    assert read_requirements(root, ["test"])[2:] == ["pytest==9.2.0"]


def test_the_notice_names_every_package() -> None:
    notice = download_notice(["torch==2.13.0", "numpy==2.4"], PROCESSOR)

    assert "torch, numpy, and what these need" in notice[0]


def test_the_notice_says_which_torch_and_how_large() -> None:
    assert "processor" in download_notice(["torch==2.13.0"], PROCESSOR)[1]
    assert "0.4 GB to download" in download_notice(["torch==2.13.0"], PROCESSOR)[1]
    assert "NVIDIA" in download_notice(["torch==2.13.0"], NVIDIA_ON_LINUX)[1]
    assert "3.2 GB to download" in download_notice(["torch==2.13.0"], NVIDIA_ON_LINUX)[1]


def test_without_torch_nobody_speaks_of_its_size() -> None:
    assert len(download_notice(["pytest==9.2.0"], None)) == 1
