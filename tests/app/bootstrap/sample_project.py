"""A small project on disk: the real set-up, a fake command line and one tiny dependency.

Python, venv and pip are the real ones; the registry is a folder.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
SOURCES = (
    "main.py",
    "app/__init__.py",
    "app/frozen.py",
    "app/python_version.py",
    "app/bootstrap",
    "core/__init__.py",
    "core/api/__init__.py",
    "core/api/byte_count.py",
    "core/api/errors.py",
    "core/runtime/__init__.py",
    "core/runtime/file_lock.py",
    "core/version.py",
)
FAKE_COMMAND_LINE = """
import json, sys

def main(arguments):
    import tiny_dependency
    print(json.dumps({"prefix": sys.prefix, "arguments": arguments, "tiny": tiny_dependency.TINY}))
    return 0
"""
UNREACHABLE = "http://127.0.0.1:9/simple"
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)


@dataclass(frozen=True)
class SampleProject:
    """A folder like the repository's, with `registry` as the only place pip may look."""

    root: Path
    registry: Path

    @property
    def environment(self) -> Path:
        return self.root / ".venv"

    def start(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run main.py with a Python outside of the environment, to its end."""
        process = self.begin(*arguments, **variables)
        output, errors = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def begin(
        self, *arguments: str, before: tuple[str, ...] = (), **variables: str
    ) -> subprocess.Popen[str]:
        """Start main.py, in a process group of its own."""
        return subprocess.Popen(
            [*before, BASE_PYTHON, "main.py", *arguments],
            cwd=self.root,
            env={**self._variables(), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def require(self, *requirements: str) -> None:
        """Write pyproject.toml with these dependencies, and their list with hashes."""
        lines = f"[project]\ndependencies = {json.dumps(requirements)}\n"
        (self.root / "pyproject.toml").write_text(lines)
        folder = self.root / "packaging/requirements"
        folder.mkdir(parents=True, exist_ok=True)
        entries = [f"{one} --hash=sha256:{self._hash(one)}\n" for one in requirements]
        (folder / "base.txt").write_text("".join(entries))

    def _hash(self, requirement: str) -> str:
        """The hash of the wheel in the registry; any hash where it is not there."""
        stem = requirement.replace("-", "_").replace("==", "-")
        wheel = self.registry / f"{stem}-py3-none-any.whl"
        content = wheel.read_bytes() if wheel.exists() else b""
        return hashlib.sha256(content).hexdigest()

    def _variables(self) -> dict[str, str]:
        """Variables without a screen, apt, or any registry but the folder."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PIP_", "QT_", "COV_"))
            and name not in ("DISPLAY", "WAYLAND_DISPLAY")
        }
        return {
            **kept,
            "PATH": "/nowhere",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.registry),
        }


def build_project(root: Path) -> SampleProject:
    """Write the files; nothing is set up yet."""
    project = SampleProject(root / "project", root / "registry")
    for name in SOURCES:
        source, target = PROJECT / name, project.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (project.root / "app/cli").mkdir()
    (project.root / "app/cli/__init__.py").touch()
    (project.root / "app/cli/main.py").write_text(FAKE_COMMAND_LINE)
    project.registry.mkdir()
    write_wheel(project.registry, "tiny_dependency", "1.0", "TINY = 'tiny'\n")
    project.require("tiny-dependency==1.0")
    return project


def write_wheel(folder: Path, name: str, version: str, source: str) -> Path:
    """A pure-Python wheel with one module."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel
