"""Recognises errors of memory that ran out, without importing torch: that import may be one."""

import errno

from core.api.errors import DeviceMemoryError, release_frames

# Only some of those that run out of memory say so by a type. Allocators of the processor and of
# devices raise a plain RuntimeError, and an import an ImportError, with one of these in its text.
_OUT_OF_MEMORY = (
    "out of memory",
    "alloc_failed",
    "out_of_device_memory",
    "allocate memory",
    "not enough memory",
    "unable to allocate",
    "failed to map segment",
    "can't start new thread",
)
_PRIMITIVES = ("could not create a primitive", "could not create a memory object")  # oneDNN's
_NO_MEMORY = (
    "The memory that Tessera may use is not enough. Close other programs, or raise the limit that "
    "was set for it (ulimit -v, or that of a container)."
)


def says_no_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out; torch's own type is for its callers to ask."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if not isinstance(error, RuntimeError | ImportError):
        return False
    said = str(error).lower()
    return said in _PRIMITIVES or any(text in said for text in _OUT_OF_MEMORY)


def as_memory_error(error: Exception) -> Exception:
    """The error for a person, where it says that memory ran out; else the error itself."""
    if not says_no_memory(error):
        return error
    release_frames(error)
    sentence = DeviceMemoryError(_NO_MEMORY)
    sentence.__cause__ = error
    return sentence
