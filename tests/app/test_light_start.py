"""The window opens at once: what it needs imports none of the engine's heavy libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "diffusers", "transformers", "scipy", "soundfile")


def imported_with(module: str) -> set[str]:
    """Top-level names of everything that a fresh Python imports along with `module`."""
    code = f"import {module}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


@pytest.mark.parametrize("module", ["app.studio.application", "app.cli.main", "core.api.events"])
def test_nothing_heavy_comes_along(module: str) -> None:
    assert not imported_with(module) & set(HEAVY)


@pytest.mark.parametrize("module", ["app.cli.main", "app.cli.generate_command"])
def test_sound_without_a_window_needs_no_qt(module: str) -> None:
    assert not imported_with(module) & {"PySide6", "pyqtgraph", "sounddevice"}


def test_the_set_up_needs_python_alone() -> None:
    with_it = imported_with("app.bootstrap.set_up")

    assert {"app", "core"} <= with_it
    assert with_it - imported_with("this") <= {"app", "core"} | sys.stdlib_module_names
