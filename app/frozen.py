"""What a built application puts right before anything else runs in it."""

import os
import sys
from pathlib import Path

_SEARCH_PATH = "LD_LIBRARY_PATH"
_OWN_PLUGINS = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def is_frozen() -> bool:
    """Whether this is a built application, which brings Python and every package along."""
    return bool(getattr(sys, "frozen", False))


def command() -> str:
    """What a person types to run this program."""
    return "tessera" if is_frozen() else "python3 main.py"


def settle_in() -> None:
    """Make a built application look like any other Python program.

    First of all, a process started by multiprocessing goes to its work and does not return.
    """
    import multiprocessing

    multiprocessing.freeze_support()
    _open_missing_streams()
    _free_children_of_own_libraries()


def _open_missing_streams() -> None:
    """Let printing go nowhere where a windowed program of Windows has nowhere to print."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _free_children_of_own_libraries() -> None:
    """Give other programs, such as the file manager, the libraries they were built for.

    The bootloader points the dynamic linker and Qt at the application's own folder. This process
    has read the one already and does not need the other; its children would inherit both.
    """
    for name in _OWN_PLUGINS:
        os.environ.pop(name, None)
    before = os.environ.pop(f"{_SEARCH_PATH}_ORIG", None)
    if before is not None:
        os.environ[_SEARCH_PATH] = before
    else:
        os.environ.pop(_SEARCH_PATH, None)
