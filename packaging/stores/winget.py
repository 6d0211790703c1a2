"""The winget manifest: three YAML files about the Windows installer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from release.layout import (
    HOMEPAGE,
    ISSUES,
    NAME,
    PACKAGING,
    PUBLISHER,
    REPOSITORY,
    SUMMARY,
    VERSION,
    release_time_s,
)

from stores.release_file import ReleaseFile

IDENTIFIER = "Tessera.Tessera"
MANIFEST_VERSION = "1.10.0"
SCHEMA = "https://aka.ms/winget-manifest.{kind}.{version}.schema.json"


def write_winget(installer: ReleaseFile, folder: Path) -> list[Path]:
    """Write the three files; their paths."""
    files = {
        f"{IDENTIFIER}.yaml": version_manifest(),
        f"{IDENTIFIER}.installer.yaml": installer_manifest(installer),
        f"{IDENTIFIER}.locale.en-US.yaml": locale_manifest(),
    }
    for name, content in files.items():
        schema = SCHEMA.format(kind=content["ManifestType"], version=MANIFEST_VERSION)
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        (folder / name).write_text(
            f"# yaml-language-server: $schema={schema}\n\n{text}", encoding="utf-8"
        )
    return [folder / name for name in files]


def version_manifest() -> dict[str, Any]:
    """Which other files there are."""
    return _complete("version", {"DefaultLocale": "en-US"})


def installer_manifest(installer: ReleaseFile) -> dict[str, Any]:
    """The installer: for one person or, as an administrator, for all."""
    scopes = {"user": "/CURRENTUSER", "machine": "/ALLUSERS"}
    return _complete(
        "installer",
        {
            "MinimumOSVersion": "10.0.17763.0",
            "InstallerType": "inno",
            "UpgradeBehavior": "install",
            "Commands": [NAME],
            "FileExtensions": ["wav", "flac", "ogg"],
            "ProductCode": f"{_inno_id()}_is1",
            "ReleaseDate": datetime.fromtimestamp(release_time_s(), UTC).date().isoformat(),
            "Installers": [
                {
                    "Architecture": "x64",
                    "Scope": scope,
                    "InstallerUrl": installer.address,
                    "InstallerSha256": installer.sha256.upper(),
                    "InstallerSwitches": {"Custom": switch},
                }
                for scope, switch in scopes.items()
            ],
        },
    )


def locale_manifest() -> dict[str, Any]:
    """What a person reads."""
    return _complete(
        "defaultLocale",
        {
            "PackageLocale": "en-US",
            "Publisher": PUBLISHER,
            "PublisherUrl": HOMEPAGE,
            "PublisherSupportUrl": ISSUES,
            "PackageName": "Tessera",
            "PackageUrl": HOMEPAGE,
            "License": "Apache-2.0",
            "LicenseUrl": f"{REPOSITORY}/blob/v{VERSION}/LICENSE",
            "ShortDescription": SUMMARY,
            "Tags": ["audio", "audioldm", "sound", "spectrogram", "text-to-audio"],
            "ReleaseNotesUrl": f"{REPOSITORY}/releases/tag/v{VERSION}",
        },
    )


def _complete(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "PackageIdentifier": IDENTIFIER,
        "PackageVersion": VERSION,
        **content,
        "ManifestType": kind,
        "ManifestVersion": MANIFEST_VERSION,
    }


def _inno_id() -> str:
    """The AppId of the installer script, by which Windows knows what is installed."""
    script = (PACKAGING / "windows" / "tessera.iss").read_text(encoding="utf-8")
    [line] = [line for line in script.splitlines() if line.startswith("AppId=")]
    return line.removeprefix("AppId={")
