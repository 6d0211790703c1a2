import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.tiled_vae.executors.activation_store import (
    FOLDER_PREFIX,
    ActivationStore,
    DiskFolder,
    HostCopy,
    Key,
    Slot,
)

CPU = torch.device("cpu")
TILE_BYTES = 4 * 2 * 3 * 5


def key(tile: int, slot: Slot = Slot.HIDDEN) -> Key:
    return Key(slot, 0, tile)


def tile(number: int) -> torch.Tensor:
    return torch.full((1, 2, 3, 5), float(number))


def test_what_is_put_comes_back() -> None:
    store = ActivationStore(CPU)
    store.put(key(1), tile(1))
    assert torch.equal(store.get(key(1)), tile(1))
    store.drop(key(1))
    with pytest.raises(KeyError):
        store.get(key(1))


def test_beyond_the_budget_the_tile_parked_longest_moves_out() -> None:
    store = ActivationStore(CPU, park=HostCopy.park, budget_bytes=2 * TILE_BYTES)
    for number in range(4):
        store.put(key(number), tile(number))
    assert store.resident_bytes == 2 * TILE_BYTES == store.moved_out_bytes
    assert torch.equal(store.get(key(3)), tile(3))
    assert store.moved_in_bytes == 0
    assert torch.equal(store.get(key(0)), tile(0))
    assert store.moved_in_bytes == TILE_BYTES


def test_only_the_part_asked_for_is_moved() -> None:
    store = ActivationStore(CPU, park=HostCopy.park, budget_bytes=0)
    store.put(key(0), tile(7))
    part = store.get(key(0), (..., slice(0, 1), slice(0, 5)))
    assert part.shape == (1, 2, 1, 5)
    assert store.moved_in_bytes == TILE_BYTES // 3


def test_an_activation_under_two_keys_moves_out_once() -> None:
    store = ActivationStore(CPU, park=HostCopy.park, budget_bytes=0)
    with torch.no_grad():
        both = tile(5)
    roomy = ActivationStore(CPU, park=HostCopy.park, budget_bytes=TILE_BYTES)
    roomy.put(key(0), both)
    roomy.put(key(0, Slot.RESIDUAL), both)
    assert roomy.resident_bytes == TILE_BYTES
    roomy.put(key(1), tile(1))
    assert roomy.moved_out_bytes == TILE_BYTES
    roomy.drop(key(0))
    assert torch.equal(roomy.get(key(0, Slot.RESIDUAL)), both)
    store.close()


def test_half_precision_at_rest_is_clamped() -> None:
    store = ActivationStore(CPU, dtype=torch.float16)
    store.put(key(0), torch.tensor([1e9, -1e9, 1.0]))
    assert store.get(key(0)).tolist() == [65504.0, -65504.0, 1.0]


def test_closing_forgets_everything(tmp_path: Path) -> None:
    folder = DiskFolder(tmp_path)
    store = ActivationStore(CPU, park=folder.park, budget_bytes=TILE_BYTES)
    for number in range(3):
        store.put(key(number), tile(number))
    assert len(list(folder.path.iterdir())) == 2
    store.close()
    assert store.resident_bytes == 0
    assert list(folder.path.iterdir()) == []
    folder.close()


LAYOUTS = [torch.contiguous_format, torch.channels_last]


@pytest.mark.parametrize("layout", LAYOUTS, ids=["contiguous", "channels last"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_what_lies_on_disk_reads_back_bit_for_bit_in_its_layout(
    tmp_path: Path, layout: torch.memory_format, dtype: torch.dtype
) -> None:
    folder = DiskFolder(tmp_path)
    values = torch.randn(2, 3, 4, 5).to(dtype).contiguous(memory_format=layout)
    parked = folder.park(values)
    assert torch.equal(parked.read((...,)), values)
    assert parked.read((...,)).stride() == values.stride()
    assert torch.equal(parked.read((..., slice(1, 3))), values[..., 1:3])
    folder.close()


def test_a_view_is_parked_as_what_it_shows(tmp_path: Path) -> None:
    folder = DiskFolder(tmp_path)
    view = torch.arange(60.0).reshape(1, 3, 4, 5)[:, :, 1:3, 2:]
    assert torch.equal(folder.park(view).read((...,)), view)
    assert torch.equal(HostCopy.park(view).read((...,)), view)
    folder.close()


def test_a_closed_folder_is_gone(tmp_path: Path) -> None:
    folder = DiskFolder(tmp_path)
    folder.park(torch.ones(3))
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_killed_program_is_removed_later(tmp_path: Path) -> None:
    program = subprocess.Popen([sys.executable, "-c", "pass"])
    program.wait()
    orphan = tmp_path / f"{FOLDER_PREFIX}{program.pid}-abc"
    alive = tmp_path / f"{FOLDER_PREFIX}{os.getpid()}-abc"
    foreign = tmp_path / "something-else"
    for folder in (orphan, alive, foreign):
        folder.mkdir()
        (folder / "1.bin").write_bytes(b"x")
    DiskFolder(tmp_path).close()
    assert not orphan.exists()
    assert alive.exists()
    assert foreign.exists()
