"""The Linux installers: a Debian package, and a folder in a tar.gz that runs from anywhere."""

import gzip
import os
import shutil
import subprocess
import tarfile
import textwrap
from datetime import UTC, datetime
from pathlib import Path

from release import icons
from release.frozen import settle
from release.glibc import needed_glibc
from release.layout import (
    APP_ID,
    BUILD,
    DIST,
    FOLDER,
    HOMEPAGE,
    ISSUES,
    MAINTAINER,
    NAME,
    PACKAGING,
    PUBLISHER,
    REPOSITORY,
    ROOT,
    SUMMARY,
    VERSION,
    installer_name,
    release_time_s,
)
from release.torch_build import sentence

TEMPLATES = PACKAGING / "linux"
# The C library is added with its version. All else that Qt needs is in the folder.
DEPENDS = (
    *("libgl1", "libegl1", "libx11-6", "libdbus-1-3", "libfontconfig1", "libportaudio2"),
    "xkb-data",  # names of keys, which libxkbcommon reads
)
DESKTOP_SIZES_PX = (16, 32, 48, 64, 128, 256, 512)
DEBIAN_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
DESCRIPTION = (
    "Type a prompt, watch the spectrogram appear tile by tile, hear it while the rest is still "
    "being made, and save it. A small model comes with it."
)


def make_installers() -> list[Path]:
    """Build both from dist/tessera; their paths."""
    return [make_tar(), make_deb()]


def make_tar() -> Path:
    """The folder with a read-me and a menu entry, packed without a trace of who packed it."""
    path = DIST / installer_name("tar.gz")
    tree = BUILD / "tar" / f"{NAME}-{VERSION}"
    _empty(tree)
    _link_tree(FOLDER, tree)
    (tree / "share").mkdir()
    (tree / "README.txt").write_text(_filled("README.txt"), encoding="utf-8")
    for name in ("tessera.desktop", "tessera.mime.xml", "tessera.metainfo.xml"):
        (tree / "share" / name).write_text(_filled(name), encoding="utf-8")
    shutil.copy(icons.MARK, tree / "share")
    settle(tree)
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.add(tree, tree.name, filter=_anonymous)
    shutil.rmtree(tree)
    return path


def make_deb() -> Path:
    """A package for Debian and Ubuntu: the folder in /opt, and what a desktop looks for."""
    path = DIST / f"{NAME}_{VERSION}_{_architecture()}.deb"
    tree = BUILD / "deb"
    _empty(tree)
    _link_tree(FOLDER, tree / "opt" / NAME)
    _add_desktop_files(tree)
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(_control(tree), encoding="utf-8")
    settle(tree)
    surroundings = {**os.environ, "SOURCE_DATE_EPOCH": str(release_time_s())}
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z6", "--build", str(tree), str(path)]
    subprocess.run(command, check=True, env=surroundings)
    shutil.rmtree(tree)
    return path


def _add_desktop_files(tree: Path) -> None:
    share = tree / "usr" / "share"
    _write(share / "applications" / "tessera.desktop", _filled("tessera.desktop"))
    _write(share / "mime" / "packages" / f"{APP_ID}.xml", _filled("tessera.mime.xml"))
    _write(share / "metainfo" / f"{APP_ID}.metainfo.xml", _filled("tessera.metainfo.xml"))
    _write(share / "doc" / NAME / "copyright", (ROOT / "LICENSE").read_text(encoding="utf-8"))
    hicolor = share / "icons" / "hicolor"
    for size_px in DESKTOP_SIZES_PX:
        _copy(icons.png(size_px), hicolor / f"{size_px}x{size_px}" / "apps" / "tessera.png")
    _copy(icons.MARK, hicolor / "scalable" / "apps" / "tessera.svg")
    command = tree / "usr" / "bin" / NAME
    command.parent.mkdir(parents=True)
    command.symlink_to(f"/opt/{NAME}/{NAME}")


def _control(tree: Path) -> str:
    size_kib = sum(file.lstat().st_size for file in tree.rglob("*")) // 1024
    fields = {
        "Package": NAME,
        "Version": VERSION,
        "Section": "sound",
        "Priority": "optional",
        "Architecture": _architecture(),
        "Maintainer": MAINTAINER,
        "Homepage": HOMEPAGE,
        "Installed-Size": size_kib,
        "Depends": ", ".join((f"libc6 (>= {needed_glibc(FOLDER)})", *DEPENDS)),
        "Description": "\n ".join(
            [SUMMARY, *textwrap.wrap(f"{DESCRIPTION} {sentence(FOLDER)}", 78)]
        ),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _filled(template: str) -> str:
    """A template with this release's figures."""
    moment = datetime.fromtimestamp(release_time_s(), UTC)
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    text = text.replace("@VERSION@", VERSION).replace("@DATE@", moment.date().isoformat())
    text = text.replace("@TORCH@", sentence(FOLDER))
    text = text.replace("@HOMEPAGE@", HOMEPAGE).replace("@REPOSITORY@", REPOSITORY)
    text = text.replace("@ISSUES@", ISSUES).replace("@PUBLISHER@", PUBLISHER)
    return text.replace("@GLIBC@", needed_glibc(FOLDER)) if "@GLIBC@" in text else text


def _architecture() -> str:
    machine = os.uname().machine
    return DEBIAN_ARCHITECTURES.get(machine, machine)


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _link_tree(source: Path, destination: Path) -> None:
    """A copy that shares the files' contents: the folder is large, and only names differ."""
    shutil.copytree(source, destination, symlinks=True, copy_function=os.link, dirs_exist_ok=True)


def _copy(source: Path, destination: Path) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, destination)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
