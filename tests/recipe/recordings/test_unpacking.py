"""Sounds come out of packages, of archives within them too; nothing else does."""

import struct
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

from bundled_model.data.recordings.packages import PACKAGES
from bundled_model.data.recordings.unpacking import catalogued_sounds, fetched, keep

from .conftest import PACKAGE

WAVE = b"RIFF\x04\x00\x00\x00WAVE"


def tar_of(files: dict[str, bytes], links: dict[str, str]) -> BytesIO:
    """A tar stream as dpkg-deb gives it."""
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
        for name, target in links.items():
            member = tarfile.TarInfo(f"./{name}")
            member.type, member.linkname = tarfile.SYMTYPE, target
            tar.addfile(member)
    stream.seek(0)
    return stream


def zip_of(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def catalogue_of(sounds: dict[bytes, bytes]) -> bytes:
    """A sound catalogue of OpenTTD."""
    bodies = [bytes([len(name)]) + name + wave for name, wave in sounds.items()]
    offset, table = 8 * len(bodies), b""
    for body in bodies:
        table += struct.pack("<II", offset, len(body))
        offset += len(body)
    return table + b"".join(bodies)


def test_only_sounds_and_the_copyright_file_are_kept(tmp_path: Path) -> None:
    root = PACKAGE.folder
    files = {
        f"usr/share/doc/{PACKAGE.name}/copyright": b"Files: *",
        f"{root}/sounds/step.ogg": b"OggS",
        f"{root}/textures/step.png": b"PNG",
        "usr/share/other/step.ogg": b"OggS",
        f"{root}/all.pk3": zip_of({"in/bark.WAV": WAVE, "in/a.txt": b"", "../evil.wav": WAVE}),
    }
    keep(tar_of(files, {f"{root}/sounds/again.ogg": "step.ogg"}), PACKAGE, tmp_path)
    kept = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert kept == {"sounds/sounds/step.ogg", "sounds/in/bark.WAV"}
    assert (tmp_path / "copyright").read_bytes() == b"Files: *"


def test_a_catalogue_gives_its_sounds_by_name() -> None:
    content = catalogue_of({b'"Train/ship". By Jo.\0': WAVE, b"x" * 255: WAVE})
    ((name, sound),) = catalogued_sounds(content)
    assert name == '"Train-ship". By Jo..wav'
    assert sound.read() == WAVE


def test_an_unpacked_package_is_not_fetched_again(tmp_path: Path) -> None:
    folder = tmp_path / "recordings" / PACKAGE.name
    folder.mkdir(parents=True)
    assert fetched(PACKAGE, tmp_path) == folder


def test_paths_are_renamed_as_in_the_copyright_files() -> None:
    by_name = {package.name: package for package in PACKAGES}
    assert len(by_name) == len(PACKAGES)
    expected = {
        (
            "minetest-data",
            "games/minetest_game/mods/doors/sounds/a.ogg",
        ): "mtg/mods/doors/sounds/a.ogg",
        ("hydrogen-drumkits", "circAfrique v4/Djembe1.wav"): "drumkits/circAfrique.h2drumkit",
        ("ufoai-sound", "sound/ui/click1.ogg"): "base/sound/ui/click1.ogg",
        ("megaglest-data", "techs/a.wav"): "techs/a.wav",
    }
    for (package, path), source in expected.items():
        assert by_name[package].source_path(path) == source


def test_no_package_is_one_whose_sounds_are_under_the_gpl() -> None:
    forbidden = {"nexuiz-data", "widelands-data", "lincity-ng-data", "tuxpaint-stamps-default"}
    assert not forbidden & {package.name for package in PACKAGES}
