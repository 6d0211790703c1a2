"""The macOS installer: signs the bundle from the inside out, makes a disk image, has it notarised.

Identity and account come from the environment, and never from a file here:

- `TESSERA_SIGNING_IDENTITY`: such as "Developer ID Application: Name (TEAM)"; without it the
  bundle is signed for this machine alone ("-").
- `TESSERA_NOTARY_PROFILE`: a profile made with `xcrun notarytool store-credentials`; without it
  the image is not notarised.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from release.layout import BUILD, BUNDLE, DIST, PACKAGING, installer_name

ENTITLEMENTS = PACKAGING / "macos" / "entitlements.plist"
THIS_MACHINE_ALONE = "-"
SIGNED_SUFFIXES = (".dylib", ".so")


def make_installers() -> list[Path]:
    """Build the disk image from dist/Tessera.app."""
    identity = os.environ.get("TESSERA_SIGNING_IDENTITY", THIS_MACHINE_ALONE)
    _run_all(signing_commands(BUNDLE, _libraries(BUNDLE), identity))
    image = DIST / installer_name("dmg")
    _run_all(image_commands(BUNDLE, image))
    profile = os.environ.get("TESSERA_NOTARY_PROFILE", "")
    _run_all(notary_commands(image, identity, profile))
    return [image]


def signing_commands(bundle: Path, libraries: Iterable[Path], identity: str) -> list[list[str]]:
    """Sign every library, then the bundle around them, then look whether it holds."""
    sign = ["codesign", "--force", "--sign", identity, "--options", "runtime"]
    if identity != THIS_MACHINE_ALONE:
        sign.append("--timestamp")
    whole = [*sign, "--entitlements", str(ENTITLEMENTS), str(bundle)]
    check = ["codesign", "--verify", "--strict", "--deep", str(bundle)]
    return [*([*sign, str(library)] for library in libraries), whole, check]


def image_commands(bundle: Path, image: Path) -> list[list[str]]:
    """Make the disk image: the bundle beside a link to the Applications folder."""
    stage = BUILD / "dmg"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    (stage / "Applications").symlink_to("/Applications")
    return [
        ["ditto", str(bundle), str(stage / bundle.name)],  # keeps links and signatures
        [
            *("hdiutil", "create", "-ov", "-format", "UDZO", "-volname", "Tessera"),
            *("-srcfolder", str(stage), str(image)),
        ],
    ]


def notary_commands(image: Path, identity: str, profile: str) -> list[list[str]]:
    """Sign the image, hand it to Apple, and pin the answer to it; nothing without an account."""
    if not profile or identity == THIS_MACHINE_ALONE:
        return []
    return [
        ["codesign", "--sign", identity, "--timestamp", str(image)],
        [
            *("xcrun", "notarytool", "submit", str(image)),
            *("--keychain-profile", profile, "--wait"),
        ],
        ["xcrun", "stapler", "staple", str(image)],
        [
            "spctl",
            "--assess",
            "--type",
            "open",
            "--context",
            "context:primary-signature",
            str(image),
        ],
    ]


def _libraries(bundle: Path) -> list[Path]:
    """Every library in the bundle, the deepest first."""
    found = [
        path
        for path in bundle.rglob("*")
        if path.suffix in SIGNED_SUFFIXES and path.is_file() and not path.is_symlink()
    ]
    return sorted(found, key=lambda path: (-len(path.parts), path))


def _run_all(commands: Iterable[list[str]]) -> None:
    for command in commands:
        subprocess.run(command, check=True)
