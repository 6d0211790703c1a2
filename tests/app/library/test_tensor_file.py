"""Arrays in files that the safetensors library reads too."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from app.library.tensor_file import read_tensors, write_tensors

SHAPES = st.one_of(
    array_shapes(min_dims=1, max_dims=4, max_side=6),
    st.tuples(st.integers(4000, 9000), st.just(3)),
    st.tuples(st.just(2), st.integers(4000, 9000), st.just(2)),
)


@settings(max_examples=30)
@given(shapes=st.dictionaries(st.sampled_from(["mel", "latents", "more"]), SHAPES, min_size=1))
def test_files_are_readable_here_and_by_safetensors(tmp_path_factory, shapes):
    path = tmp_path_factory.mktemp("take") / "take.safetensors"
    draw = np.random.default_rng(0)
    arrays = {name: draw.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    write_tensors(path, arrays)
    for read in (read_tensors(path), load_file(path)):
        assert read.keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(read[name], array)


def test_arrays_with_strides_are_written_correctly(tmp_path):
    array = np.arange(24, dtype=np.float32).reshape(4, 6).T
    write_tensors(tmp_path / "take.safetensors", {"mel": array})
    np.testing.assert_array_equal(read_tensors(tmp_path / "take.safetensors")["mel"], array)


def test_what_another_program_wrote_is_read(tmp_path):
    array = np.random.default_rng(0).normal(size=(5000, 64)).astype(np.float32)
    save_file({"mel": array}, tmp_path / "take.safetensors")
    np.testing.assert_array_equal(read_tensors(tmp_path / "take.safetensors")["mel"], array)


def test_arrays_of_another_kind_are_refused(tmp_path):
    save_file({"mel": np.zeros(3, np.int64)}, tmp_path / "take.safetensors")
    with pytest.raises(ValueError, match="I64"):
        read_tensors(tmp_path / "take.safetensors")


@pytest.mark.parametrize("content", [b"", b"12345678", b"\xff" * 100, bytes(8)])
def test_a_damaged_file_is_refused(tmp_path, content):
    (tmp_path / "take.safetensors").write_bytes(content)
    with pytest.raises(SafetensorError):
        read_tensors(tmp_path / "take.safetensors")
