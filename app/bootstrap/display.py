"""Is there a screen to open a window on?"""

import os
import sys

from app.bootstrap.failure import SetupError

NEEDS_SCREEN = ("", "xcb", "wayland", "wayland-egl")


def require_display() -> None:
    """Check for a screen before anything is downloaded or opened.

    Raises:
        SetupError: There is none; the sentence names the command that needs none.
    """
    if uses_screen() and not _has_screen():
        raise SetupError(
            "There is no display to open Tessera's window on. Start it from a desktop session, "
            "or make sound without a window: "
            'python3 main.py generate "church organ" --output organ.wav'
        )


def uses_screen() -> bool:
    """Whether Qt was left to, or told to, draw on a real screen."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    return platform.split(";")[0].split(":")[0] in NEEDS_SCREEN


def speaks_wayland() -> bool:
    """Whether the screen is a Wayland compositor's."""
    return bool(os.environ.get("WAYLAND_DISPLAY"))


def _has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return speaks_wayland() or bool(os.environ.get("DISPLAY"))
