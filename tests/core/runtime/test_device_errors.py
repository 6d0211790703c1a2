import pytest
import torch

from core.api.errors import DeviceMemoryError
from core.runtime.device_errors import (
    is_device_lost,
    is_out_of_memory,
    memory_errors_as,
)

OUT_OF_MEMORY = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("MPS backend out of memory (MPS allocated: 18.01 GiB)"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("miopen error: miopenStatusAllocFailed"),
    RuntimeError("UR error: UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY"),
    RuntimeError("level_zero backend failed with error: 40 (UR_RESULT_ERROR_OUT_OF_RESOURCES)"),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
    torch.AcceleratorError("CUDA error: out of memory"),
]
LOST = [
    torch.AcceleratorError("CUDA error: unknown error"),
    RuntimeError("level_zero backend failed with error: 20 (UR_RESULT_ERROR_DEVICE_LOST)"),
    RuntimeError("CUDA error: unspecified launch failure"),
]


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=str)
def test_memory_errors_are_known_whatever_raises_them(error: BaseException) -> None:
    assert is_out_of_memory(error)
    assert not is_device_lost(error)


@pytest.mark.parametrize("error", LOST, ids=str)
def test_lost_devices_are_known(error: BaseException) -> None:
    assert is_device_lost(error)
    assert not is_out_of_memory(error)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("shapes do not match"), ValueError("out of memory"), KeyError("a")],
    ids=str,
)
def test_other_errors_are_neither(error: BaseException) -> None:
    assert not is_out_of_memory(error)
    assert not is_device_lost(error)


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=str)
def test_memory_errors_become_one_with_a_sentence(error: BaseException) -> None:
    with (
        pytest.raises(DeviceMemoryError, match="too small") as caught,
        memory_errors_as("too small"),
    ):
        raise error
    assert caught.value.__cause__ is error


def test_other_errors_pass() -> None:
    with pytest.raises(RuntimeError, match="shapes"), memory_errors_as("too small"):
        raise RuntimeError("shapes do not match")
