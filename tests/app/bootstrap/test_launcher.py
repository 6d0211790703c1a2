import os
import sys
from pathlib import Path

import pytest

from app.bootstrap import launcher, system_packages
from app.bootstrap.environment import Environment
from app.bootstrap.failure import SetupError
from app.bootstrap.requirements import read_requirements
from app.bootstrap.system_packages import SystemPackage

ABSENT = SystemPackage("libnowhere1", "libnowhere.so.1")
PRESENT = SystemPackage("libc6", "libc.so.6")
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's libraries")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without dependencies, whose environment is the one this test runs in."""
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = []\n")
    (tmp_path / "packaging/requirements").mkdir(parents=True)
    (tmp_path / "packaging/requirements/base.txt").touch()
    (tmp_path / ".venv").mkdir()
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    monkeypatch.setenv("PATH", "/nowhere")
    return tmp_path


def record(root: Path, *entries: str) -> None:
    """Make the environment one that holds everything, and these entries."""
    Environment(root).record([*read_requirements(root).entries, *entries])


def test_what_is_complete_is_entered_in_silence(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, PRESENT.present)

    launcher.enter_environment(root, packages=[PRESENT], required=[PRESENT])

    assert capsys.readouterr().err == ""


def test_a_missing_convenience_is_named_and_the_start_goes_on(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, ABSENT.absent)

    launcher.enter_environment(root, packages=[ABSENT])

    assert "libnowhere1" in capsys.readouterr().err


def test_a_missing_necessity_ends_the_start(root: Path) -> None:
    record(root, ABSENT.absent)

    with pytest.raises(SetupError, match=r"window needs .* libnowhere1"):
        launcher.enter_environment(root, packages=[ABSENT], required=[ABSENT])


def test_what_was_installed_since_is_noticed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(root, PRESENT.absent)

    launcher.enter_environment(root, packages=[PRESENT], required=[PRESENT])

    assert capsys.readouterr().err == ""


def test_python_outside_the_environment_is_no_endless_loop(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(root)
    monkeypatch.setattr(sys, "prefix", str(root))
    monkeypatch.setenv(launcher.RESTARTED, "1")

    with pytest.raises(SetupError, match="PYTHONHOME"):
        launcher.enter_environment(root)


def test_the_mark_between_two_processes_is_not_handed_on(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(root)
    monkeypatch.setenv(launcher.RESTARTED, "1")

    launcher.enter_environment(root)

    assert launcher.RESTARTED not in os.environ


def test_a_built_application_is_entered_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(system_packages, "missing", lambda packages: [])

    launcher.prepare_application([], tmp_path / "nowhere")

    assert capsys.readouterr().err == ""


def test_a_built_application_runs_without_a_sound_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(system_packages, "needed_here", lambda packages: packages)
    monkeypatch.setattr(system_packages, "missing", lambda packages: [*system_packages.SOUND])

    launcher.prepare_application([], tmp_path / "nowhere")
    assert "libportaudio2" in capsys.readouterr().err

    launcher.prepare_application(["generate"], tmp_path / "nowhere")
    assert capsys.readouterr().err == ""


def test_a_built_application_stops_where_no_window_can_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(system_packages, "needed_here", lambda packages: packages)
    monkeypatch.setattr(system_packages, "missing", lambda packages: [*system_packages.QT])

    with pytest.raises(SystemExit, match="libegl1"):
        launcher.prepare_application([], tmp_path / "nowhere")
