"""Reads pip's output: reports its progress in few lines, and explains its failures.

The text is the only interface that pip offers here. Addresses of registries are never repeated.
"""

import re
from collections.abc import Callable
from pathlib import Path

from app.bootstrap.failure import SetupError, disk_full, not_writable
from app.bootstrap.platform_support import SUPPORTED, description

WHEEL = re.compile(
    r"(?P<name>[^\s/-]+)-(?P<version>[^\s/-]+)-[^\s/]+\.whl \((?P<size>[\d.]+) (?P<unit>[kMG]B)\)$"
)
REPORTED_MB = 1.0
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


class PipReporter:
    """Reports pip's large downloads, the progress of silent ones, and the installation.

    Args:
        say: Takes each sentence.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._reported_mb = 0
        self._reported_retry = False
        self.installing = False

    def read_line(self, line: str) -> None:
        """Take one line of pip's output."""
        text = line.strip()
        if text.startswith("Downloading "):
            self._report_download(text)
        elif text.startswith("Installing collected packages:"):
            self.installing = True
            count = text.count(",") + 1
            self._say(f"Installing {count} packages. This takes a minute or two.")
        elif "Retrying (" in text and not self._reported_retry:
            self._reported_retry = True
            self._say("The package registry does not answer; trying again.")

    def tick(self, downloaded_bytes: int) -> None:
        """Report how much has been downloaded after a while without a line."""
        downloaded_mb = downloaded_bytes // BYTES_PER_MB
        if not self.installing and downloaded_mb > self._reported_mb:
            self._reported_mb = downloaded_mb
            self._say(f"  ... {downloaded_mb} MB so far")

    def _report_download(self, text: str) -> None:
        found = WHEEL.search(text)
        if found and _megabytes(found["size"], found["unit"]) >= REPORTED_MB:
            self._say("  {name} {version}: {size} {unit}".format(**found.groupdict()))


def pip_failure(output: str, folder: Path) -> SetupError:
    """Return the cause that pip's output names, as one sentence with the next step."""
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
    return _failure_of_packages(output)


def _failure_of_packages(output: str) -> SetupError:
    """What is wrong with a package that pip found, or did not find."""
    if missing := re.search(r"No matching distribution found for ([^\s(]+)", output):
        return SetupError(
            f"There is no {missing[1]} for this computer ({description()}). Tessera runs on "
            f"{SUPPORTED}."
        )
    if "DO NOT MATCH THE HASHES" in output:
        return SetupError(
            "A package that was downloaded is not the one that Tessera was made with: its hash "
            "differs, so it was not installed. Please start again; if this stays so, ask those "
            "who run the package registry that this computer uses."
        )
    return SetupError(
        f"The Python packages could not be installed: {_last_error(output)} "
        "Please mend this and start again."
    )


def _last_error(output: str) -> str:
    """Return pip's last error line, without addresses."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    last = (errors or lines or ["pip ended without a word."])[-1]
    return re.sub(r"\w+://\S+", "the package registry", last)


def _megabytes(size: str, unit: str) -> float:
    return float(size) * {"kB": 0.001, "MB": 1.0, "GB": 1000.0}[unit]
