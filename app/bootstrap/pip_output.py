"""What pip prints, put into few words: how far it is, and why it gave up.

Its text is the only interface pip offers here. Addresses of registries are never repeated.
"""

import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path

from app.bootstrap.failure import SetupError, disk_full, not_writable

WHEEL = re.compile(
    r"(?P<name>[^\s/-]+)-(?P<version>[^\s/-]+)-[^\s/]+\.whl \((?P<size>[\d.]+) (?P<unit>[kMG]B)\)$"
)
WORTH_TELLING_MB = 1.0
BYTES_PER_MB = 1_000_000
NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "Temporary failure in name resolution",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ConnectionResetError",
    "ProtocolError",
    "ProxyError",
    "Connection broken",
    "Read timed out",
)


class PipNarrator:
    """Tells of pip's large downloads, its silences and its last stretch.

    Args:
        say: Takes each sentence.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._told_mb = 0
        self._told_retry = False
        self.installing = False

    def hear(self, line: str) -> None:
        """Take one line of pip's output."""
        text = line.strip()
        if text.startswith("Downloading "):
            self._tell_download(text)
        elif text.startswith("Installing collected packages:"):
            self.installing = True
            count = text.count(",") + 1
            self._say(f"Installing {count} packages. This takes a minute or two.")
        elif "Retrying (" in text and not self._told_retry:
            self._told_retry = True
            self._say("The package registry does not answer; trying again.")

    def tick(self, downloaded_bytes: int) -> None:
        """A while without a line; say how much has come, if more than before."""
        downloaded_mb = downloaded_bytes // BYTES_PER_MB
        if not self.installing and downloaded_mb > self._told_mb:
            self._told_mb = downloaded_mb
            self._say(f"  ... {downloaded_mb} MB so far")

    def _tell_download(self, text: str) -> None:
        found = WHEEL.search(text)
        if found and _megabytes(found["size"], found["unit"]) >= WORTH_TELLING_MB:
            self._say("  {name} {version}: {size} {unit}".format(**found.groupdict()))


def why_pip_failed(output: str, folder: Path) -> SetupError:
    """The cause in pip's words, as one sentence with the next step."""
    if "[Errno 28]" in output or "No space left on device" in output:
        return disk_full(folder)
    if any(sign in output for sign in ("[Errno 13]", "[Errno 30]", "Permission denied")):
        return not_writable(folder)
    if "CERTIFICATE_VERIFY_FAILED" in output:
        return SetupError(
            "The package registry's certificate is not trusted on this computer. If a proxy stands "
            "before it, please name the proxy's certificate in the variable PIP_CERT and start "
            "again."
        )
    if any(sign in output for sign in NO_NETWORK):
        return SetupError(
            "The Python packages could not be downloaded: the package registry does not answer. "
            "Please check the network and start again; what has arrived is kept."
        )
    if missing := re.search(r"No matching distribution found for ([^\s(]+)", output):
        return SetupError(
            f"There is no {missing[1]} for this computer (Python {platform.python_version()}, "
            f"{sys.platform} on {platform.machine()}). Please start again with Python 3.11, 3.12 "
            "or 3.13 in its 64-bit version."
        )
    return SetupError(
        f"The Python packages could not be installed: {_last_error(output)} "
        "Please mend this and start again."
    )


def _last_error(output: str) -> str:
    """What pip said last about the matter, without addresses."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    last = (errors or lines or ["pip ended without a word."])[-1]
    return re.sub(r"\w+://\S+", "the package registry", last)


def _megabytes(size: str, unit: str) -> float:
    return float(size) * {"kB": 0.001, "MB": 1.0, "GB": 1000.0}[unit]
