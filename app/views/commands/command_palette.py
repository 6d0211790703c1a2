"""The command palette: type a few letters of what to do, press Enter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.views.commands.fuzzy_match import fuzzy_score
from app.views.widgets.labels import PlainLabel
from app.views.widgets.theme import Theme

_WIDTH_PX, _TOP_PX, _MOST_ROWS = 560, 72, 9
_ENTRY_ROLE = Qt.ItemDataRole.UserRole + 10
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """Something to choose.

    Attributes:
        name: What it is called.
        place: Where else it is found, such as a menu.
        keys: Its keys as they are written.
        enabled: Whether it can be done now; else it is shown, but not chosen.
        run: Does it.
    """

    name: str
    place: str
    keys: str
    enabled: bool
    run: Callable[[], object]


class CommandPalette(QDialog):
    """A search field over a list; everything goes by the keyboard, clicks work too."""

    def __init__(self, parent: QWidget, theme: Theme, entries: Sequence[PaletteEntry]) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window, self._entries = parent, entries
        self.field = QLineEdit(placeholderText=self.tr("What would you like to do?"))
        self.field.setAccessibleName(self.tr("Search all commands"))
        self.field.installEventFilter(self)
        self._rows = QStandardItemModel(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setModel(self._rows)
        self.list.setItemDelegate(PaletteRow(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing = PlainLabel(self.tr("Nothing is called like that."))
        self._nothing.setProperty("role", "caption")
        self._assemble()
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_return)
        self.list.clicked.connect(self._choose)
        self._on_typed("")

    def _assemble(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self._nothing)
        self.setFixedWidth(_WIDTH_PX)

    def popup(self) -> None:
        """Open in the upper middle of the window, ready for typing."""
        left = (self._window.width() - self.width()) // 2
        self.move(self._window.mapToGlobal(QPoint(left, _TOP_PX)))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def names(self) -> list[str]:
        """What is on show, best first."""
        return [self._rows.item(row).text() for row in range(self._rows.rowCount())]

    @Slot(str)
    def _on_typed(self, query: str) -> None:
        self._rows.clear()
        for entry in _fitting(query, self._entries):
            self._rows.appendRow(_row(entry))
        has_rows = self._rows.rowCount() > 0
        self.list.setVisible(has_rows)
        self._nothing.setVisible(not has_rows)
        self._select_first()
        row_px = self.list.sizeHintForRow(0) if has_rows else 0
        self.list.setFixedHeight(min(self._rows.rowCount(), _MOST_ROWS) * row_px + 2)
        self.adjustSize()

    def _select_first(self) -> None:
        for row in range(self._rows.rowCount()):
            if self._rows.item(row).isEnabled():
                self.list.setCurrentIndex(self._rows.index(row, 0))
                return

    @Slot()
    def _on_return(self) -> None:
        self._choose(self.list.currentIndex())

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        entry = index.data(_ENTRY_ROLE)
        if entry is not None and entry.enabled:
            self.close()
            QTimer.singleShot(0, entry.run)  # when the palette is gone, and the focus is back

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys that move in a list move in the list, while the field has the focus."""
        is_press = event.type() is QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent) and event.key() in _LIST_KEYS:
            self.list.keyPressEvent(QKeyEvent(event))
            return True
        return super().eventFilter(watched, event)


def _fitting(query: str, entries: Sequence[PaletteEntry]) -> list[PaletteEntry]:
    """The entries that are meant, best first; what can be done now comes before what cannot."""
    scored = []
    for place, entry in enumerate(entries):
        scores = (fuzzy_score(query, entry.name), fuzzy_score(query, f"{entry.place} {entry.name}"))
        best = max((score for score in scores if score is not None), default=None)
        if best is not None:
            scored.append((not entry.enabled, -best, place, entry))
    return [entry for *_, entry in sorted(scored, key=lambda one: one[:3])]


def _row(entry: PaletteEntry) -> QStandardItem:
    item = QStandardItem(entry.name)
    item.setEnabled(entry.enabled)
    item.setEditable(False)
    item.setData(entry, _ENTRY_ROLE)
    item.setData(entry.place, PLACE_ROLE)
    item.setData(entry.keys, KEYS_ROLE)
    words = ", ".join(filter(None, (entry.name, entry.place, entry.keys)))
    item.setData(words, Qt.ItemDataRole.AccessibleTextRole)
    return item


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
        painter.setPen(QColor(self._theme.muted if enabled else self._theme.faint))
        painter.drawText(beside, _MIDDLE, place)
        painter.setPen(QColor(self._theme.text if enabled else self._theme.faint))
        painter.drawText(left, _MIDDLE, name)
