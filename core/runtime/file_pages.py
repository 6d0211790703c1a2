"""Drops from memory what was read of a mapped file; the next use reads it again.

safetensors maps a weights file, and each page that is read stays in the process's memory. Weights
that were only checked, or that were transformed, are not needed there, and neither are the samples
of a long sound that were played, measured or copied.
"""

import mmap
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.api.arrays import FloatArray

if TYPE_CHECKING:  # the window uses this module before it may import torch
    from torch import Tensor

PAGEMAP = Path("/proc/self/pagemap")  # see proc_pid_pagemap(5)
_ENTRY_BYTES = 8
_PRESENT, _SWAPPED, _OF_FILE = 63, 62, 61  # bits of an entry
_DONT_NEED = 4  # of sys/mman.h
_MAPPED_ALONG_BYTES = 1 << 21  # what one entry of a page middle directory covers, aligned


def drop_file_pages(tensors: "Iterable[Tensor]") -> None:
    """Drop the pages of tensors that lie unchanged in a mapped file; other tensors stay.

    A page that was written to is no longer the file's: its tensor stays whole. Only Linux says
    which pages are the file's; elsewhere nothing is dropped.
    """
    madvise = _madvise()
    if madvise is None:
        return
    try:
        with PAGEMAP.open("rb", buffering=0) as pagemap:
            for tensor in tensors:
                if tensor.device.type == "cpu" and tensor.numel():
                    storage, start = tensor.untyped_storage(), tensor.data_ptr()
                    stop = min(start + tensor.nbytes, storage.data_ptr() + storage.nbytes())
                    _drop(start, stop, pagemap, madvise)
    except OSError:  # a system without this file
        return


def drop_mapped_pages(array: FloatArray) -> None:
    """Drop the pages of an array that is a mapped file, or a part of one; any other array stays.

    An array with a page that was written to stays whole, too. With it go the pages around it that
    Linux maps along with one that is read: else a file that is read part by part stays in memory.
    """
    madvise = _madvise()
    if madvise is None or not isinstance(array, np.memmap) or not array.size:
        return
    first, last = np.lib.array_utils.byte_bounds(_whole(array))
    start, stop = np.lib.array_utils.byte_bounds(array)
    start, stop = start - start % _MAPPED_ALONG_BYTES, stop + -stop % _MAPPED_ALONG_BYTES
    start, stop = max(start, first), min(stop, last)
    try:
        with PAGEMAP.open("rb", buffering=0) as pagemap:
            _drop(start, stop, pagemap, madvise)
    except OSError:  # a system without this file
        return


def _whole(array: FloatArray) -> FloatArray:
    """The array that an array is a part of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _drop(start: int, stop: int, pagemap: Any, madvise: Any) -> None:
    """Drop the pages from one address to another, if all that are in memory are a file's."""
    first, last = start // mmap.PAGESIZE, -(-stop // mmap.PAGESIZE)
    pagemap.seek(first * _ENTRY_BYTES)
    entries = np.frombuffer(pagemap.read((last - first) * _ENTRY_BYTES), dtype=np.uint64)
    present, swapped, of_file = (entries >> bit & 1 for bit in (_PRESENT, _SWAPPED, _OF_FILE))
    if len(entries) == last - first and not swapped.any() and (of_file >= present).all():
        madvise(first * mmap.PAGESIZE, (last - first) * mmap.PAGESIZE, _DONT_NEED)


@cache  # ctypes makes classes for each library that is opened, which only a full collection frees
def _madvise() -> Any:
    """The C library's madvise on Linux; None elsewhere."""
    if sys.platform != "linux":
        return None
    import ctypes

    function = ctypes.CDLL(None).madvise
    function.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return function
