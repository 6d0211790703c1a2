"""Cards are found without torch, each with the build of torch that has kernels for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.bootstrap import graphics_cards
from app.bootstrap.graphics_cards import Card, Maker, find_cards


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Describe what NVIDIA's program answers; None = it is not there."""
    monkeypatch.setattr(graphics_cards, "SYSTEM_CARDS", tmp_path)
    monkeypatch.setattr(graphics_cards, "NVIDIA_SIGNS", (str(tmp_path / "nvidia0"),))

    def describe(text: str | None, platform: str = "linux") -> Path:
        def run(*args: object, **options: object) -> object:
            if text is None:
                raise FileNotFoundError
            return subprocess.CompletedProcess([], 0, text, "")

        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(subprocess, "run", run)
        return tmp_path

    return describe


def plug_in(folder: Path, vendor: str, device: str, memory_bytes: int | None = None) -> None:
    """Put a card where Linux lists cards."""
    place = folder / f"card{len([*folder.iterdir()])}" / "device"
    place.mkdir(parents=True)
    (place / "vendor").write_text(f"{vendor}\n")
    (place / "device").write_text(f"{device}\n")
    if memory_bytes is not None:
        (place / "mem_info_vram_total").write_text(f"{memory_bytes}\n")


@pytest.mark.parametrize(
    ("line", "suffix"),
    [
        ("NVIDIA GeForce RTX 4090, 8.9, 580.65.06", "cu130"),
        ("Tesla T4, 7.5, 581.15", "cu130"),
        ("NVIDIA GeForce GTX 1080, 6.1, 580.65.06", "cu126"),
        ("Tesla V100-SXM2-16GB, 7.0, 535.104.05", "cu126"),
        ("NVIDIA GeForce RTX 4090, 8.9, 560.35.03", "cu126"),
        ("NVIDIA GeForce RTX 5090, 12.0, 570.86.10", ""),
        ("NVIDIA GeForce RTX 3060, 8.6, 470.82.01", ""),
        ("Tesla K80, 3.7, 535.104.05", ""),
    ],
)
def test_capability_and_driver_decide_on_nvidias_build(answer, line: str, suffix: str) -> None:
    answer(f"{line}\n")
    [card] = find_cards()
    assert card.maker is Maker.NVIDIA
    assert card.name == line.split(",", maxsplit=1)[0]
    assert card.suffix == suffix


def test_a_card_that_does_not_answer_may_still_have_a_driver(answer) -> None:
    folder = answer(None)
    assert find_cards() == []
    (folder / "nvidia0").touch()
    assert [card.suffix for card in find_cards()] == ["cu130"]


@pytest.mark.parametrize("text", ["", "No devices were found\n", "GRID, [N/A], 550.1\n"])
def test_answers_without_a_card_are_none(answer, text: str) -> None:
    answer(text)
    assert find_cards() == []


def test_large_cards_of_amd_take_rocm(answer) -> None:
    folder = answer(None)
    plug_in(folder, "0x1002", "0x744c", 24 << 30)
    plug_in(folder, "0x1002", "0x164e", 512 << 20)  # inside a processor
    assert [(card.maker, card.suffix) for card in find_cards()] == [(Maker.AMD, "rocm7.2")]


@pytest.mark.parametrize(
    ("device", "suffixes"),
    [("0x56a0", ["xpu"]), ("0xe20b", ["xpu"]), ("0x64a0", ["xpu"]), ("0x3e92", [])],
)
def test_intels_arc_and_xe_take_xpu(answer, device: str, suffixes: list[str]) -> None:
    folder = answer(None)
    plug_in(folder, "0x8086", device)
    (folder / "card9").mkdir()
    (folder / "card9" / "device").write_text("a connector")
    assert [card.suffix for card in find_cards()] == suffixes


REGISTRY = {
    "0000": {"MatchingDeviceId": r"pci\ven_8086&dev_56A0", "DriverDesc": "Intel Arc A770"},
    "0002": {"MatchingDeviceId": r"pci\ven_1002&dev_744c", "DriverDesc": "AMD Radeon"},
}


class FakeRegistry:
    """Windows' registry with two cards and a number between them without one."""

    HKEY_LOCAL_MACHINE = None

    class Key(dict):
        def __enter__(self) -> "FakeRegistry.Key":
            return self

        def __exit__(self, *error: object) -> None:
            return None

    def OpenKey(self, root: None, path: str) -> "FakeRegistry.Key":
        number = path.rpartition("\\")[2]
        if number not in REGISTRY:
            raise OSError
        return self.Key(REGISTRY[number])

    def QueryValueEx(self, key: "FakeRegistry.Key", name: str) -> tuple[str, int]:
        return key[name], 1


def test_windows_lists_cards_in_its_registry(answer, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(None, "win32")
    monkeypatch.setitem(sys.modules, "winreg", FakeRegistry())
    assert [(card.name, card.suffix) for card in find_cards()] == [
        ("Intel Arc A770", "xpu"),
        ("AMD Radeon", ""),
    ]


def test_macs_have_no_cards_to_look_for(answer) -> None:
    answer("NVIDIA GeForce GT 750M, 3.0, 418.0\n", "darwin")
    assert find_cards() == []
    assert Card(Maker.AMD, "Radeon").suffix == ""
