"""The studio's own icons, drawn in the colour of the text around them."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.paths import ICONS

_SIZES_PX = (20, 40, 128)


def icon(name: str, colour: str, disabled_colour: str | None = None) -> QIcon:
    """The icon of a file in resources/icons, in `colour`; greyed as `disabled_colour`."""
    drawn = QIcon()
    for size_px in _SIZES_PX:
        drawn.addPixmap(icon_pixmap(name, colour, size_px), QIcon.Mode.Normal)
        if disabled_colour:
            drawn.addPixmap(icon_pixmap(name, disabled_colour, size_px), QIcon.Mode.Disabled)
    return drawn


def icon_pixmap(name: str, colour: str, size_px: int, pixel_ratio: float = 1.0) -> QPixmap:
    """One icon of `size_px` logical pixels; a colour of the file's own stays as it is."""
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    pixmap = QPixmap(round(size_px * pixel_ratio), round(size_px * pixel_ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(pixel_ratio)
    return pixmap
