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

from release.layout import BUILD, BUNDLE, DIST, NAME, PACKAGING, installer_name

ENTITLEMENTS = PACKAGING / "macos" / "entitlements.plist"
THIS_MACHINE_ALONE = "-"
# mach-o/loader.h and fat.h: 64 and 32 bits in either byte order, then files of several processors.
_THIN_MAGICS = tuple(
    bytes.fromhex(word) for word in ("cffaedfe", "cefaedfe", "feedfacf", "feedface")
)
_FAT_MAGICS = tuple(bytes.fromhex(word) for word in ("cafebabe", "cafebabf"))
_MOST_PROCESSORS = 32  # Java's class files begin with cafebabe too, then a version of 45 or more


def make_installers() -> list[Path]:
    """Build the disk image from dist/Tessera.app."""
    identity = os.environ.get("TESSERA_SIGNING_IDENTITY", THIS_MACHINE_ALONE)
    _run_all(signing_commands(BUNDLE, mach_o_files(BUNDLE), identity))
    image = DIST / installer_name("dmg")
    _run_all(image_commands(BUNDLE, image))
    profile = os.environ.get("TESSERA_NOTARY_PROFILE", "")
    _run_all(notary_commands(image, identity, profile))
    return [image]


def signing_commands(bundle: Path, files: Iterable[Path], identity: str) -> list[list[str]]:
    """Sign every file, then the bundle around them, then look whether it holds."""
    sign = ["codesign", "--force", "--sign", identity, "--options", "runtime"]
    if identity != THIS_MACHINE_ALONE:
        sign.append("--timestamp")
    with_entitlements = [*sign, "--entitlements", str(ENTITLEMENTS)]
    single = [[*(with_entitlements if _is_program(file) else sign), str(file)] for file in files]
    whole = [*with_entitlements, str(bundle)]
    check = ["codesign", "--verify", "--strict", "--deep", str(bundle)]
    return [*single, whole, check]


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


def mach_o_files(bundle: Path) -> list[Path]:
    """Every Mach-O file in the bundle, the deepest first.

    They are known by their content, since the libraries of Qt's frameworks and helper programs
    have no suffix. The bundle's own program is left out: signing the bundle signs it.
    """
    own = bundle / "Contents" / "MacOS" / NAME
    found = [
        path
        for path in bundle.rglob("*")
        if path.is_file() and not path.is_symlink() and path != own and is_mach_o(path)
    ]
    return sorted(found, key=lambda path: (-len(path.parts), path))


def is_mach_o(path: Path) -> bool:
    """Whether a file is a program or a library of macOS, for one processor or for several."""
    with path.open("rb") as file:
        head = file.read(8)
    if head[:4] in _FAT_MAGICS:
        return 0 < int.from_bytes(head[4:8], "big") <= _MOST_PROCESSORS
    return head[:4] in _THIN_MAGICS


def _is_program(path: Path) -> bool:
    """Whether it is started by itself, so that it needs the entitlements: it may be executed."""
    return os.access(path, os.X_OK) and path.suffix not in (".dylib", ".so")


def _run_all(commands: Iterable[list[str]]) -> None:
    for command in commands:
        subprocess.run(command, check=True)
