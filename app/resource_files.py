"""Where the files of the application lie, in a source tree and in a frozen build."""

import sys
from pathlib import Path

_FROZEN_ROOT = getattr(sys, "_MEIPASS", None)

RESOURCES = Path(_FROZEN_ROOT or Path(__file__).resolve().parent.parent) / "resources"
ICONS = RESOURCES / "icons"
FONTS = RESOURCES / "fonts"
TRANSLATIONS = RESOURCES / "translations"
STYLE_SHEET = RESOURCES / "style" / "studio.qss"
