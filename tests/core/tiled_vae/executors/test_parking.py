import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.tiled_vae.executors.activation_store import FOLDER_PREFIX, DiskFolder, InHostMemory

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
    assert torch.equal(InHostMemory.park(view).read((...,)), view)
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
