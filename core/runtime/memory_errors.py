"""Recognises errors of memory that ran out, without importing torch: that import may be one."""

import errno
import sys

from core.api.errors import DeviceMemoryError, release_frames

# Only some of those that run out of memory say so by a type. Allocators of the processor and of
# devices raise a plain RuntimeError, and an import an ImportError, with one of these in its text.
_OUT_OF_MEMORY = (
    "out of memory",
    "alloc_failed",
    "allocfailed",  # MIOpen's
    "out_of_device_memory",
    "out_of_host_memory",
    "out_of_resources",  # what Intel's driver may say instead (pytorch#177714)
    "allocate memory",
    "not enough memory",
    "unable to allocate",
    "failed to map segment",
    "can't start new thread",
)
_LOST_EXCEPTIONS = (  # CPython's words where a MemoryError itself could not be made
    "error return without exception set",
    "returned null without setting an exception",
)
_PRIMITIVES = ("could not create a primitive", "could not create a memory object")  # oneDNN's
LEAST_ADDRESS_SPACE_BYTES = 1_000_000_000
"""Importing torch (for the processor), diffusers and transformers takes 1,007 MB on Linux."""
_NO_MEMORY = (
    "The memory that Tessera may use is not enough. Close other programs, or raise the limit that "
    "was set for it (ulimit -v, or that of a container)."
)


def says_no_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out; torch's own type is for its callers to ask.

    Libraries that import their parts late raise an error of their own from the one that it was.
    """
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if not isinstance(error, RuntimeError | ImportError | SystemError):
        return False
    said, cause = str(error).lower(), error.__cause__
    texts = _LOST_EXCEPTIONS if isinstance(error, SystemError) else _OUT_OF_MEMORY
    if said in _PRIMITIVES or any(text in said for text in texts):
        return True
    return cause is not None and cause is not error and says_no_memory(cause)


def check_address_space() -> None:
    """Refuse a limit of the address space (`ulimit -v`) that torch's import cannot keep to.

    Below it the libraries do not always raise: they abort the process, or try again for ever.

    Raises:
        DeviceMemoryError: The limit is too low.
    """
    if sys.platform == "win32":
        return
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_ADDRESS_SPACE_BYTES:
        raise DeviceMemoryError(_NO_MEMORY)


def as_memory_error(error: Exception) -> Exception:
    """The error for a person, where it says that memory ran out; else the error itself."""
    if not says_no_memory(error):
        return error
    release_frames(error)
    sentence = DeviceMemoryError(_NO_MEMORY)
    sentence.__cause__ = error
    return sentence
