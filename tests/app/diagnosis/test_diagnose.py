"""All checks of `tessera doctor`, on this machine and on broken ones."""

import sqlite3
import sys
from collections import namedtuple
from pathlib import Path

import pytest
import torch

import app.diagnosis.computer
import app.diagnosis.sound_and_display
import app.diagnosis.storage
from app import frozen
from app.bootstrap import system_packages
from app.bootstrap.graphics_cards import Card, Maker
from app.cli.main import main
from app.diagnosis import computer, software, sound_and_display, storage
from app.diagnosis.diagnose import CHECKS, diagnose, doctor_command
from app.diagnosis.report import Section
from app.library.layout import Layout
from app.playback.sound_output import OutputError
from core.version import __version__


class FakeOutput:
    """A sound system with these devices, or with none that answers."""

    def __init__(self, names: tuple[str, ...] = (), error: str = "") -> None:
        self.device_names, self._error = names, error

    def rescan(self) -> None:
        if self._error:
            raise OutputError(self._error)


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch):
    """Choose the sound system that is found."""
    place = "app.diagnosis.sound_and_display.SoundDeviceOutput"
    return lambda output: monkeypatch.setattr(place, lambda: output)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """An empty library, chosen by the person."""
    layout = Layout(tmp_path / "secret project")
    layout.make()
    monkeypatch.setattr(storage, "library_folder", lambda settings: layout.folder)
    return layout


def whats(section: Section) -> str:
    return " ".join(problem.what for problem in section.problems)


def test_every_check_has_its_section(sound, library: Layout) -> None:
    sound(FakeOutput(("Card, ALSA",)))

    sections = list(diagnose())

    assert [section.title for section in sections] == [title for title, _, _ in CHECKS]
    assert "could not be checked" not in " ".join(map(whats, sections))


def test_the_command_prints_the_report(sound, library: Layout, monkeypatch, capsys) -> None:
    sound(FakeOutput(error="PortAudio is missing."))

    assert main(["doctor"]) == 1

    printed = capsys.readouterr().out
    assert printed.startswith(f"Versions\n  Tessera {__version__}, from its source tree\n")
    assert "PortAudio is missing." in printed
    assert "secret project" not in printed


def test_a_check_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Section:
        raise RuntimeError("the driver is gone")

    monkeypatch.setattr(app.diagnosis.computer, "describe_devices", fail)
    monkeypatch.setattr(app.diagnosis.diagnose, "CHECKS", CHECKS[2:3])

    [section] = diagnose()

    assert whats(section) == "Devices could not be checked: RuntimeError: the driver is gone"


def test_a_package_that_does_not_load_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "LOADED", ("no_such_package",))

    section = software.describe_software()

    assert "no_such_package does not load" in whats(section)
    assert "Delete the folder .venv" in section.problems[0].remedy


def test_names_of_sound_devices_are_left_out(sound) -> None:
    sound(FakeOutput(("Mira's headphones, ALSA",)))

    assert sound_and_display.describe_sound().facts == ("PortAudio finds 1 device for output",)


def test_missing_libraries_are_a_problem_with_the_line_to_type(monkeypatch) -> None:
    monkeypatch.setattr(system_packages, "missing", lambda packages: [system_packages.SOUND[0]])

    section = sound_and_display.describe_display()

    assert "libportaudio2" in section.problems[-1].remedy


def test_little_memory_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computer, "available_host_bytes", lambda: 1 << 30)

    assert "1.1 GB of memory are free" in whats(computer.describe_memory())


def test_a_library_is_counted_and_not_named(library: Layout) -> None:
    (library.takes / "20260101-rain").mkdir()

    section = storage.describe_library()

    assert section.facts == ("in a folder of your choice", "1 takes", "0 in the trash")
    assert section.problems == ()


def test_a_damaged_database_is_a_problem(library: Layout) -> None:
    sqlite3.connect(library.database).close()
    library.database.write_bytes(b"no database at all" * 100)

    assert "database cannot be read" in whats(storage.describe_library())


def test_a_full_disk_is_a_problem(library: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(storage.shutil, "disk_usage", lambda path: usage(5_000_000))

    assert "Only 5 MB are free for library" in whats(storage.describe_disks())


@pytest.mark.parametrize("form", ["checkout", "package", "built"])
def test_the_doctor_is_started_as_the_program_was(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen, "is_checkout", lambda: form == "checkout")
    monkeypatch.setattr(frozen, "is_frozen", lambda: form == "built")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "tessera.exe"))
    (tmp_path / "tessera-cli.exe").touch()

    command = doctor_command()

    assert command[-1] == "doctor"
    assert {
        "checkout": command[1].endswith("main.py"),
        "package": command[1:3] == ["-m", "tessera"],
        "built": command[0] == str(tmp_path / "tessera-cli.exe"),
    }[form]


def test_a_card_without_its_build_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card(Maker.NVIDIA, "GTX 1080", (6, 1), 580)
    monkeypatch.setattr(computer, "find_cards", lambda: [card])
    monkeypatch.setattr(computer, "choose_device", lambda: torch.device("cpu"))
    monkeypatch.setattr(computer, "unusable_devices", lambda: ("It has no kernels.",))
    found = whats(computer.describe_devices())
    assert "It has no kernels." in found
    assert "GTX 1080 needs another build of torch" in found
    assert "+cu126" in found
