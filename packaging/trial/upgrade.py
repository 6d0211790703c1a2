"""Tries an upgrade: what a person made with an older version has to survive the newer one.

There need be no older release at hand: the package itself, with a lower version number and a file
that the newer one does not have, stands in for it.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from release.layout import NAME

from trial.program import TrialFailedError

OLDER_VERSION = "0.0.0~trial"  # lower than every release
ONLY_IN_OLDER = Path("opt", NAME, "_internal", "only-in-the-older-version.txt")
SETTINGS = Path(".config", "Tessera", "Tessera.conf")
TAKES = Path(".local", "share", "Tessera", "library", "takes")
PREFERENCE = "volume=0.25"  # a step of the slider, so that it is kept as it is

Step = Callable[[], object]


def make_older(package: Path, folder: Path) -> Path:
    """An older version of a package, packed into `folder`; its path."""
    tree, path = folder / "older", folder / f"{NAME}-older.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(tree)], check=True)
    control = tree / "DEBIAN" / "control"
    text = control.read_text(encoding="utf-8")
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {OLDER_VERSION}", text))
    (tree / ONLY_IN_OLDER).write_text("of the older version\n")
    command = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return path


def try_upgrade(home: Path, *, older: Step, newer: Step, start: Step, remove: Step) -> None:
    """Work with the older version, upgrade, work with the newer one, remove it.

    Args:
        home: The person's folder; made here, for anybody to write.
        older: Installs the older version.
        newer: Installs the newer one.
        start: Lets the studio make a sound and keep it in the person's library.
        remove: Takes the package off the machine, with its configuration.

    Raises:
        TrialFailedError: Something of the person's was changed or lost.
    """
    home.mkdir()
    home.chmod(0o777)
    older()
    start()
    _choose_preference(home / SETTINGS)
    before = contents(home)
    newer()
    _require_same(before, contents(home), "upgrading")
    first = _takes(home)
    start()
    if len(first) != 1 or not first < _takes(home):
        raise TrialFailedError("the newer version lost the library of the older one.")
    if PREFERENCE not in (home / SETTINGS).read_text(encoding="utf-8"):
        raise TrialFailedError("the newer version lost the settings of the older one.")
    before = contents(home)
    remove()
    _require_same(before, contents(home), "removing")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file with its content."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _choose_preference(settings: Path) -> None:
    """What a person would have chosen in the older version."""
    text = settings.read_text(encoding="utf-8")
    chosen, count = re.subn(r"(?m)^volume=.*$", PREFERENCE, text)
    if count != 1:
        raise TrialFailedError("the older version keeps no settings.")
    settings.write_text(chosen, encoding="utf-8")


def _takes(home: Path) -> set[str]:
    return {path.name for path in (home / TAKES).iterdir()}


def _require_same(before: dict[str, bytes], after: dict[str, bytes], deed: str) -> None:
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    if changed:
        raise TrialFailedError(f"{deed} touches what is the person's: {', '.join(changed[:10])}.")
