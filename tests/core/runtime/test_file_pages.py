"""Only unchanged pages of a mapped file are dropped, and they come back with their values."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.runtime import file_pages
from core.runtime.file_pages import drop_file_pages, drop_mapped_pages
from core.runtime.spool import move_to_disk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts pages of files")
VALUES = 1 << 20


@pytest.fixture
def mapped(tmp_path: Path) -> Tensor:
    save_file({"weight": torch.arange(float(VALUES))}, tmp_path / "weights.safetensors")
    return load_file(tmp_path / "weights.safetensors")["weight"]


def file_bytes_in_memory() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssFile:"))


def test_pages_of_a_file_are_dropped_and_read_again(mapped: Tensor) -> None:
    total = mapped.sum()
    before = file_bytes_in_memory()
    drop_file_pages([mapped])
    assert before - file_bytes_in_memory() > 0.9 * mapped.nbytes
    assert mapped.sum() == total


def test_a_tensor_that_was_written_to_keeps_its_values(mapped: Tensor) -> None:
    mapped[VALUES // 2] = -1
    drop_file_pages([mapped])
    assert mapped[VALUES // 2] == -1


@pytest.mark.parametrize("values", [torch.ones(VALUES), torch.ones(VALUES)[::2], torch.ones(0)])
def test_tensors_in_ordinary_memory_stay(values: Tensor) -> None:
    drop_file_pages([values, values.to("meta")])
    assert bool((values == 1).all())


def test_a_system_that_hides_its_pages_loses_nothing(
    mapped: Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_pages, "PAGEMAP", tmp_path / "absent")
    drop_file_pages([mapped])
    assert mapped[1] == 1


def test_samples_on_the_disk_are_dropped_and_read_again() -> None:
    samples = move_to_disk(np.arange(VALUES, dtype=np.float32).reshape(-1, 2))
    total, before = samples.sum(), file_bytes_in_memory()
    drop_mapped_pages(samples[:-100])
    assert before - file_bytes_in_memory() > 0.9 * samples.nbytes
    assert samples.sum() == total


def test_samples_that_were_written_to_keep_their_values() -> None:
    samples = move_to_disk(np.ones(VALUES, np.float32))
    samples[:10] = -1
    drop_mapped_pages(samples)
    assert samples[:10].tolist() == [-1] * 10
    for ordinary in (np.ones(VALUES, np.float32), samples[:0]):
        drop_mapped_pages(ordinary)
        assert (ordinary == 1).all()


@pytest.mark.parametrize("rows", [1000, 15_000, 16_384])
def test_samples_that_are_read_part_by_part_leave_nothing(rows: int) -> None:
    samples = move_to_disk(np.ones((VALUES, 2), np.float32))
    before = file_bytes_in_memory()
    for start in range(0, VALUES, rows):
        part = samples[start : start + rows]
        assert part.sum() == part.size
        drop_mapped_pages(part)
    assert file_bytes_in_memory() - before < 1 << 20
