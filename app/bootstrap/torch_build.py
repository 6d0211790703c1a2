"""Which build of torch to install: the small one for the processor, or the one for NVIDIA cards.

For Linux, PyPI has only the build that brings gigabytes of NVIDIA's libraries; for Windows, only
the one without them. The others are in PyTorch's own indexes (pytorch.org, "Get Started"), which
are queried with a short time-out. If they do not answer, or have no wheel whose hash is known,
torch comes from pip's usual places.
"""

import os
import shutil
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_INDEX = "https://download.pytorch.org/whl/cu130"
TIMEOUT_S = 3.0
PAGE_LIMIT_BYTES = 4_000_000
CHOICE = "TESSERA_TORCH"  # "cpu", "cuda" or "pypi", for those who know better
NVIDIA_SIGNS = ("/proc/driver/nvidia/version", "/dev/nvidia0", "/dev/dxg")


class TorchBuild(NamedTuple):
    """A build of torch.

    Attributes:
        name: What it computes on, in a few words.
        download_mb: Roughly how much there is to download.
        disk_mb: Roughly how much it fills on disk.
        lists: Names of the lists with its hashes, and with those of what only it needs.
        index_url: Where it is besides pip's usual places; empty for these alone.
    """

    name: str
    download_mb: int
    disk_mb: int
    lists: tuple[str, ...] = ("torch",)
    index_url: str = ""

    @property
    def pip_arguments(self) -> list[str]:
        """Options of pip for the extra index; pip prefers a version's build with a suffix."""
        return ["--extra-index-url", self.index_url] if self.index_url else []


CPU_ON_LINUX = TorchBuild("for the processor", 190, 750, ("torch-cpu",))
CPU_FROM_PYTORCH = CPU_ON_LINUX._replace(index_url=CPU_INDEX)
NVIDIA_ON_LINUX = TorchBuild(
    "for NVIDIA graphics cards and the processor", 2730, 4570, ("torch", "nvidia")
)
ON_MACOS = TorchBuild("for the processor and Apple's graphics", 110, 510)
CPU_ON_WINDOWS = TorchBuild("for the processor", 120, 500)
NVIDIA_ON_WINDOWS = TorchBuild(
    "for NVIDIA graphics cards", 1920, 5000, ("torch-cu130",), CUDA_INDEX
)


def pin_of_torch(pins: Sequence[str]) -> str | None:
    """The pin of torch among others, such as "torch==2.13.0"; None where it is not there."""
    return next((pin for pin in pins if pin.startswith("torch==")), None)


def choose(version: str, known_builds: str) -> TorchBuild | None:
    """The build for this machine; None where only pip knows what it finds in its usual places.

    Args:
        version: Of torch.
        known_builds: Hash and name of each wheel of PyTorch's indexes that may be installed.
    """
    choice = os.environ.get(CHOICE, "")
    if sys.platform == "win32":
        return _for_windows(choice, known_hashes(known_builds, version, "cu"))
    if not sys.platform.startswith("linux"):
        return ON_MACOS
    if choice in ("cuda", "pypi") or (choice != "cpu" and has_nvidia_card()):
        return None
    hashes = known_hashes(known_builds, version, "cpu")
    return CPU_FROM_PYTORCH if offers(CPU_INDEX, hashes) else None


def build_of(version_found: str) -> TorchBuild:
    """The build for Linux that pip found; one without a suffix is PyPI's."""
    suffix = version_found.partition("+")[2]
    return CPU_ON_LINUX if suffix == "cpu" else NVIDIA_ON_LINUX


def known_hashes(known_builds: str, version: str, suffix: str) -> list[str]:
    """The hashes of a version's wheels for this Python.

    Args:
        known_builds: A hash and a wheel's name on each line.
        version: Of torch.
        suffix: How the build's own part of the version begins: "cpu" or "cu".
    """
    python = "cp{}{}".format(*sys.version_info[:2])
    lines = (line.split() for line in known_builds.splitlines())
    return [
        digest
        for digest, wheel in lines
        if wheel.startswith(f"torch-{version}+{suffix}") and f"-{python}-" in wheel
    ]


def _for_windows(choice: str, hashes: Sequence[str]) -> TorchBuild:
    """Return NVIDIA's build only with the person's consent: it is ten times the size."""
    is_possible = bool(hashes) and (choice == "cuda" or (not choice and has_nvidia_card()))
    wants = is_possible and (choice == "cuda" or _is_agreed())
    return NVIDIA_ON_WINDOWS if wants and offers(CUDA_INDEX, hashes) else CPU_ON_WINDOWS


def _is_agreed() -> bool:
    """Ask at the terminal; without one, the answer is no."""
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    question = (
        "This computer has an NVIDIA graphics card. Download torch "
        f"{NVIDIA_ON_WINDOWS.name}, about {NVIDIA_ON_WINDOWS.download_mb / 1000:.0f} GB instead "
        f"of {CPU_ON_WINDOWS.download_mb} MB? [y/N] "
    )
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def has_nvidia_card() -> bool:
    """Whether an NVIDIA driver is at work here."""
    return any(Path(sign).exists() for sign in NVIDIA_SIGNS) or bool(shutil.which("nvidia-smi"))


def offers(index: str, hashes: Sequence[str], timeout_s: float = TIMEOUT_S) -> bool:
    """Whether an index answers, within the time, that it has a wheel of torch with such a hash.

    In a thread, because looking its name up may take longer than any time-out.
    """
    if not hashes or os.environ.get("PIP_NO_INDEX"):
        return False
    pages: list[str] = []
    query = threading.Thread(target=lambda: pages.append(_read(index, timeout_s)), daemon=True)
    query.start()
    query.join(timeout_s)
    return any(digest in page for page in pages for digest in hashes)


def _read(index: str, timeout_s: float) -> str:
    """The index's page about torch; empty where it cannot be had."""
    import urllib.request

    try:
        with urllib.request.urlopen(f"{index}/torch/", timeout=timeout_s) as answer:
            page: bytes = answer.read(PAGE_LIMIT_BYTES)
    except (OSError, ValueError):
        return ""
    return page.decode(errors="replace")
