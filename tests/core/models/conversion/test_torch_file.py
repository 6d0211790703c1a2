import io
import os
import pickle
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import ModelLoadError
from core.models.conversion.safetensors_writer import write_safetensors
from core.models.conversion.stored_tensor import Tensors
from core.models.conversion.torch_file import read_tensors

TYPES = [
    torch.float32,
    torch.float64,
    torch.float16,
    torch.bfloat16,
    torch.int64,
    torch.int32,
    torch.uint8,
    torch.bool,
]


def back(tensors: Tensors, folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    write_safetensors(folder / "out.safetensors", dict(tensors), lambda count: None)
    return load_file(folder / "out.safetensors")


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_tensors_of_every_kind_arrive_bit_for_bit(tmp_path: Path, is_zip: bool) -> None:
    values = torch.arange(60).reshape(3, 4, 5)
    state = {str(kind): values.to(kind) for kind in TYPES}
    state |= {
        "transposed": values.float().transpose(0, 2),
        "part": values.float()[1:, ::2, 1],
        "scalar": torch.tensor(0.25),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(values.float()),
    }
    torch.save(state, tmp_path / "a.pth", _use_new_zipfile_serialization=is_zip)
    found = back(read_tensors(tmp_path / "a.pth"), tmp_path)
    assert found.keys() == state.keys()
    for name, tensor in state.items():
        assert torch.equal(found[name], tensor), name
        assert found[name].dtype == tensor.dtype


def test_shared_storages_are_read_where_they_begin(tmp_path: Path) -> None:
    whole = torch.arange(10.0)
    torch.save({"a": whole[2:5], "b": whole[4:]}, tmp_path / "a.pth")
    found = back(read_tensors(tmp_path / "a.pth"), tmp_path)
    assert found["a"].tolist() == [2, 3, 4]
    assert found["b"].tolist() == [4, 5, 6, 7, 8, 9]


def test_names_lose_the_prefix_of_a_wrapped_network(tmp_path: Path) -> None:
    torch.save({"module.a.w": torch.ones(2), "module.b": torch.ones(1)}, tmp_path / "a.pth")
    assert read_tensors(tmp_path / "a.pth").keys() == {"a.w", "b"}


class Program:
    """Runs a function when it is unpickled in the usual way."""

    def __init__(self, function: Callable[..., object], argument: str) -> None:
        self.call = function, (argument,)

    def __reduce__(self) -> tuple[object, ...]:
        return self.call


@pytest.mark.parametrize("function", [os.system, eval, exec, os.mkdir, open, __import__])
@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_a_pickle_that_runs_a_program_runs_nothing(
    tmp_path: Path, is_zip: bool, function: Callable[..., object]
) -> None:
    trace = tmp_path / "trace"
    argument = f"touch {trace}" if function is os.system else str(trace)
    content = {"state_dict": {"w": torch.ones(2)}, "extra": Program(function, argument)}
    torch.save(content, tmp_path / "a.pth", _use_new_zipfile_serialization=is_zip)
    with pytest.raises(ModelLoadError, match="would run a program when opened in the usual way"):
        read_tensors(tmp_path / "a.pth")
    assert not trace.exists()


def test_a_bare_pickle_that_runs_a_program_runs_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    (tmp_path / "a.bin").write_bytes(pickle.dumps(Program(os.system, f"touch {trace}")))
    with pytest.raises(ModelLoadError, match="would run a program"):
        read_tensors(tmp_path / "a.bin")
    assert not trace.exists()


def test_objects_of_other_libraries_are_not_built(tmp_path: Path) -> None:
    content = {"state_dict": {"w": torch.ones(2)}, "path": Path("x"), "error": KeyError("a")}
    torch.save(content, tmp_path / "a.pth")
    assert read_tensors(tmp_path / "a.pth").keys() == {"w"}


@cache
def _content() -> bytes:
    """What torch writes for two tensors."""
    file = io.BytesIO()
    torch.save({"w": torch.arange(300.0), "v": torch.ones(4)}, file)
    return file.getvalue()


def test_a_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    content = _content()
    for length in (0, 10, 500, len(content) // 2, len(content) - 1):
        (tmp_path / "b.pth").write_bytes(content[:length])
        with pytest.raises(ModelLoadError):
            read_tensors(tmp_path / "b.pth")


def test_a_legacy_file_without_its_data_is_refused(tmp_path: Path) -> None:
    torch.save({"w": torch.ones(300)}, tmp_path / "a", _use_new_zipfile_serialization=False)
    content = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(content[:-100])
    with pytest.raises(ModelLoadError, match="reaches beyond its data"):
        read_tensors(tmp_path / "a")


def test_compressed_storages_are_refused(tmp_path: Path) -> None:
    content = _content()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(tmp_path / "b.pth", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    with pytest.raises(ModelLoadError, match="compressed"):
        read_tensors(tmp_path / "b.pth")


@pytest.mark.parametrize("content", [[1, 2], {"a": 1}, 5, torch.ones(2)])
def test_a_file_without_weights_by_name_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "a.pth")
    with pytest.raises(ModelLoadError, match="no weights"):
        read_tensors(tmp_path / "a.pth")


@pytest.mark.parametrize(
    ("of_entry", "change"),
    [
        (8, b"\x01"),  # encrypted
        (6, b"\xff"),  # of a later version of zip
        (10, b"\x63"),  # by an unknown method
        (42, b"\xff" * 4),  # at a place beyond the file
    ],
)
def test_an_archive_of_another_kind_is_refused(
    tmp_path: Path, of_entry: int, change: bytes
) -> None:
    content = _content()
    at = content.index(b"PK\x01\x02") + of_entry  # in the first entry of the table of contents
    (tmp_path / "b.pth").write_bytes(content[:at] + change + content[at + len(change) :])
    with pytest.raises(ModelLoadError, match="is no file of weights that torch wrote"):
        read_tensors(tmp_path / "b.pth")


@given(at=st.integers(0, 3000), value=st.integers(0, 255))
def test_a_damaged_file_is_read_or_refused(at: int, value: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "b.pth"
        content = bytearray(_content())
        content[at % len(content)] = value
        file.write_bytes(content)
        try:
            tensors = read_tensors(file)
        except ModelLoadError as error:
            sentence = str(error).removeprefix(f"{file}: ")
            assert sentence.startswith("is no file of weights that torch wrote, or it is damaged (")
            assert "\n" not in sentence
        else:
            found = {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}
            assert found == {"w": ((300,), "F32"), "v": ((4,), "F32")}
            sizes = [sum(map(len, tensors[name].chunks())) for name in ("w", "v")]
            assert sizes == [4 * 300, 4 * 4]
