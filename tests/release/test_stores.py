"""What stores read follows from the files that were built, and from nothing else."""

import hashlib
import re
from pathlib import Path

import pytest
import yaml
from release.layout import APP_ID, PACKAGING, REPOSITORY, VERSION
from stores.manifests import write_manifests

ARCHIVE = f"tessera-{VERSION}-linux-x86_64.tar.gz"
SETUP = f"tessera-{VERSION}-windows-x86_64.exe"
IMAGE = f"tessera-{VERSION}-macos-arm64.dmg"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The manifests of a release of all platforms, by their names."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    installers = [tmp_path / name for name in (ARCHIVE, "tessera.deb", SETUP, IMAGE)]
    for installer in installers:
        installer.write_text(f"content of {installer.name}")
    return {path.name: path for path in write_manifests(installers, tmp_path / "stores")}


def hash_of(name: str) -> str:
    return hashlib.sha256(f"content of {name}".encode()).hexdigest()


def address_of(name: str) -> str:
    return f"{REPOSITORY}/releases/download/v{VERSION}/{name}"


def test_each_installer_has_its_store(written: dict[str, Path]) -> None:
    folders = {path.parent.name for path in written.values()}

    assert folders == {"flatpak", "winget", "homebrew"}


def test_flatpak_takes_the_archive_by_address_and_hash(written: dict[str, Path]) -> None:
    manifest = yaml.safe_load(written[f"{APP_ID}.yml"].read_text())
    [source] = manifest["modules"][-1]["sources"]

    assert (source["url"], source["sha256"]) == (address_of(ARCHIVE), hash_of(ARCHIVE))
    assert manifest["id"] == APP_ID
    assert "--filesystem=home" not in manifest["finish-args"]


def test_flatpak_installs_files_that_the_archive_has(written: dict[str, Path]) -> None:
    manifest = yaml.safe_load(written[f"{APP_ID}.yml"].read_text())
    commands = "\n".join(manifest["modules"][-1]["build-commands"])
    names = set(re.findall(r" share/(\S+)", commands))

    assert names == {
        *("tessera.desktop", "tessera.metainfo.xml", "tessera.mime.xml"),
        "tessera.svg",
    }


def test_winget_files_belong_together(written: dict[str, Path]) -> None:
    files = [
        yaml.safe_load(path.read_text()) for path in written.values() if path.suffix == ".yaml"
    ]

    assert {one["ManifestType"] for one in files} == {"version", "installer", "defaultLocale"}
    assert {(one["PackageIdentifier"], one["PackageVersion"]) for one in files} == {
        ("Tessera.Tessera", VERSION)
    }


def test_winget_takes_the_setup_and_knows_it_when_installed(written: dict[str, Path]) -> None:
    manifest = yaml.safe_load(written["Tessera.Tessera.installer.yaml"].read_text())
    script = (PACKAGING / "windows/tessera.iss").read_text()

    assert {one["InstallerSha256"] for one in manifest["Installers"]} == {hash_of(SETUP).upper()}
    assert {one["InstallerUrl"] for one in manifest["Installers"]} == {address_of(SETUP)}
    assert f"AppId={{{manifest['ProductCode'].removesuffix('_is1')}\n" in script


def test_the_cask_takes_the_image_and_leaves_the_library(written: dict[str, Path]) -> None:
    text = written["tessera.rb"].read_text()

    assert f'sha256 "{hash_of(IMAGE)}"' in text
    address = re.search(r'url "(.+)"', text)[1].replace("#{version}", VERSION)
    assert address == address_of(IMAGE)
    assert 'macos: ">= :sonoma"' in text
    assert "Application Support" not in text
