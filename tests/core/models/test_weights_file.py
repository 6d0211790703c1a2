import json
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from core.api.errors import ModelLoadError
from core.models.weights_file import read_shapes, select_weight_files


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    file = tmp_path / "model.safetensors"
    tensors = {"a": torch.zeros(2, 3), "b.c": torch.ones(4, dtype=torch.float16)}
    save_file(tensors, file, metadata={"format": "pt"})
    return file


def test_names_and_shapes_are_read_from_the_header(weights: Path) -> None:
    assert read_shapes(weights) == {"a": (2, 3), "b.c": (4,)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_is_refused(weights: Path, share: float) -> None:
    whole = weights.read_bytes()
    cut = weights.with_name("cut.safetensors")
    cut.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ModelLoadError, match="cut short"):
        read_shapes(cut)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_any_other_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.safetensors"
    file.write_bytes(content)
    with pytest.raises(ModelLoadError):
        read_shapes(file)


@pytest.mark.parametrize("header", [b"[]", b"3", b'{"a": {}}', b'{"a": 1}', b"\xff{}", b"{"])
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: bytes) -> None:
    file = tmp_path / "odd.safetensors"
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(ModelLoadError, match="not a safetensors file"):
        read_shapes(file)


def test_bytes_that_no_tensor_claims_are_damage(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes() + b"more")
    with pytest.raises(ModelLoadError, match="is damaged"):
        read_shapes(weights)


def test_a_git_lfs_pointer_is_refused_with_the_next_step(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n")
    with pytest.raises(ModelLoadError, match="git lfs pull"):
        read_shapes(file)


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=r"gone\.safetensors: cannot be read"):
        read_shapes(tmp_path / "gone.safetensors")


def test_metadata_is_no_tensor(tmp_path: Path) -> None:
    header = json.dumps({"__metadata__": {"format": "pt"}}).encode()
    file = tmp_path / "empty.safetensors"
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    assert read_shapes(file) == {}


@pytest.mark.parametrize(
    "expected",
    [
        ("model.safetensors",),
        ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"),
        ("model.fp16.safetensors",),
        ("model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors"),
        ("model-00001-of-00002.fp16.safetensors", "model-00002-of-00002.fp16.safetensors"),
    ],
)
def test_each_form_of_weights_is_found_among_other_files(expected: tuple[str, ...]) -> None:
    others = ["model.bin", "model.safetensors.index.json", "other.safetensors", "model.onnx"]
    assert select_weight_files([*others, *reversed(expected)], "model") == expected


def test_full_precision_comes_before_a_variant() -> None:
    whole, variant = "model.safetensors", "model.fp16.safetensors"
    assert select_weight_files([variant, whole], "model") == (whole,)
    assert select_weight_files([variant, "model.ema.safetensors"], "model") == (variant,)
    assert select_weight_files(["model.ema.safetensors"], "model") == ()
