"""Importing the engine beside a living window, without holding it up.

Python's global lock is held through two kinds of long moments while torch, diffusers and
transformers are imported: opening libtorch (some 0.15 s on an idle machine), and full garbage
collections, which look at every object imported so far (0.1 to 0.7 s each, growing). Neither
needs the lock, or to happen at all.
"""

import contextlib
import ctypes
import gc
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

_SPINS = "10000"  # tens of microseconds; libgomp's own 300,000 are a whole time slice


def rest_between_parallel_work() -> None:
    """Let torch's threads sleep soon where they wait for each other; call it before the import.

    They spin for milliseconds otherwise, in the hope that the others come at once. With the
    window, the sound device or another program on the same cores they do not: beside a busy
    program, denoising took 22 s instead of 1.3 s on two cores.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)


@contextlib.contextmanager
def no_collections() -> Iterator[None]:
    """Collect no garbage inside; afterwards, never look again at what came to stay."""
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

    A call through ctypes lets go of the lock, an import does not. Where it cannot be opened this
    way, nothing is lost but the wait: the import will say what is wrong.
    """
    library = _torch_library()
    if library is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    dlopen(os.fsencode(library), os.RTLD_LAZY)


def _torch_library() -> Path | None:
    """The path of libtorch_cpu; None on Windows, and where torch is not laid out as expected."""
    found = importlib.util.find_spec("torch")
    if os.name != "posix" or found is None or found.origin is None:
        return None
    libraries = Path(found.origin).parent / "lib"
    return next(iter(sorted(libraries.glob("libtorch_cpu.*"))), None)
