"""In which form this program runs; adjusts the process of a built one before anything else."""

import os
import sys
from pathlib import Path

_SEARCH_PATH = "LD_LIBRARY_PATH"
_OWN_PLUGINS = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def is_frozen() -> bool:
    """Whether this is a built application, which brings Python and every package along."""
    return bool(getattr(sys, "frozen", False))


def is_checkout() -> bool:
    """Whether this is a source tree, which sets up its own environment.

    A built application, and what pip installed, have everything they need already.
    """
    return not is_frozen() and (Path(__file__).resolve().parents[1] / "main.py").is_file()


def command() -> str:
    """What a person types to run this program."""
    return "python3 main.py" if is_checkout() else "tessera"


def prepare_process() -> None:
    """Make a built application behave like any other Python program.

    freeze_support comes first: in a process started by multiprocessing it does not return.
    """
    import multiprocessing

    multiprocessing.freeze_support()
    _open_missing_streams()
    _restore_search_paths()


def _open_missing_streams() -> None:
    """Give a windowed program on Windows, which has no streams, ones that discard all output."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _restore_search_paths() -> None:
    """Let child processes, such as the file manager, load the system's own libraries.

    The bootloader points the dynamic linker and Qt at the application's folder. This process has
    read the first variable already and does not need the second; children would inherit both.
    """
    for name in _OWN_PLUGINS:
        os.environ.pop(name, None)
    before = os.environ.pop(f"{_SEARCH_PATH}_ORIG", None)
    if before is not None:
        os.environ[_SEARCH_PATH] = before
    else:
        os.environ.pop(_SEARCH_PATH, None)
