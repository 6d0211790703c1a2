"""Runs PyInstaller, then makes the folder lean and every file of one age."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from release.layout import BUILD, DIST, FOLDER, PACKAGING, release_time_s

SPEC = PACKAGING / "pyinstaller" / "tessera.spec"
# Only torch's own libraries: others were patched after linking and may break.
STRIPPED_LIBRARIES = "_internal/torch/lib/*.so"


def freeze() -> None:
    """Build dist/tessera from scratch, and on macOS dist/Tessera.app."""
    command = [sys.executable, "-m", "PyInstaller", str(SPEC), "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(DIST), "--workpath", str(BUILD / "pyinstaller")]
    surroundings = {
        **os.environ,
        "PYTHONHASHSEED": "0",  # sets are written in one order
        "SOURCE_DATE_EPOCH": str(release_time_s()),
    }
    subprocess.run(command, check=True, env=surroundings)
    if sys.platform == "linux":
        strip_torch(FOLDER)


def strip_torch(folder: Path) -> None:
    """Drop the symbols of torch's libraries, a tenth of the whole; where there is a `strip`."""
    strip = shutil.which("strip")
    libraries = sorted(str(path) for path in folder.glob(STRIPPED_LIBRARIES))
    if strip and libraries:
        subprocess.run([strip, "--strip-unneeded", *libraries], check=True)


def settle(folder: Path) -> None:
    """Give every file one age, and rights that do not depend on the builder's umask."""
    moment_s = release_time_s()
    for path in (*sorted(folder.rglob("*"), reverse=True), folder):
        if not path.is_symlink():
            runs = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (moment_s, moment_s), follow_symlinks=False)
