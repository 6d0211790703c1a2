"""Before anything is downloaded it is known whether all parts have a build."""

import os
import platform
import sys
import sysconfig

import pytest

from app.bootstrap import platform_support
from app.bootstrap.failure import SetupError
from app.bootstrap.platform_support import part_without_build, require_supported_platform


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """Describe a machine: its system, processor, and the version of its C library or macOS."""

    def describe(system: str, processor: str, version: str = "") -> None:
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(platform, "machine", lambda: processor)
        monkeypatch.setattr(platform, "mac_ver", lambda: (version, ("", "", ""), processor))
        monkeypatch.setattr(os, "confstr", lambda name: version)
        monkeypatch.setattr(sysconfig, "get_platform", lambda: f"win-{processor}")

    return describe


@pytest.mark.parametrize(
    ("system", "processor", "version"),
    [
        ("linux", "x86_64", "glibc 2.34"),
        ("linux", "aarch64", "glibc 2.39"),
        ("darwin", "arm64", "14.0"),
        ("win32", "amd64", ""),
    ],
)
def test_the_oldest_supported_systems_have_every_build(machine, system, processor, version):
    machine(system, processor, version)
    assert part_without_build() == ""
    require_supported_platform()


@pytest.mark.parametrize(
    ("described", "part", "words"),
    [
        (("linux", "x86_64", "glibc 2.31"), "PySide6", "Linux with glibc 2.31 on x86_64"),
        (("linux", "aarch64", "glibc 2.36"), "PySide6", "glibc 2.36 on aarch64"),
        (("linux", "x86_64"), "PySide6", "without glibc"),
        (("linux", "riscv64", "glibc 2.41"), "torch", "riscv64"),
        (("darwin", "x86_64", "15.1"), "torch", "macOS 15.1 on x86_64"),
        (("darwin", "arm64", "13.6"), "torch", "macOS 13.6"),
        (("win32", "arm64"), "torch", "Windows on arm64"),
    ],
)
def test_the_part_without_a_build_is_named(machine, described, part, words):
    machine(*described)
    with pytest.raises(SetupError, match=f"^{part} has no build for this computer") as refused:
        require_supported_platform()
    assert words in str(refused.value)
    assert "macOS 14 or newer on Apple silicon" in str(refused.value)


def test_a_python_that_is_too_new_is_refused(machine, monkeypatch):
    machine("linux", "x86_64", "glibc 2.41")
    monkeypatch.setattr(platform_support, "NEWEST_PYTHON", (3, 10))
    assert part_without_build() == "torch"
