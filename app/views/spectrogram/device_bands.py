"""Bands over tiles that several devices share: each device has a colour, and its name is in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.view_models.viewer.tile_grid import GridTile
from app.views.widgets.theme import Theme, faded
from core.api.events import TileState
from core.api.region import Span

DEVICE_COLOURS = {
    "dark": ("#2fb5a5", "#9863e9", "#df4620", "#d4f2a6", "#dc8fef", "#c06d59"),
    "light": ("#00695c", "#b920df", "#c93f1d", "#2c0a43", "#c91da6", "#430a0a"),
}
"""By theme. Any two differ for people who lack one kind of cones, too; a test says how much."""

_BAND_PX, _DONE_PX = 16.0, 4.0
_FONT_PX = 11
_BESIDE_TEXT_PX = 5.0
_CASING_ALPHA = 200


@dataclass(frozen=True, slots=True)
class DeviceStretch:
    """Tiles of one device that follow each other.

    Attributes:
        rank: The device, by its number.
        time: From the first of them to the last, in mel frames.
        is_done: Whether they are finished; else none of them is.
    """

    rank: int
    time: Span
    is_done: bool


def device_colour(rank: int, theme: Theme) -> QColor:
    """The colour of a device; those of many devices are used again."""
    colours = DEVICE_COLOURS[theme.name]
    return QColor(colours[rank % len(colours)])


def text_colour(theme: Theme) -> QColor:
    """The colour of names on any of them."""
    return QColor(theme.canvas if theme.name == "dark" else "#ffffff")


def device_stretches(tiles: Sequence[GridTile]) -> Iterator[DeviceStretch]:
    """The tiles, in the order of time, put together where one device has several in a row."""
    for (rank, is_done), run in groupby(
        tiles, key=lambda tile: (tile.rank, tile.state is TileState.DONE)
    ):
        members = list(run)
        time = Span(members[0].region.time.start, members[-1].region.time.stop)
        yield DeviceStretch(rank, time, is_done)


class BandPainter:
    """Paints bands in pixels, along the top of what is on screen."""

    def __init__(self) -> None:
        self._font = QFont()
        self._font.setPixelSize(_FONT_PX)
        self._metrics = QFontMetricsF(self._font)

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        stretch: DeviceStretch,
        *,
        left: float,
        right: float,
        name: str,
        theme: Theme,
    ) -> None:
        """Paint the band of a stretch, a line where it is done.

        Args:
            painter: Where.
            area: What is on screen.
            stretch: The tiles.
            left: Where they begin, on screen or not.
            right: Where they end.
            name: Of their device.
            theme: Its colours.
        """
        height = _DONE_PX if stretch.is_done else _BAND_PX
        band = QRectF(left, area.top(), right - left - 1, height).intersected(area)
        if band.isEmpty():
            return
        casing = band.adjusted(0, 0, 1, 1)  # tells it from any picture behind it
        painter.fillRect(casing, faded(theme.canvas, _CASING_ALPHA))
        painter.fillRect(band, device_colour(stretch.rank, theme))
        if stretch.is_done:
            return
        text = band.adjusted(_BESIDE_TEXT_PX, 0, -_BESIDE_TEXT_PX, 0)
        if self._metrics.horizontalAdvance(name) > text.width():
            name = str(stretch.rank + 1)
        if self._metrics.horizontalAdvance(name) > text.width():
            return
        painter.setFont(self._font)
        painter.setPen(text_colour(theme))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
