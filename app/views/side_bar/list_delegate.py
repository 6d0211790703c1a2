"""Draws a row of a list: a picture, a title, a caption, and a button at the end."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from app.view_models.takes.list_item import Index
from app.views.widgets.labels import tool_tip
from app.views.widgets.theme import Theme

_WIDTH_PX = 200
_GAP_PX = 8
_BUTTON_PX = 26
_RADIUS_PX = 6
_CAPTION_PX = 12
_MAX_TITLE_LINES = 2


class ListDelegate(QStyledItemDelegate):
    """Base of the lists' delegates: one height for all rows, and a button in each.

    Args:
        height_px: Height of every row, so that Qt need not measure thousands of them.
        theme: Its colours.
        parent: Its owner.

    Attributes:
        theme: Its colours.

    Signals:
        button_pressed: The button of the row at this index was pressed.
    """

    button_pressed = Signal(QModelIndex)

    def __init__(self, height_px: int, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._size = QSize(_WIDTH_PX, height_px)
        self.theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows have the same height."""
        return self._size

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Show a row's words as its tool tip, as they are written."""
        words = index.data(Qt.ItemDataRole.ToolTipRole)
        if event.type() is not QEvent.Type.ToolTip or not words:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tool_tip(words), view)
        return True

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Take a click on the button."""
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and button_rect(option.rect).contains(event.position().toPoint())
        ):
            self.button_pressed.emit(index)
            return True
        return super().editorEvent(event, model, option, index)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """What a row shows beside the picture on its left.

    Attributes:
        title, caption: Its two texts.
        picture_px: Width of the picture, which the delegate draws itself.
        button: What can be pressed at its end; None for nothing.
        is_dim: Whether it is drawn in a weaker colour.
        is_alarming: Whether the caption is drawn as a warning.
    """

    title: str
    caption: str
    picture_px: int
    button: QPixmap | None = None
    is_dim: bool = False
    is_alarming: bool = False


def button_rect(row: QRect) -> QRect:
    """Return where the button of a row is."""
    left = row.right() - _GAP_PX - _BUTTON_PX
    return QRect(left, row.center().y() - _BUTTON_PX // 2, _BUTTON_PX, _BUTTON_PX)


def picture_rect(row: QRect, size: QSize) -> QRect:
    """Return where the picture of a row is drawn."""
    return QRect(QPoint(row.left() + _GAP_PX, row.center().y() - size.height() // 2), size)


def paint_row(painter: QPainter, option: QStyleOptionViewItem, row: ListRow, theme: Theme) -> None:
    """Draw a row, except for its picture, which is drawn over it afterwards."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    place = option.rect.adjusted(0, 1, 0, -1)
    _paint_background(painter, option, place, theme)
    left = place.left() + _GAP_PX + row.picture_px + 10
    text_rect = QRect(left, place.top(), button_rect(place).left() - 4 - left, place.height())
    _paint_texts(painter, text_rect, option.font, row, theme)
    if row.button is not None:
        corner = QRectF(button_rect(place)).center()
        size = row.button.deviceIndependentSize()
        painter.drawPixmap(corner - QPointF(size.width() / 2, size.height() / 2), row.button)


def _paint_background(
    painter: QPainter, option: QStyleOptionViewItem, place: QRect, theme: Theme
) -> None:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    if not selected and not hovered:
        return
    focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
    painter.setPen(QColor(theme.accent) if focused else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.hover if selected else theme.raised))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS_PX, _RADIUS_PX)


def _paint_texts(painter: QPainter, place: QRect, font: QFont, row: ListRow, theme: Theme) -> None:
    small = QFont(font)
    small.setPixelSize(_CAPTION_PX)
    caption_height = QFontMetrics(small).height()
    titles = wrapped_lines(row.title, font, place.width())
    line_height = QFontMetrics(font).height()
    top = place.center().y() - (len(titles) * line_height + 2 + caption_height) // 2
    painter.setFont(font)
    painter.setPen(QColor(theme.muted if row.is_dim else theme.text))
    for number, text in enumerate(titles):
        box = QRect(place.left(), top + number * line_height, place.width(), line_height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
    painter.setFont(small)
    painter.setPen(QColor(theme.danger if row.is_alarming else theme.muted))
    box = QRect(place.left(), top + len(titles) * line_height + 2, place.width(), caption_height)
    caption = QFontMetrics(small).elidedText(
        row.caption, Qt.TextElideMode.ElideRight, place.width()
    )
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, caption)


def wrapped_lines(text: str, font: QFont, width: int) -> list[str]:
    """Return the first lines of a text, broken between words; the last is elided if need be."""
    layout = QTextLayout(text, font)
    layout.setTextOption(QTextOption())
    starts: list[int] = []
    layout.beginLayout()
    while len(starts) <= _MAX_TITLE_LINES and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    kept = starts[:_MAX_TITLE_LINES]
    stops = [*kept[1:], len(text)]
    metrics = QFontMetrics(font)
    return [
        metrics.elidedText(text[start:stop].strip(), Qt.TextElideMode.ElideRight, width)
        for start, stop in zip(kept, stops, strict=True)
    ]
