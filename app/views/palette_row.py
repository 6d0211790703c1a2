"""One line of the command palette: the name, where it is found, its keys at the right."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.views.theme import Theme

PLACE_ROLE = Qt.ItemDataRole.UserRole + 1
KEYS_ROLE = Qt.ItemDataRole.UserRole + 2
_HEIGHT_PX, _MARGIN_PX, _GAP_PX, _RADIUS_PX = 36, 12, 12, 6
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class PaletteRow(QStyledItemDelegate):
    """Draws rows in the colours of a theme."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All rows are of one height."""
        return QSize(0, _HEIGHT_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.hover))
            painter.drawRoundedRect(option.rect, _RADIUS_PX, _RADIUS_PX)
        self._write(painter, option.rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0), index)
        painter.restore()

    def _write(
        self, painter: QPainter, room: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        metrics = painter.fontMetrics()
        keys, place, name = index.data(KEYS_ROLE), index.data(PLACE_ROLE), index.data()
        painter.setPen(QColor(self._theme.muted if enabled else self._theme.faint))
        painter.drawText(room, _MIDDLE | Qt.AlignmentFlag.AlignRight, keys)
        left = room.adjusted(0, 0, -metrics.horizontalAdvance(keys) - _GAP_PX, 0)
        name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left.width())
        beside = left.adjusted(metrics.horizontalAdvance(name) + _GAP_PX, 0, 0, 0)
        place = metrics.elidedText(place, Qt.TextElideMode.ElideRight, max(beside.width(), 0))
        painter.setPen(QColor(self._theme.faint))
        painter.drawText(beside, _MIDDLE, place)
        painter.setPen(QColor(self._theme.text if enabled else self._theme.faint))
        painter.drawText(left, _MIDDLE, name)
