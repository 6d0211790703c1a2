import os
from pathlib import Path

import pytest

from app.bootstrap import apt
from app.bootstrap.system_packages import SystemPackage

PACKAGES = [SystemPackage("libegl1", "libEGL.so.1"), SystemPackage("xvfb", "Xvfb")]
INSTALL = "apt-get install --yes --no-install-recommends libegl1 xvfb"


class Programs:
    """Stand-ins for apt-get and sudo on the PATH, which write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._calls = folder / "calls"

    def add(self, name: str, *, then: str = "exit 0") -> None:
        script = self._folder / name
        script.write_text(f'#!/bin/sh\necho "{name} $*" >> {self._calls}\n{then}\n')
        script.chmod(0o755)

    def calls(self) -> list[str]:
        return self._calls.read_text().splitlines() if self._calls.exists() else []


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("PATH", str(tmp_path))
    return Programs(tmp_path)


def test_root_installs_after_a_fresh_look_at_what_there_is(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert apt.install(PACKAGES)
    assert programs.calls() == ["apt-get update", INSTALL]


def test_a_passwordless_sudo_is_used(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    programs.add("apt-get")
    programs.add("sudo")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert apt.install(PACKAGES)
    assert programs.calls() == ["sudo -n true", "sudo -n apt-get update", f"sudo -n {INSTALL}"]


def test_a_sudo_with_a_password_is_not_used(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add("apt-get")
    programs.add("sudo", then="exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert not apt.install(PACKAGES)
    assert programs.calls() == ["sudo -n true"]


def test_the_command_is_printed_before_it_runs(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    programs.add("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    said: list[str] = []
    monkeypatch.setattr(apt, "_run", lambda command: said.append(capsys.readouterr().err) or True)
    apt.install(PACKAGES)

    assert INSTALL in said[0]


def test_system_packages_may_be_left_to_the_person(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv(apt.CHOICE, "no")

    assert not apt.install(PACKAGES)
    assert programs.calls() == []


def test_a_failed_installation_is_reported(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add("apt-get", then="exit 100")
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert not apt.install(PACKAGES)


def test_the_line_to_run_is_exact(programs: Programs) -> None:
    programs.add("apt-get")

    line = apt.line_to_run(PACKAGES)

    assert line == "sudo apt-get install --no-install-recommends libegl1 xvfb"


def test_packages_are_named_even_without_apt(programs: Programs) -> None:
    assert not apt.install(PACKAGES)
    assert apt.line_to_run(PACKAGES) == "(by Debian's names) libegl1 xvfb"
    assert programs.calls() == []
