"""What has to be there before a build is worth its minutes."""

import os
import shutil
import sys

from release.layout import BUNDLED_MODEL, MAINTAINER, NOT_PUBLISHED_YET, REPOSITORY

PROGRAMS = {
    "linux": ("objdump", "strip", "dpkg-deb"),
    "win32": (),
    "darwin": ("codesign", "hdiutil", "ditto"),
}


def require_buildable() -> None:
    """Leave with one sentence where something is missing."""
    if not (BUNDLED_MODEL / "model_index.json").exists():
        sys.exit(
            f"build: the bundled model is not in {BUNDLED_MODEL}. Make it first: "
            "python packaging/bundled_model"
        )
    if os.environ.get("GITHUB_REF_TYPE") == "tag" and NOT_PUBLISHED_YET in REPOSITORY + MAINTAINER:
        sys.exit(
            "build: pyproject.toml does not say yet where Tessera is published and who maintains "
            "it. Please put the real addresses into its authors and urls."
        )
    absent = [name for name in PROGRAMS[sys.platform] if shutil.which(name) is None]
    if absent:
        sys.exit(
            f"build: {', '.join(absent)} not found. On Debian and Ubuntu: "
            "apt-get install binutils dpkg"
        )
