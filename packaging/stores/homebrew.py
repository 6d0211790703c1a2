"""The Homebrew cask: Ruby that installs Tessera.app from the disk image.

Its `zap` leaves the library alone: what a person made is not part of the program.
"""

from pathlib import Path

from release.layout import HOMEPAGE, NAME, OLDEST_MACOS, SUMMARY, VERSION

from stores.release_file import ReleaseFile

MACOS_NAMES = {"14": "sonoma", "15": "sequoia", "26": "tahoe"}
CASK = """\
cask "{name}" do
  version "{version}"
  sha256 "{sha256}"

  url "{address}"
  name "Tessera"
  desc "{summary}"
  homepage "{homepage}"

  depends_on arch: :arm64
  depends_on macos: ">= :{macos}"

  app "Tessera.app"
  binary "#{{appdir}}/Tessera.app/Contents/MacOS/tessera"

  zap trash: [
    "~/Library/Caches/Tessera",
    "~/Library/Logs/Tessera",
    "~/Library/Preferences/com.tessera.Tessera.plist",
    "~/Library/Saved Application State/studio.tessera.Tessera.savedState",
  ]
end
"""


def write_cask(image: ReleaseFile, folder: Path) -> Path:
    """Write the cask; its path."""
    path = folder / f"{NAME}.rb"
    path.write_text(cask(image), encoding="utf-8")
    return path


def cask(image: ReleaseFile) -> str:
    """The cask's text."""
    return CASK.format(
        name=NAME,
        version=VERSION,
        sha256=image.sha256,
        address=image.address_by_version,
        summary=SUMMARY,
        homepage=HOMEPAGE,
        macos=MACOS_NAMES[OLDEST_MACOS.partition(".")[0]],
    )
