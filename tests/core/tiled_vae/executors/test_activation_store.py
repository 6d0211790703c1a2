from pathlib import Path

import pytest
import torch

from core.tiled_vae.executors.activation_store import (
    ActivationStore,
    DiskFolder,
    InHostMemory,
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
    store = ActivationStore(CPU, park=InHostMemory.park, budget_bytes=2 * TILE_BYTES)
    for number in range(4):
        store.put(key(number), tile(number))
    assert store.resident_bytes == 2 * TILE_BYTES == store.moved_out_bytes
    assert torch.equal(store.get(key(3)), tile(3))
    assert store.moved_in_bytes == 0
    assert torch.equal(store.get(key(0)), tile(0))
    assert store.moved_in_bytes == TILE_BYTES


def test_only_the_part_asked_for_is_moved() -> None:
    store = ActivationStore(CPU, park=InHostMemory.park, budget_bytes=0)
    store.put(key(0), tile(7))
    part = store.get(key(0), (..., slice(0, 1), slice(0, 5)))
    assert part.shape == (1, 2, 1, 5)
    assert store.moved_in_bytes == TILE_BYTES // 3


def test_an_activation_under_two_keys_moves_out_once() -> None:
    store = ActivationStore(CPU, park=InHostMemory.park, budget_bytes=0)
    with torch.no_grad():
        both = tile(5)
    roomy = ActivationStore(CPU, park=InHostMemory.park, budget_bytes=TILE_BYTES)
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
