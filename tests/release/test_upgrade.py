"""The trial of an upgrade, on programs that keep what is the person's, and on ones that do not."""

import shutil
import subprocess
from pathlib import Path

import pytest
from trial.program import TrialFailedError
from trial.upgrade import (
    OLDER_VERSION,
    ONLY_IN_OLDER,
    SETTINGS,
    TAKES,
    make_older,
    try_upgrade,
)

needs_dpkg = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None, reason="dpkg-deb is Debian's and Ubuntu's"
)


class Machine:
    """A person's folder, and a package that can be made to damage it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.starts = 0
        self.spoil = {"newer": lambda: None, "start": lambda: None, "remove": lambda: None}

    def start(self) -> None:
        self.starts += 1
        (self.home / TAKES / f"take-{self.starts}").mkdir(parents=True)
        settings = self.home / SETTINGS
        settings.parent.mkdir(parents=True, exist_ok=True)
        if not settings.exists():
            settings.write_text("[General]\nvolume=0.8\n")
        if self.starts == 2:
            self.spoil["start"]()

    def try_upgrade(self) -> None:
        try_upgrade(
            self.home,
            older=lambda: None,
            newer=self.spoil["newer"],
            start=self.start,
            remove=self.spoil["remove"],
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "person")


def test_what_keeps_settings_and_library_passes(machine: Machine) -> None:
    machine.try_upgrade()
    assert machine.starts == 2


@pytest.mark.parametrize(
    ("step", "place", "sentence"),
    [
        ("newer", SETTINGS, "upgrading touches what is the person's: .config/Tessera"),
        ("remove", SETTINGS, "removing touches what is the person's"),
        ("start", SETTINGS, "lost the settings"),
        ("start", TAKES / "take-1", "lost the library"),
    ],
)
def test_what_spoils_them_is_found_out(
    machine: Machine, step: str, place: Path, sentence: str
) -> None:
    def spoil() -> None:
        path = machine.home / place
        if path.is_dir():
            path.rmdir()
        else:
            path.write_text("[General]\nvolume=0.8\n")

    machine.spoil[step] = spoil
    with pytest.raises(TrialFailedError, match=sentence):
        machine.try_upgrade()


@needs_dpkg
def test_an_older_package_is_the_same_with_a_lower_version(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / ONLY_IN_OLDER).parent.mkdir(parents=True)
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(
        "Package: tessera\nVersion: 0.1.0\nArchitecture: all\nMaintainer: T <t@localhost>\n"
        "Description: sound\n"
    )
    package = tmp_path / "tessera.deb"
    subprocess.run(["dpkg-deb", "--build", str(tree), str(package)], check=True)

    older = make_older(package, tmp_path)

    field = subprocess.run(
        ["dpkg-deb", "--field", str(older), "Version"], capture_output=True, text=True, check=True
    )
    assert field.stdout.strip() == OLDER_VERSION
    lower = ["dpkg", "--compare-versions", OLDER_VERSION, "lt", "0.0.1"]
    subprocess.run(lower, check=True)
    subprocess.run(["dpkg-deb", "--extract", str(older), str(tmp_path / "there")], check=True)
    assert (tmp_path / "there" / ONLY_IN_OLDER).exists()
