"""What a device's errors mean: memory that ran out, a device that is gone."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from core.api.errors import DeviceMemoryError, release_frames
from core.runtime.memory_errors import says_no_memory

_LOST = (
    "device_lost",
    "device lost",
    "gpu is lost",
    "no cuda-capable device",
    "unspecified launch failure",
    "driver shutting down",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, of the device or of the host."""
    return isinstance(error, torch.OutOfMemoryError) or says_no_memory(error)


def is_device_lost(error: BaseException) -> bool:
    """Whether an error says that the device does not answer any more.

    After an `AcceleratorError` CUDA refuses all further work in this process.
    """
    if is_out_of_memory(error):
        return False
    if isinstance(error, torch.AcceleratorError):
        return True
    return isinstance(error, RuntimeError) and _mentions(error, _LOST)


@contextmanager
def memory_errors_as(sentence: str) -> Iterator[None]:
    """Turn every kind of memory error into one, with a sentence for a person.

    Raises:
        DeviceMemoryError: Memory ran out.
    """
    try:
        yield
    except (RuntimeError, MemoryError, OSError, ImportError, SystemError) as error:
        if not is_out_of_memory(error):
            raise
        release_frames(error)
        raise DeviceMemoryError(sentence) from error


def _mentions(error: BaseException, texts: tuple[str, ...]) -> bool:
    said = str(error).lower()
    return any(text in said for text in texts)
