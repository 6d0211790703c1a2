"""A page of the side bar: a title with its tools, lines below, or why there are none."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QPoint, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.line import LINE_ROLE
from app.views.empty_state import EmptyState
from app.views.icon_button import IconButton
from app.views.line_delegate import LineDelegate
from app.views.line_list import LineList
from app.views.theme import Theme


class LinePage(QWidget):
    """Shows the lines of a model.

    Args:
        title: What the page is called.
        model: Its lines, see app.models.line.
        delegate: Draws them.
        empty: Shown while there are none.

    Attributes:
        list: The lines.
        column: What the page shows from top to bottom, to be added to.
    """

    def __init__(
        self, title: str, model: QAbstractItemModel, delegate: LineDelegate, empty: EmptyState
    ) -> None:
        super().__init__()
        self._title = title
        self._delegate, self._empty = delegate, empty
        delegate.setParent(self)
        self.list = LineList(title, model, delegate)
        self.list.customContextMenuRequested.connect(self._on_menu_requested)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(empty)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8, 16, 8, 12)
        self.column.setSpacing(8)

    def _add_head(self, tools: Sequence[QWidget]) -> None:
        label = QLabel(self._title)
        label.setProperty("role", "title")
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 4, 0)
        row.addWidget(label)
        row.addStretch()
        for tool in tools:
            row.addWidget(tool)
        self.column.addLayout(row)

    def _add_inset(self, widget: QWidget) -> None:
        """Add something that stands in from the edges as far as the title."""
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(widget)
        self.column.addLayout(row)

    def _add_lines(self) -> None:
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
        """What the line with the focus of the list shows; None where there is none."""
        index = self.list.currentIndex()
        return index.data(LINE_ROLE) if index.isValid() else None

    def _show_lines(self, *, has_any: bool) -> None:
        self._pages.setCurrentWidget(self.list if has_any else self._empty)

    def menu_of(self, thing: Any) -> QMenu:
        """What can be done with a line; each page adds its own."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        if self.chosen is not None:
            self.menu_of(self.chosen).popup(self.list.viewport().mapToGlobal(place))
