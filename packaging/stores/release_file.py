"""The facts of a published file that every store asks for."""

from dataclasses import dataclass
from pathlib import Path

from release.layout import VERSION, download_address
from release.sizes import sha256


@dataclass(frozen=True)
class ReleaseFile:
    """An installer, or an archive.

    Attributes:
        address: Where it is published.
        sha256: Its checksum, in lower-case hexadecimal.
    """

    address: str
    sha256: str

    @property
    def address_by_version(self) -> str:
        """The address with Ruby's placeholder in place of the version."""
        return self.address.replace(VERSION, "#{version}")


def release_file(path: Path) -> ReleaseFile:
    """Measure a file that was just built."""
    return ReleaseFile(download_address(path.name), sha256(path))
