"""Runs all checks of `tessera doctor`, each by itself: a check that fails is a finding too."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from app import frozen
from app.diagnosis.report import Problem, Section

# A title, and a module with a function in it. A module is imported by its own check only, since
# what it imports may be what is broken.
CHECKS = (
    ("Versions", "software", "describe_software"),
    ("Computer", "computer", "describe_memory"),
    ("Devices", "computer", "describe_devices"),
    ("Sound", "sound_and_display", "describe_sound"),
    ("Display", "sound_and_display", "describe_display"),
    ("Library", "storage", "describe_library"),
    ("Models", "storage", "describe_models"),
    ("Disks", "storage", "describe_disks"),
)
NOT_KNOWN = "not known"  # the only fact of a check that failed


def diagnose() -> Iterator[Section]:
    """Yield one section after the other."""
    for title, module, function in CHECKS:
        try:
            yield getattr(importlib.import_module(f"app.diagnosis.{module}"), function)()
        except Exception as error:
            what = f"{title} could not be checked: {type(error).__name__}: {error}"
            yield Section(title, (NOT_KNOWN,), (Problem(what),))


def doctor_command() -> list[str]:
    """The command that prints the report, for a process of its own."""
    if frozen.is_checkout():
        return [sys.executable, str(Path(__file__).resolve().parents[2] / "main.py"), "doctor"]
    if not frozen.is_frozen():
        return [sys.executable, "-m", "tessera", "doctor"]
    program = Path(sys.executable)
    with_console = program.with_name(f"{program.stem}-cli{program.suffix}")  # on Windows
    return [str(with_console if with_console.exists() else program), "doctor"]
