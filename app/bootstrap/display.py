"""Checks whether there is a screen to open the window on."""

import os
import sys

from app import frozen
from app.bootstrap.failure import SetupError

NEEDS_SCREEN = ("", "xcb", "wayland", "wayland-egl")


def require_display() -> None:
    """Check for a screen before anything is downloaded or opened: without one Qt just aborts.

    Raises:
        SetupError: There is none; the sentence names the command that needs none.
    """
    if not uses_screen() or not sys.platform.startswith("linux") or speaks_wayland():
        return
    name = os.environ.get("DISPLAY", "")
    if not name:
        raise _no_window("There is no display to open Tessera's window on.")
    if not _answers(name):
        raise _no_window(f"The display {name} does not answer, so there is nowhere for a window.")


def uses_screen() -> bool:
    """Return whether Qt draws on a real screen, by default or by QT_QPA_PLATFORM."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    return platform.split(";")[0].split(":")[0] in NEEDS_SCREEN


def speaks_wayland() -> bool:
    """Whether the screen is a Wayland compositor's."""
    return bool(os.environ.get("WAYLAND_DISPLAY"))


def _answers(display: str) -> bool:
    """Return whether this machine's X server listens; one elsewhere is assumed to."""
    import socket

    host, _, number = display.rpartition(":")
    if host not in ("", "unix"):
        return True
    path = f"/tmp/.X11-unix/X{number.split('.')[0]}"
    for address in (path, f"\0{path}"):  # the second is Linux's abstract name of the first
        with socket.socket(socket.AF_UNIX) as connection:
            if connection.connect_ex(address) == 0:
                return True
    return False


def _no_window(reason: str) -> SetupError:
    return SetupError(
        f"{reason} Start it from a desktop session, or make sound without a window: "
        f'{frozen.command()} generate "church organ" --output organ.wav'
    )
