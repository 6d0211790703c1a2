import re
import tomllib
from pathlib import Path

import pytest

from app.bootstrap.requirements import LOCKED_EXTRAS, download_notice, read_requirements
from app.bootstrap.torch_build import CPU_FROM_PYTORCH, CPU_ON_LINUX, NVIDIA_ON_LINUX

ROOT = Path(__file__).resolve().parents[3]
LISTS = sorted((ROOT / "packaging/requirements").glob("*.txt"))
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
    (tmp_path / "packaging/requirements").mkdir(parents=True)
    for name in ("base", "test"):
        (tmp_path / f"packaging/requirements/{name}.txt").write_text(name)
    return tmp_path


def test_the_dependencies_are_those_of_pyproject(root: Path) -> None:
    assert read_requirements(root).pins == ("torch==2.13.0", "numpy==2.4.6")


def test_extras_come_after_and_only_when_asked_for(root: Path) -> None:
    assert read_requirements(root, ["test"]).pins[2:] == ("pytest==9.2.0",)


def test_every_package_comes_from_a_list_with_hashes(root: Path) -> None:
    words = read_requirements(root, ["test"]).pip_arguments(CPU_FROM_PYTORCH)

    lists = [Path(word).name for word in words if word.endswith(".txt")]
    assert lists == ["base.txt", "test.txt", "torch-cpu.txt"]
    assert "--require-hashes" in words
    assert words[:2] == CPU_FROM_PYTORCH.pip_arguments


def test_nvidias_libraries_come_only_with_their_build(root: Path) -> None:
    requirements = read_requirements(root)

    assert str(root / "packaging/requirements/nvidia.txt") in requirements.pip_arguments(
        NVIDIA_ON_LINUX
    )
    assert str(root / "packaging/requirements/nvidia.txt") not in requirements.pip_arguments(
        CPU_ON_LINUX
    )


def test_a_changed_list_is_another_entry(root: Path) -> None:
    before = read_requirements(root).entries
    (root / "packaging/requirements/base.txt").write_text("another")

    assert set(before) - set(read_requirements(root).entries) == {before[-1]}


def test_the_lists_hold_what_pyproject_pins() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(pin for name in LOCKED_EXTRAS for pin in optional[name])]
    text = "".join(path.read_text() for path in LISTS)
    listed = set(re.findall(r"(?m)^([^\s+]+==[^\s+]+)", text))

    assert {pin.lower() for pin in wanted} <= listed


def test_each_build_of_torch_has_the_pin_and_its_own_hashes() -> None:
    [pin] = [pin for pin in read_requirements(ROOT).pins if pin.startswith("torch==")]
    builds = (ROOT / "packaging/requirements/torch-builds.sha256").read_text()

    for suffix in ("cpu", "cu130"):
        text = (ROOT / f"packaging/requirements/torch-{suffix}.txt").read_text()
        hashes = set(re.findall(r"sha256:(\w+)", text))
        lines = [line.split() for line in builds.splitlines()]
        assert f"\n{pin}+{suffix} " in text
        assert hashes == {digest for digest, wheel in lines if f"+{suffix}-" in wheel}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_listed_packages_have_versions_hashes_and_no_address(path: Path) -> None:
    text = path.read_text().replace(" \\\n", " ")
    entries = [line for line in text.splitlines() if not line.startswith("#")]

    assert entries
    assert [one for one in entries if not re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:", one)] == []
    assert "://" not in text
    assert "--index" not in text


def test_the_notice_names_every_package() -> None:
    notice = download_notice(["torch==2.13.0", "numpy==2.4"], CPU_ON_LINUX)

    assert "torch, numpy, and what these need" in notice[0]


def test_the_notice_says_which_torch_and_how_large() -> None:
    assert "processor" in download_notice(["torch==2.13.0"], CPU_ON_LINUX)[1]
    assert "0.4 GB to download" in download_notice(["torch==2.13.0"], CPU_ON_LINUX)[1]
    assert "NVIDIA" in download_notice(["torch==2.13.0"], NVIDIA_ON_LINUX)[1]


def test_without_torch_nobody_speaks_of_its_size() -> None:
    assert len(download_notice(["pytest==9.2.0"], None)) == 1
