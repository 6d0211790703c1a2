"""What has to be there before a build is worth its minutes."""

import os
import re
import shutil
import sys

from release.layout import BUNDLED_MODEL, HOMEPAGE, ISSUES, MAINTAINER, REPOSITORY

PROGRAMS = {
    "linux": ("objdump", "strip", "dpkg-deb"),
    "win32": (),
    "darwin": ("codesign", "hdiutil", "ditto"),
}
PLACEHOLDER = re.compile(r"\.example\b")  # RFC 2606 keeps this name for addresses that lead nowhere
NO_ADDRESS = (
    "pyproject.toml does not say yet where Tessera is published and who maintains it. Please put "
    "the real addresses into its authors and urls."
)


def has_public_address() -> bool:
    """Whether pyproject.toml names real addresses: a store's manifest is of no use without."""
    return not PLACEHOLDER.search(" ".join((MAINTAINER, HOMEPAGE, REPOSITORY, ISSUES)))


def require_buildable() -> None:
    """Leave with one sentence where something is missing."""
    if not (BUNDLED_MODEL / "model_index.json").exists():
        sys.exit(
            f"build: the bundled model is not in {BUNDLED_MODEL}. Make it first: "
            "python packaging/bundled_model"
        )
    if os.environ.get("GITHUB_REF_TYPE") == "tag" and not has_public_address():
        sys.exit(f"build: {NO_ADDRESS}")
    absent = [name for name in PROGRAMS[sys.platform] if shutil.which(name) is None]
    if absent:
        sys.exit(
            f"build: {', '.join(absent)} not found. On Debian and Ubuntu: "
            "apt-get install binutils dpkg"
        )
