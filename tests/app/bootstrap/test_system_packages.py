import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import system_packages
from app.bootstrap.failure import SetupError
from app.bootstrap.system_packages import SystemPackage

HERE = [SystemPackage("libc6", "libc.so.6"), SystemPackage("base-files", "etc/*-release")]
NOT_HERE = [
    SystemPackage("libnowhere1", "libnowhere.so.1"),
    SystemPackage("nowhere", "usr/lib/*/nowhere"),
    SystemPackage("nowhere-bin", "nowhere-program"),
]
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's libraries")


@linux_only
def test_missing_are_exactly_those_whose_sign_is_not_found() -> None:
    assert system_packages.missing([*HERE, *NOT_HERE]) == NOT_HERE


@linux_only
def test_a_program_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nowhere-program"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert NOT_HERE[2].is_present()


@linux_only
def test_everything_the_tests_need_is_here_by_now() -> None:
    packages = (
        *system_packages.QT,
        *system_packages.QT_ON_X11,
        *system_packages.SOUND,
        *system_packages.FOR_TESTS,
    )
    assert system_packages.missing(packages) == []


def test_only_linux_needs_system_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert list(system_packages.needed_here(HERE)) == []
    monkeypatch.setattr(sys, "platform", "linux")
    assert list(system_packages.needed_here(HERE)) == HERE


def test_a_python_with_its_venv_needs_nothing() -> None:
    assert system_packages.python_venv() == []


@pytest.fixture
def python_without_ensurepip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's python3 as it comes."""
    find_spec: Callable[[str], Any] = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find_spec(name)
    )


@pytest.mark.usefixtures("python_without_ensurepip")
def test_a_python_without_venv_needs_debians_package() -> None:
    [package] = system_packages.python_venv()

    assert package.name == "python{}.{}-venv".format(*sys.version_info[:2])


@pytest.mark.usefixtures("python_without_ensurepip")
def test_a_missing_venv_package_is_named_without_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.bootstrap.environment import Environment
    from app.bootstrap.requirements import Requirements
    from app.bootstrap.set_up import set_up

    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(SetupError, match=r"virtual environments.*python3\.\d+-venv"):
        set_up(Environment(tmp_path), Requirements(("numpy",), tmp_path, ()))
