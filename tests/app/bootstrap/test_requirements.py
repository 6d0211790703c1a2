import sys
from pathlib import Path

import pytest

from app.bootstrap.requirements import download_notice, read_requirements

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
    assert (
        "torch, numpy, and what these need" in download_notice(["torch==2.13.0", "numpy==2.4"])[0]
    )


def test_on_linux_the_notice_warns_of_cudas_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")

    assert "3 GB" in " ".join(download_notice(["torch==2.13.0"]))


def test_elsewhere_and_without_torch_nobody_speaks_of_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(download_notice(["pytest==9.2.0"])) == 1
    monkeypatch.setattr(sys, "platform", "darwin")

    assert "400 MB" in " ".join(download_notice(["torch==2.13.0"]))
    assert "NVIDIA" not in " ".join(download_notice(["torch==2.13.0"]))
