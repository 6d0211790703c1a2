"""`python3 packaging/build.py`: from this source tree to a finished installer for this platform.

It sets up what it needs in `.venv`, as the program itself does. Everything it makes lands in
`build/` (scratch) and `dist/` (to ship).
"""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

from app import python_version  # noqa: E402

python_version.require_supported()

from app.bootstrap import launcher, system_packages  # noqa: E402

BINUTILS = system_packages.SystemPackage("binutils", "objdump")


def main() -> int:
    """Build; 0 with everything in dist/."""
    options = _parse_arguments()
    launcher.enter_environment(
        ROOT,
        extras=("package",),
        packages=(*system_packages.QT, *system_packages.QT_ON_X11, BINUTILS),  # to be taken along
    )
    from release.checks import require_buildable

    require_buildable()
    start_s = time.monotonic()
    folder = _make_folder()
    installers = [] if options.folder_only else _make_installers()
    _report(folder, installers)
    print(f"Built in {time.monotonic() - start_s:.0f} s.")
    return 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 packaging/build.py", description=__doc__)
    parser.add_argument(
        "--folder-only", action="store_true", help="stop at the folder that runs as it is"
    )
    return parser.parse_args()


def _make_folder() -> Path:
    """The program in a folder of its own, with its licences and bill of materials."""
    from release import bill_of_materials, frozen, icons, layout, licences, origins, windows

    layout.BUILD.mkdir(exist_ok=True)
    icons.render_icons()
    windows.write_version_resource()
    frozen.freeze()
    parts = origins.find_origins()
    shipped = layout.contents_folder() / "resources" / "licences"
    licences.write_licences(parts, shipped / "third-party.txt")
    bill_of_materials.write_bill_of_materials(parts, shipped / "bill-of-materials.cdx.json")
    frozen.settle(layout.product())
    return layout.product()


def _make_installers() -> list[Path]:
    from release import linux, macos, windows

    platforms = {"linux": linux, "win32": windows, "darwin": macos}
    return platforms[sys.platform].make_installers()


def _report(folder: Path, installers: list[Path]) -> None:
    """Print what was made and how large it is; write checksums and the stores' manifests."""
    from release import checks, sizes, torch_build
    from stores import manifests

    sizes.print_parts(folder)
    print(torch_build.sentence(folder))
    for installer in installers:
        print(f"{installer.name}: {installer.stat().st_size / 1e6:,.0f} MB")
    sizes.write_checksums(folder, installers)
    if not checks.has_public_address():
        print(f"No manifests for stores: {checks.NO_ADDRESS}")
        return
    for manifest in manifests.write_manifests(installers):
        print(manifest.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
