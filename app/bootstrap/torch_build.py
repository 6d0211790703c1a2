"""Which build of torch to install: the small one for the processor, or the one for NVIDIA cards.

For Linux, PyPI has only the build that brings gigabytes of NVIDIA's libraries; for Windows, only
the one without them. The others are in PyTorch's own indexes (pytorch.org, "Get Started"), which
are queried with a short time-out. If they do not answer, torch comes from pip's usual index.
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
        index_url: Where it is besides pip's usual places; empty for these alone.
    """

    name: str
    download_mb: int
    disk_mb: int
    index_url: str = ""

    @property
    def pip_arguments(self) -> list[str]:
        """Options of pip for the extra index; pip prefers a version's build with a suffix."""
        return ["--extra-index-url", self.index_url] if self.index_url else []


PROCESSOR = TorchBuild("for the processor", 200, 800)
PROCESSOR_FROM_PYTORCH = PROCESSOR._replace(index_url=CPU_INDEX)
UNKNOWN_ON_LINUX = TorchBuild("with NVIDIA's libraries, if pip takes it from PyPI", 3000, 7000)
NVIDIA_ON_LINUX = TorchBuild("for NVIDIA graphics cards and the processor", 3000, 7000)
NVIDIA_ON_WINDOWS = TorchBuild("for NVIDIA graphics cards", 2000, 5000, CUDA_INDEX)


def choose(requirements: Sequence[str]) -> TorchBuild | None:
    """The build for this machine; None where torch is not among what is to be installed."""
    wanted = [name for name in requirements if name.startswith("torch==")]
    if not wanted:
        return None
    version = wanted[0].removeprefix("torch==")
    choice = os.environ.get(CHOICE, "")
    if sys.platform == "win32":
        return _for_windows(choice, version)
    if not sys.platform.startswith("linux"):
        return PROCESSOR
    if choice in ("cuda", "pypi") or (choice != "cpu" and has_nvidia_card()):
        return NVIDIA_ON_LINUX
    return PROCESSOR_FROM_PYTORCH if offers(CPU_INDEX, version) else UNKNOWN_ON_LINUX


def _for_windows(choice: str, version: str) -> TorchBuild:
    """Return NVIDIA's build only with the person's consent: it is ten times the size."""
    wants = choice == "cuda" or (not choice and has_nvidia_card() and _is_agreed())
    return NVIDIA_ON_WINDOWS if wants and offers(CUDA_INDEX, version) else PROCESSOR


def _is_agreed() -> bool:
    """Ask at the terminal; without one, the answer is no."""
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    question = (
        "This computer has an NVIDIA graphics card. Download torch "
        f"{NVIDIA_ON_WINDOWS.name}, about {NVIDIA_ON_WINDOWS.download_mb / 1000:.0f} GB instead "
        f"of {PROCESSOR.download_mb} MB? [y/N] "
    )
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def has_nvidia_card() -> bool:
    """Whether an NVIDIA driver is at work here."""
    return any(Path(sign).exists() for sign in NVIDIA_SIGNS) or bool(shutil.which("nvidia-smi"))


def offers(index: str, version: str, timeout_s: float = TIMEOUT_S) -> bool:
    """Whether an index answers, within the time, that it has this version of torch.

    In a thread, because looking its name up may take longer than any time-out.
    """
    if os.environ.get("PIP_NO_INDEX"):
        return False
    pages: list[str] = []
    query = threading.Thread(target=lambda: pages.append(_read(index, timeout_s)), daemon=True)
    query.start()
    query.join(timeout_s)
    return any(f"torch-{version}%2B" in page or f"torch-{version}+" in page for page in pages)


def _read(index: str, timeout_s: float) -> str:
    """The index's page about torch; empty where it cannot be had."""
    import urllib.request

    try:
        with urllib.request.urlopen(f"{index}/torch/", timeout=timeout_s) as answer:
            page: bytes = answer.read(PAGE_LIMIT_BYTES)
    except (OSError, ValueError):
        return ""
    return page.decode(errors="replace")
