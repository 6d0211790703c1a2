"""Finds graphics cards without torch, and names the build of torch that each one needs.

NVIDIA's driver brings `nvidia-smi` on Linux and Windows. Cards of AMD and Intel are found by the
numbers of their makers and models: Linux has them below /sys, Windows in its registry.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

SYSTEM_CARDS = Path("/sys/class/drm")
NVIDIA_SIGNS = ("/proc/driver/nvidia/version", "/dev/nvidia0", "/dev/dxg")
QUERY = ("nvidia-smi", "--query-gpu=name,compute_cap,driver_version", "--format=csv,noheader")
TIMEOUT_S = 10.0
OLDEST_FOR_CUDA_13, OLDEST_FOR_CUDA_12 = 580, 525  # drivers, as NVIDIA's release notes list them
CUDA_13_FROM, CUDA_12_FROM, CUDA_12_TO = (7, 5), (5, 0), (9, 0)  # compute capabilities
MIN_AMD_BYTES = 3 << 30  # graphics inside a processor have less, and no ROCm
_WINDOWS_CARDS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
_MAX_WINDOWS_CARDS = 16
# Models of Intel that torch's build for XPU knows: Arc A and B, Core Ultra, Data Center GPU Max
_INTEL_MODELS = (
    (0x5690, 0x56C2),
    (0xE202, 0xE224),
    (0x6420, 0x64C0),
    (0x7D40, 0x7DD6),
    (0xB080, 0xB0C0),
    (0x0BD0, 0x0BDC),
)


class Maker(StrEnum):
    """Who made a card."""

    NVIDIA = "NVIDIA"
    AMD = "AMD"
    INTEL = "Intel"


class Card(NamedTuple):
    """A graphics card that torch may be able to compute on.

    Attributes:
        maker: Who made it.
        name: What it is called, as far as that is known.
        capability: NVIDIA's compute capability; None = unknown.
        driver: The first number of the driver's version; None = unknown.
    """

    maker: Maker
    name: str
    capability: tuple[int, int] | None = None
    driver: int | None = None

    @property
    def suffix(self) -> str:
        """How the build of torch that computes on it is called; empty where there is none."""
        if self.maker is Maker.AMD:
            return "rocm7.2" if sys.platform.startswith("linux") else ""
        if self.maker is Maker.INTEL:
            return "xpu"
        driver = OLDEST_FOR_CUDA_13 if self.driver is None else self.driver
        capability = CUDA_13_FROM if self.capability is None else self.capability
        if driver >= OLDEST_FOR_CUDA_13 and capability >= CUDA_13_FROM:
            return "cu130"
        in_range = CUDA_12_FROM <= capability <= CUDA_12_TO
        return "cu126" if driver >= OLDEST_FOR_CUDA_12 and in_range else ""


def find_cards() -> list[Card]:
    """The cards of this machine, NVIDIA's first."""
    if sys.platform == "win32":
        return [*_nvidia_cards(), *_cards_of(_windows_models())]
    if sys.platform.startswith("linux"):
        return [*_nvidia_cards(), *_cards_of(_linux_models())]
    return []


def _nvidia_cards() -> list[Card]:
    """What the driver answers; a card without a name where only signs of a driver are found."""
    try:
        answer = subprocess.run(
            QUERY, capture_output=True, text=True, timeout=TIMEOUT_S, check=True, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        has_signs = any(Path(sign).exists() for sign in NVIDIA_SIGNS)
        return [Card(Maker.NVIDIA, "NVIDIA graphics card")] if has_signs else []
    return [card for line in answer.stdout.splitlines() if (card := _nvidia_card(line))]


def _nvidia_card(line: str) -> Card | None:
    """A card from a line such as "NVIDIA GeForce GTX 1080, 6.1, 560.35.03"."""
    match = re.fullmatch(r"(.+), (\d+)\.(\d+), (\d+)[\d.]*", line.strip())
    if match is None:
        return None
    capability = int(match[2]), int(match[3])
    return Card(Maker.NVIDIA, match[1], capability, int(match[4]))


class _Model(NamedTuple):
    """Numbers of a card's maker and model, and its own memory; None = unknown."""

    vendor: int
    device: int
    memory_bytes: int | None
    name: str = ""


def _cards_of(models: Iterator[_Model]) -> list[Card]:
    """The cards of AMD and Intel among these that torch has a build for, each once."""
    cards = []
    for model in models:
        is_large = model.memory_bytes is None or model.memory_bytes >= MIN_AMD_BYTES
        if model.vendor == 0x1002 and is_large:
            cards.append(Card(Maker.AMD, model.name or "AMD graphics card"))
        known = any(first <= model.device < stop for first, stop in _INTEL_MODELS)
        if model.vendor == 0x8086 and known:
            cards.append(Card(Maker.INTEL, model.name or "Intel graphics card"))
    return list(dict.fromkeys(cards))


def _linux_models() -> Iterator[_Model]:
    for card in sorted(SYSTEM_CARDS.glob("card*/device")):
        try:
            vendor, device = (int((card / part).read_text(), 16) for part in ("vendor", "device"))
        except (OSError, ValueError):  # a connector, or a screen without a card
            continue
        yield _Model(vendor, device, _memory_bytes(card / "mem_info_vram_total"))


def _memory_bytes(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _windows_models() -> Iterator[_Model]:
    """The models that Windows has drivers for; one that was taken out may be among them."""
    if sys.platform != "win32":
        return
    import winreg

    for number in range(_MAX_WINDOWS_CARDS):
        path = rf"{_WINDOWS_CARDS}\{number:04}"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as card:
                numbers = str(winreg.QueryValueEx(card, "MatchingDeviceId")[0])
                name = str(winreg.QueryValueEx(card, "DriverDesc")[0])
        except OSError:  # no card has this number, or it is not to be read
            continue
        match = re.search(r"ven_([0-9a-f]{4})&dev_([0-9a-f]{4})", numbers.lower())
        if match:
            yield _Model(int(match[1], 16), int(match[2], 16), None, name)
