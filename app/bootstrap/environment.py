"""The `.venv` beside main.py: what it holds, and how it is made.

A contents file inside says what was installed, one entry a line. It is the only thing a normal
start reads. While the environment is being changed it says "unfinished" instead, so that a
set-up that was killed halfway is noticed and repeated.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

UNFINISHED = "unfinished"
INTERPRETER = f"{sys.implementation.cache_tag}"  # such as cpython-311


class Environment:
    """A virtual environment in `root`/.venv."""

    def __init__(self, root: Path) -> None:
        self.folder = root / ".venv"
        self.lock_file = self.folder / "set-up.lock"
        self._contents_file = self.folder / "contents.txt"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def is_active(self) -> bool:
        """Whether this process runs in it."""
        return self.folder.exists() and self.folder.samefile(sys.prefix)

    def contents(self) -> frozenset[str]:
        """What was installed; empty where the environment is missing, foreign or unfinished."""
        entries = self._read_contents()
        usable = INTERPRETER in entries and self.python.exists()
        return entries - {INTERPRETER} if usable else frozenset()

    def record(self, entries: Iterable[str]) -> None:
        """Write the contents file, in one step that no reader can see half-done."""
        self._write_contents([INTERPRETER, *sorted(entries)])

    def mark_unfinished(self) -> None:
        """Mark the environment as being changed, until `record` is called."""
        self._write_contents([UNFINISHED])

    def is_sound(self) -> bool:
        """Return whether packages can be installed into it as it is, without rebuilding it.

        True as well for an environment of the right Python that somebody made by hand.
        """
        if UNFINISHED in self._read_contents() or not self.python.exists():
            return False
        return self._python_version() == sys.version_info[:2] and self._has_pip()

    def build(self) -> None:
        """Build it without pip, in place of whatever is there.

        Raises:
            OSError: The folder cannot be written, or the disk is full.
        """
        import venv

        self.mark_unfinished()
        self._clear()
        venv.EnvBuilder(symlinks=os.name != "nt").create(self.folder)

    def _clear(self) -> None:
        import shutil

        for path in self.folder.iterdir():
            if path in (self.lock_file, self._contents_file):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _python_version(self) -> tuple[int, ...]:
        """Major and minor version as pyvenv.cfg has it; empty where it does not."""
        try:
            lines = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        settings = dict(line.split(" = ", 1) for line in lines if " = " in line)
        parts = settings.get("version", "").split(".")[:2]
        return tuple(int(part) for part in parts if part.isdigit())

    def _has_pip(self) -> bool:
        import subprocess

        command = [str(self.python), "-Im", "pip", "--version"]
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _read_contents(self) -> frozenset[str]:
        try:
            return frozenset(self._contents_file.read_text(encoding="utf-8").splitlines())
        except FileNotFoundError:
            return frozenset()

    def _write_contents(self, entries: list[str]) -> None:
        beside = self._contents_file.with_suffix(".new")
        beside.write_text("".join(f"{entry}\n" for entry in entries), encoding="utf-8")
        beside.replace(self._contents_file)
