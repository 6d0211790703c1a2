"""Which build of torch to install: the small one for the processor, or the one that a card needs.

For Linux, PyPI has only the build that brings gigabytes of NVIDIA's libraries; for Windows, only
the one without them. The others are in PyTorch's own indexes (pytorch.org, "Get Started"), which
are queried with a short time-out. If they do not answer, or have no wheel whose hash is known,
torch comes from pip's usual places, and `advice` says how to get the build that a card needs.
"""

import os
import platform
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.bootstrap.graphics_cards import Card, Maker, find_cards

INDEX = "https://download.pytorch.org/whl/"
CPU_INDEX = f"{INDEX}cpu"
TIMEOUT_S = 3.0
PAGE_LIMIT_BYTES = 4_000_000
CHOICE = "TESSERA_TORCH"  # for those who know better: "cpu", "pypi", or a name in CHOICES
CHOICES = {"cuda": "cu130", "cu126": "cu126", "rocm": "rocm7.2", "xpu": "xpu"}


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
    def suffix(self) -> str:
        """The build's own part of the version; PyPI's build for Linux is one for CUDA 13."""
        return "cu130" if "nvidia" in self.lists else self.index_url.rpartition("/")[2] or "cpu"

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


def _from_pytorch(suffix: str, name: str, download_mb: int, disk_mb: int) -> TorchBuild:
    return TorchBuild(name, download_mb, disk_mb, (f"torch-{suffix}",), INDEX + suffix)


# Builds by the suffix of their version. Sizes of cu130 and cu126 are those of Windows; of the last
# two they are estimates.
FROM_PYTORCH = {
    "cu130": _from_pytorch("cu130", "for NVIDIA graphics cards", 1920, 5000),
    "cu126": _from_pytorch("cu126", "for older NVIDIA cards and drivers", 2600, 5700),
    "rocm7.2": _from_pytorch("rocm7.2", "for AMD graphics cards", 5000, 18000),
    "xpu": _from_pytorch("xpu", "for Intel graphics cards", 2500, 8000),
}
NVIDIA_ON_WINDOWS = FROM_PYTORCH["cu130"]


def pin_of_torch(pins: Sequence[str]) -> str | None:
    """The pin of torch among others, such as "torch==2.13.0"; None where it is not there."""
    return next((pin for pin in pins if pin.startswith("torch==")), None)


def choose(version: str, known_builds: str) -> TorchBuild | None:
    """The build for this machine; None where only pip knows what it finds in its usual places.

    A build that is many times the size of the usual one needs the person's consent.

    Args:
        version: Of torch.
        known_builds: Hash and name of each wheel of PyTorch's indexes that may be installed.
    """
    choice = os.environ.get(CHOICE, "")
    is_windows = sys.platform == "win32"
    if not (is_windows or sys.platform.startswith("linux")):
        return ON_MACOS
    suffix = _wanted_suffix(choice)
    if not is_windows and (choice == "pypi" or suffix == "cu130"):
        return None
    if (build := FROM_PYTORCH.get(suffix)) is not None:
        hashes = known_hashes(known_builds, version, suffix)
        agreed = bool(hashes) and (bool(choice) or _is_agreed(build))
        if agreed and offers(build.index_url, hashes):
            return build
    if is_windows:
        return CPU_ON_WINDOWS
    return (
        CPU_FROM_PYTORCH if offers(CPU_INDEX, known_hashes(known_builds, version, "cpu")) else None
    )


def advice(cards: Iterable[Card], version: str, suffix: str, python: str) -> list[str]:
    """What to do for each card that an installed build of torch cannot use, a sentence or two each.

    Args:
        cards: The cards of this machine.
        version: Of torch, without the suffix.
        suffix: Of the installed build; "cu130" for PyPI's for Linux.
        python: The interpreter to install into; empty where nothing can be installed.
    """
    if any(card.suffix == suffix for card in cards):
        return []
    return [_advice(card, version, python) for card in cards]


def _advice(card: Card, version: str, python: str) -> str:
    if not card.suffix and card.maker is not Maker.NVIDIA:
        return f"torch has no build for {card.name} on this system."
    if not card.suffix:
        return f"{card.name}, or its driver ({card.driver}), is too old for torch {version}."
    needed = f"{card.name} needs another build of torch, {version}+{card.suffix}."
    if not python:
        return f"{needed} Tessera can use it where it is set up from its source."
    return (
        f"{needed} To install it from PyTorch's index: {python} -m pip install "
        f"torch=={version}+{card.suffix} --index-url {INDEX}{card.suffix}"
    )


def _wanted_suffix(choice: str) -> str:
    """The suffix of the build that was chosen or that the first usable card needs; or "cpu"."""
    if choice:
        return CHOICES.get(choice, "cpu")
    return next((card.suffix for card in find_cards() if card.suffix), "cpu")


def build_of(version_found: str) -> TorchBuild:
    """The build for Linux that pip found; one without a suffix is PyPI's."""
    suffix = version_found.partition("+")[2]
    return CPU_ON_LINUX if suffix == "cpu" else NVIDIA_ON_LINUX


def known_hashes(known_builds: str, version: str, suffix: str) -> list[str]:
    """The hashes of a version's wheels for this Python and system.

    Args:
        known_builds: A hash and a wheel's name on each line.
        version: Of torch.
        suffix: The build's own part of the version, such as "cpu".
    """
    python = "cp{}{}".format(*sys.version_info[:2])
    system = "win" if sys.platform == "win32" else "linux"
    lines = (line.split() for line in known_builds.splitlines())
    return [
        digest
        for digest, wheel in lines
        if wheel.startswith(f"torch-{version}+{suffix}-{python}-")
        and system in wheel
        and wheel.lower().endswith(f"{platform.machine().lower()}.whl")
    ]


def _is_agreed(build: TorchBuild) -> bool:
    """Ask at the terminal; without one, the answer is no."""
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    usual = CPU_ON_WINDOWS if sys.platform == "win32" else CPU_ON_LINUX
    question = (
        f"This computer has a graphics card. Download torch {build.name}, about "
        f"{build.download_mb / 1000:.0f} GB instead of {usual.download_mb} MB? [y/N] "
    )
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


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
