"""The Linux installers, made of a small folder with the real tools."""

import shutil
import subprocess
import tarfile
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from release import glibc, icons, layout, linux
from release.layout import VERSION

from core.sound_files import sidecar

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built folder with one program, and somewhere to put installers."""
    folder = tmp_path / "dist" / "tessera"
    (folder / "_internal").mkdir(parents=True)
    shutil.copy("/bin/true", folder / "tessera")
    (folder / "_internal" / "library.so").symlink_to("library.so.1")
    (folder / "_internal" / "library.so.1").write_text("code")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name, value in (("FOLDER", folder), ("DIST", tmp_path / "dist"), ("BUILD", tmp_path)):
        monkeypatch.setattr(linux, name, value)
    monkeypatch.setattr(linux.icons, "png", lambda size_px: tmp_path / f"{size_px}.png")
    for size_px in icons.SIZES_PX:
        (tmp_path / f"{size_px}.png").write_bytes(b"picture")
    return folder


needs_dpkg = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None, reason="dpkg-deb is Debian's and Ubuntu's"
)


def fields(package: Path) -> dict[str, str]:
    said = subprocess.run(
        ["dpkg-deb", "--field", str(package)], capture_output=True, text=True, check=True
    ).stdout
    return dict(line.split(": ", 1) for line in said.splitlines() if not line.startswith(" "))


@needs_dpkg
def test_the_package_says_what_it_is_and_needs(built: Path) -> None:
    said = fields(linux.make_deb())

    assert (said["Package"], said["Version"]) == ("tessera", VERSION)
    assert said["Depends"].startswith("libc6 (>= 2.")
    assert "libportaudio2" in said["Depends"]
    assert said["Maintainer"] == layout.MAINTAINER
    assert said["Homepage"] == layout.HOMEPAGE


@needs_dpkg
def test_the_package_holds_program_menu_entry_and_icons(built: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    subprocess.run(["dpkg-deb", "--extract", str(linux.make_deb()), str(place)], check=True)

    assert (place / "usr/bin/tessera").readlink() == Path("/opt/tessera/tessera")
    assert (place / "opt/tessera/_internal/library.so").readlink() == Path("library.so.1")
    assert (place / "usr/share/icons/hicolor/256x256/apps/tessera.png").exists()
    assert (place / "usr/share/applications/tessera.desktop").exists()
    metainfo = (place / f"usr/share/metainfo/{layout.APP_ID}.metainfo.xml").read_text()
    assert f'<release version="{VERSION}" date="2023-11-14"/>' in metainfo


@needs_dpkg
def test_two_packages_of_one_folder_are_alike_to_the_byte(built: Path) -> None:
    first = linux.make_deb().read_bytes()
    assert linux.make_deb().read_bytes() == first


def test_the_archive_has_one_folder_and_no_owners_name(built: Path) -> None:
    first = linux.make_tar()
    with tarfile.open(first) as archive:
        entries = archive.getmembers()

    assert {entry.name.split("/")[0] for entry in entries} == {f"tessera-{VERSION}"}
    assert {(entry.uid, entry.uname, entry.mtime) for entry in entries} == {(0, "root", 1700000000)}
    assert first.read_bytes() == linux.make_tar().read_bytes()


def test_the_archives_read_me_says_what_the_system_has_to_bring(built: Path) -> None:
    with tarfile.open(linux.make_tar()) as archive:
        text = archive.extractfile(f"tessera-{VERSION}/README.txt").read().decode()

    assert "libportaudio2" in text
    assert "@" not in text


def test_glibc_is_the_newest_that_any_program_needs(built: Path, tmp_path: Path) -> None:
    (tmp_path / "library").write_bytes(b"\x7fELF GLIBC_2.9\0 GLIBC_2.38\0 GLIBC_2.4\0")
    (tmp_path / "words.txt").write_bytes(b"GLIBC_2.99\0")

    assert glibc.needed_glibc(tmp_path) == "2.38"


def test_there_is_one_version_for_everything() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["setuptools"]["dynamic"]["version"]["attr"] == "core.version.__version__"
    assert VERSION in layout.installer_name("deb")


@needs_dpkg
def test_sounds_and_settings_can_be_opened_with_it(built: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    subprocess.run(["dpkg-deb", "--extract", str(linux.make_deb()), str(place)], check=True)
    entry = (place / "usr/share/applications/tessera.desktop").read_text()
    mime = ET.parse(place / f"usr/share/mime/packages/{layout.APP_ID}.xml")
    kinds = entry.partition("MimeType=")[2].splitlines()[0].strip(";").split(";")

    assert "\nExec=tessera %f\n" in entry
    assert {"audio/x-wav", "audio/flac", "audio/ogg"} <= set(kinds)
    declared = mime.find("{*}mime-type")
    assert declared.get("type") in kinds
    assert declared.find("{*}glob").get("pattern") == f"*{sidecar.ENDING}"


@needs_dpkg
@pytest.mark.skipif(
    shutil.which("update-mime-database") is None, reason="shared-mime-info is not installed here"
)
def test_desktops_know_our_settings_files_by_their_names(built: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    subprocess.run(["dpkg-deb", "--extract", str(linux.make_deb()), str(place)], check=True)
    database = place / "usr/share/mime"
    subprocess.run(["update-mime-database", str(database)], check=True)

    assert "application/x-tessera-settings+json" in (database / "types").read_text()
    globs = (database / "globs2").read_text()
    assert "60:application/x-tessera-settings+json:*.tessera.json" in globs


@needs_dpkg
@pytest.mark.skipif(shutil.which("appstreamcli") is None, reason="appstream is not installed here")
def test_the_description_for_stores_is_valid(built: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    subprocess.run(["dpkg-deb", "--extract", str(linux.make_deb()), str(place)], check=True)
    result = subprocess.run(
        ["appstreamcli", "validate-tree", "--no-net", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout
    text = (place / f"usr/share/metainfo/{layout.APP_ID}.metainfo.xml").read_text()
    assert text.count("<screenshot") == 4  # three, and the element around them
    assert "@" not in text


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-utils are not installed"
)
def test_the_menu_entry_keeps_to_the_specification() -> None:
    process = subprocess.run(
        ["desktop-file-validate", str(linux.TEMPLATES / "tessera.desktop")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout
