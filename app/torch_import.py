"""Imports torch in a thread without blocking the window.

While torch, diffusers and transformers are imported, two things hold Python's global lock for
long: opening libtorch (about 0.15 s on an idle machine), and full garbage collections, which
visit every object imported so far (0.1 to 0.7 s each, growing). Opening the library does not need
the lock, and the collections are not needed at all.
"""

import contextlib
import ctypes
import gc
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

_SPINS = "10000"  # tens of microseconds; libgomp's own 300,000 are a whole time slice


def limit_thread_spinning() -> None:
    """Let torch's threads sleep soon while they wait for each other; call it before the import.

    By default they spin for milliseconds. That wastes the cores that the window, the sound device
    or another program needs: beside a busy program, denoising took 22 s instead of 1.3 s on two
    cores.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)


@contextlib.contextmanager
def no_collections() -> Iterator[None]:
    """Collect no garbage inside the block, and exclude what was created there afterwards too."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def open_torch_library() -> None:
    """Open libtorch_cpu without Python's lock; `import torch` then finds it open.

    A call through ctypes releases the lock, an import does not. If it fails, nothing is lost: the
    import will report what is wrong.
    """
    library = _torch_library()
    if library is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    dlopen(os.fsencode(library), os.RTLD_LAZY)


def _torch_library() -> Path | None:
    """The path of libtorch_cpu; None on Windows, and where torch's folder is not as expected."""
    found = importlib.util.find_spec("torch")
    if os.name != "posix" or found is None or found.origin is None:
        return None
    libraries = Path(found.origin).parent / "lib"
    return next(iter(sorted(libraries.glob("libtorch_cpu.*"))), None)
