"""Takes root's right to write everywhere from the running thread, so that permissions count."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3, see capget(2)
_OVERRIDES = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
_Sets = ctypes.c_uint32 * 6  # effective, permitted and inheritable, for two words of bits


@contextmanager
def only_what_permissions_allow() -> Iterator[None]:
    """Inside the block, a file without permission cannot be written, by root neither."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        yield
        return
    library = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    before = _Sets()
    _check(library.capget(header, before))
    fewer = _Sets(*before)
    fewer[0] &= ~_OVERRIDES
    _check(library.capset(header, fewer))
    try:
        yield
    finally:
        _check(library.capset(header, before))


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "the kernel does not change the rights of this thread")
