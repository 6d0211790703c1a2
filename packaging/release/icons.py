"""Renders the mark into the sizes and formats that desktops ask for."""

import os
from pathlib import Path

from release.layout import ICONS, ROOT

MARK = ROOT / "resources" / "icons" / "tessera.svg"
SIZES_PX = (16, 32, 48, 64, 128, 256, 512, 1024)
WINDOWS_SIZES_PX = (16, 32, 48, 64, 128, 256)


def render_icons(folder: Path = ICONS) -> None:
    """Write tessera-16.png to tessera-1024.png and tessera.ico."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    folder.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(str(MARK))
    for size_px in SIZES_PX:
        image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        image.save(str(png(size_px, folder)))
    with Image.open(png(256, folder)) as largest:
        largest.save(folder / "tessera.ico", sizes=[(size, size) for size in WINDOWS_SIZES_PX])


def png(size_px: int, folder: Path = ICONS) -> Path:
    """The path of the mark in one size."""
    return folder / f"tessera-{size_px}.png"
