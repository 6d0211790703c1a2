"""Widgets beside each other, or in several rows where there is too little room for that."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class WrappingRow(QWidget):
    """A row that needs no more width than its widest part.

    Args:
        parts: The widgets, from left to right.
        spacing_px: Space between them, and between rows.
        fills: Whether the last part of each row takes what is left of it; else rows are centred.
    """

    def __init__(self, parts: Sequence[QWidget], *, spacing_px: int, fills: bool = False) -> None:
        super().__init__()
        self._parts = parts
        self._spacing_px = spacing_px
        self._fills = fills
        for part in parts:
            part.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def num_rows(self) -> int:
        """How many rows there are at this width."""
        return len(self._rows(self.width()))

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(self._width_of(self._parts), self._height(1))

    def minimumSizeHint(self) -> QSize:
        """The widest part, and as many rows as there are at this width."""
        widest = max(part.minimumSizeHint().width() for part in self._parts)
        return QSize(widest, self._height(self.num_rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts, and be as high as their rows."""
        rows = self._rows(self.width())
        self.setFixedHeight(self._height(len(rows)))
        row_px = self._row_px()
        for number, row in enumerate(rows):
            self._place(row, number * (row_px + self._spacing_px), row_px)

    def _place(self, row: Sequence[QWidget], top: int, row_px: int) -> None:
        room = self.width()
        left = 0 if self._fills else max(0, (room - self._width_of(row)) // 2)
        for part in row:
            width = min(part.sizeHint().width(), room)
            if self._fills and part is row[-1]:
                width = room - left
            part.setGeometry(QRect(left, top, width, row_px))
            left += width + self._spacing_px

    def _rows(self, room: int) -> list[list[QWidget]]:
        rows: list[list[QWidget]] = [[]]
        for part in self._parts:
            if rows[-1] and self._width_of([*rows[-1], part]) > room:
                rows.append([])
            rows[-1].append(part)
        return rows

    def _width_of(self, row: Sequence[QWidget]) -> int:
        gaps = max(0, len(row) - 1) * self._spacing_px
        return sum(part.sizeHint().width() for part in row) + gaps

    def _row_px(self) -> int:
        return max(part.sizeHint().height() for part in self._parts)

    def _height(self, num_rows: int) -> int:
        return num_rows * self._row_px() + (num_rows - 1) * self._spacing_px
