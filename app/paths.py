"""Paths of the application's own files, in a source tree and in a frozen build."""

import sys
from pathlib import Path

import platformdirs

_FROZEN_ROOT = getattr(sys, "_MEIPASS", None)

RESOURCES = Path(_FROZEN_ROOT or Path(__file__).resolve().parent.parent) / "resources"
ICONS = RESOURCES / "icons"
FONTS = RESOURCES / "fonts"
TRANSLATIONS = RESOURCES / "translations"
GUIDE = RESOURCES / "guide"
STYLE_SHEET = RESOURCES / "style" / "studio.qss"


def unfinished_folder() -> Path:
    """Return the cache folder for checkpoints of unfinished runs.

    The engine removes checkpoints that are older than a month.
    """
    return Path(platformdirs.user_cache_path("Tessera", appauthor=False)) / "unfinished"
