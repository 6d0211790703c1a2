"""LoRAs that are pickles: the same changes as from safetensors, and nothing of them is run."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.api.errors import Cancelled, ModelLoadError
from core.api.lora import Lora
from core.api.progress import Progress
from core.models.lora.adapter import read_adapter
from tests.core.models.lora.tiny_lora import (
    ALPHA,
    RANK,
    Part,
    diffusers_name,
    kohya_name,
    processor_name,
    tensors_of,
    write_peft,
)

LAYER = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
PARTS = {LAYER: Part(torch.randn(RANK, 16), torch.randn(16, RANK))}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def read(
    path: Path, progress: Progress | None = None
) -> Mapping[str, tuple[Tensor, Tensor, float]]:
    changes = read_adapter(Lora(str(path)), progress or Progress()).changes
    return {layer.layer: (one.down, one.up, one.scale) for layer, one in changes.items()}


def assert_same(one: Path, other: Path) -> None:
    """Both files hold the same changes, to the bit."""
    found, expected = read(one), read(other)
    assert found.keys() == expected.keys()
    for layer, (down, up, scale) in expected.items():
        assert torch.equal(found[layer][0], down)
        assert torch.equal(found[layer][1], up)
        assert found[layer][2] == scale


@pytest.mark.parametrize("name", ["adapter_model.bin", "mine.pt"])
def test_a_folder_of_peft_is_read(tmp_path: Path, temporary: Path, name: str) -> None:
    expected = write_peft(tmp_path / "expected", PARTS)
    folder = write_peft(tmp_path / "lora", PARTS)
    weights = folder / "adapter_model.safetensors"
    torch.save(load_file(weights), folder / name)
    weights.unlink()
    assert_same(folder, expected)
    assert_same(folder / name, expected)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("namer", [diffusers_name, processor_name])
def test_a_folder_of_diffusers_is_read(tmp_path: Path, namer: Callable[[str, str], str]) -> None:
    tensors = tensors_of(PARTS, namer)
    save_file(tensors, tmp_path / "expected.safetensors")
    (tmp_path / "lora").mkdir()
    torch.save(tensors, tmp_path / "lora" / "pytorch_lora_weights.bin")
    torch.save({"step": 1}, tmp_path / "lora" / "optimizer.bin")
    assert_same(tmp_path / "lora", tmp_path / "expected.safetensors")


@pytest.mark.parametrize(
    ("ending", "is_zip"), [(".pt", True), (".PTH", True), (".ckpt", False), (".bin", False)]
)
def test_a_file_of_kohyas_programs_is_read(tmp_path: Path, ending: str, is_zip: bool) -> None:
    tensors = tensors_of(PARTS, kohya_name, ALPHA)
    halves = {name: tensor.bfloat16() for name, tensor in tensors.items()}
    save_file(halves, tmp_path / "expected.safetensors")
    file = tmp_path / f"lora{ending}"
    torch.save(halves, file, _use_new_zipfile_serialization=is_zip)
    assert_same(file, tmp_path / "expected.safetensors")


def test_safetensors_are_read_where_both_are_there(tmp_path: Path) -> None:
    folder = write_peft(tmp_path / "lora", PARTS)
    (folder / "adapter_model.bin").write_bytes(b"none")
    (folder / "training_args.bin").write_bytes(b"none")
    assert_same(folder, folder / "adapter_model.safetensors")


class Program:
    """Runs a program when it is unpickled in the usual way."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_a_lora_that_runs_a_program_runs_nothing(tmp_path: Path, is_zip: bool) -> None:
    content = {**tensors_of(PARTS, kohya_name), "x": Program(f"touch {tmp_path / 'trace'}")}
    file = tmp_path / "lora.pt"
    torch.save(content, file, _use_new_zipfile_serialization=is_zip)
    with pytest.raises(ModelLoadError, match="would run a program when opened") as caught:
        read(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert not (tmp_path / "trace").exists()


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="this system cannot limit a process's memory"
)
def test_a_lora_that_grows_in_memory_is_refused(tmp_path: Path, temporary: Path) -> None:
    """A few bytes of a pickle can ask for a table of 2^32 entries, which Python then makes."""
    file = tmp_path / "lora.pt"
    file.write_bytes(b"\x80\x02K\x01r\xff\xff\xff\x7f.")
    with pytest.raises(ModelLoadError, match="more memory than a conversion may take"):
        read(file)
    assert not list(temporary.iterdir())


def test_tensors_that_are_larger_than_the_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "lora.pt"
    torch.save({"a.lora_A.weight": torch.ones(1).expand(4000, 4000)}, file)
    with pytest.raises(ModelLoadError, match="larger than the file"):
        read(file)


@pytest.mark.parametrize("content", [b"", b"none", None])
def test_a_damaged_pickle_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "lora.pt"
    torch.save(tensors_of(PARTS, kohya_name), file)
    file.write_bytes(file.read_bytes()[:-9] if content is None else content)
    with pytest.raises(ModelLoadError, match="is no file of weights that torch wrote"):
        read(file)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs in folders")
def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lora.pt")
    with pytest.raises(ModelLoadError, match="no regular file"):
        read(tmp_path / "lora.pt")


def test_a_disk_without_room_is_a_sentence(tmp_path: Path, temporary: Path) -> None:
    torch.save(tensors_of(PARTS, kohya_name), tmp_path / "lora.pt")
    shutil.rmtree(temporary)
    with pytest.raises(ModelLoadError, match="temporary copy, which cannot be stored"):
        read(tmp_path / "lora.pt")


def test_reading_can_be_cancelled(tmp_path: Path, temporary: Path) -> None:
    torch.save(tensors_of(PARTS, kohya_name), tmp_path / "lora.pt")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        read(tmp_path / "lora.pt", progress)
    assert not list(temporary.iterdir())
