"""A page of the side bar: a title with tools, and a list, or a sentence while it is empty."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QStackedWidget,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from app.view_models.takes.list_item import ITEM_ROLE
from app.views.side_bar.list_delegate import ListDelegate
from app.views.widgets.buttons import IconButton
from app.views.widgets.empty_state import EmptyState
from app.views.widgets.labels import PlainLabel
from app.views.widgets.theme import Theme


class ListPage(QWidget):
    """Shows a list model.

    Args:
        title: What the page is called.
        model: The items, see app.view_models.takes.list_item.
        delegate: Draws their rows.
        empty: Shown while the list is empty.

    Attributes:
        list: The list view.
        column: The page's layout, to which subclasses add.
    """

    def __init__(
        self, title: str, model: QAbstractItemModel, delegate: ListDelegate, empty: EmptyState
    ) -> None:
        super().__init__()
        self._title = title
        self._delegate, self._empty = delegate, empty
        delegate.setParent(self)
        self.list = ItemList(title, model, delegate)
        self.list.customContextMenuRequested.connect(self._on_menu_requested)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(empty)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8, 16, 8, 12)
        self.column.setSpacing(8)

    def _add_head(self, tools: Sequence[QWidget]) -> None:
        label = PlainLabel(self._title)
        label.setProperty("role", "title")
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 4, 0)
        row.addWidget(label)
        row.addStretch()
        for tool in tools:
            row.addWidget(tool)
        self.column.addLayout(row)

    def _add_inset(self, widget: QWidget) -> None:
        """Add a widget that is aligned with the title."""
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(widget)
        self.column.addLayout(row)

    def _add_list(self) -> None:
        self.column.addWidget(self._pages, stretch=1)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._delegate.set_theme(theme)
        self._empty.set_theme(theme)
        for button in self.findChildren(IconButton):
            button.set_theme(theme)
        self.list.viewport().update()

    @property
    def chosen(self) -> Any:
        """The current item; None where there is none."""
        index = self.list.currentIndex()
        return index.data(ITEM_ROLE) if index.isValid() else None

    def _show_list(self, *, has_any: bool) -> None:
        self._pages.setCurrentWidget(self.list if has_any else self._empty)

    def item_menu(self, item: Any) -> QMenu:
        """Return the context menu of an item; each page adds its actions."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        if self.chosen is not None:
            self.item_menu(self.chosen).popup(self.list.viewport().mapToGlobal(place))


class ItemList(QListView):
    """A list view with rows of one height, which stays fast with thousands of them.

    Signals:
        delete_pressed: The Delete key was pressed.
        walked: An arrow key, or another key that moves without a modifier, chose another row.
    """

    delete_pressed = Signal()
    walked = Signal()

    def __init__(self, name: str, model: QAbstractItemModel, delegate: QStyledItemDelegate) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalScrollBar().setSingleStep(20)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Space and letters to the window, where they are shortcuts."""
        has_modifier = event.modifiers() not in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        elif event.text().isprintable() and event.text() and not has_modifier:
            event.ignore()
        else:
            before = self.currentIndex()
            super().keyPressEvent(event)
            if self.currentIndex() != before and not has_modifier:
                self.walked.emit()
