"""The side bar: a strip of buttons, and beside it the queue or the history."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from app.view_models.document import Document
from app.views.side_bar.history_page import HistoryPage
from app.views.side_bar.queue_page import QueuePage
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.buttons import BadgeButton
from app.views.widgets.theme import Theme

_PAGE_WIDTH_PX = (224, 304)
_RAIL_WIDTH_PX = 44


class SideBarPage(StrEnum):
    """What the bar shows."""

    NONE = ""  # folded away
    QUEUE = "queue"
    HISTORY = "history"


class SideBar(QFrame):
    """Queue and history of a document.

    Signals:
        page_changed: Another page is open, or none.

    Attributes:
        queue_page, history_page: Its two pages.
        page: Which one is open.
    """

    page_changed = Signal(SideBarPage)

    def __init__(self, document: Document, theme: Theme) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.TAKES)
        self.setObjectName("sideBar")
        texts = TakeTexts(self)
        document.queue.accessible_text = texts.entry_accessible_text
        document.history.accessible_text = texts.accessible_text
        self.queue_page = QueuePage(document.queue, document.status, texts, theme)
        self.history_page = HistoryPage(
            document.history, document.thumbnails, document.shown, texts, theme
        )
        self.page = SideBarPage.NONE
        self._last_page = SideBarPage.HISTORY
        self._queue = document.queue
        self._buttons = {
            SideBarPage.QUEUE: BadgeButton("queue", self.tr("Queue"), theme),
            SideBarPage.HISTORY: BadgeButton("history", self.tr("History"), theme),
        }
        self._assemble()
        document.queue.changed.connect(self._on_queue_changed)

    def _assemble(self) -> None:
        self._pages = QStackedWidget()
        self._pages.setMinimumWidth(_PAGE_WIDTH_PX[0])
        self._pages.setMaximumWidth(_PAGE_WIDTH_PX[1])
        self._pages.addWidget(self.queue_page)
        self._pages.addWidget(self.history_page)
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setFixedWidth(_RAIL_WIDTH_PX)
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, 14, 0, 0)
        column.setSpacing(4)
        for page, button in self._buttons.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, page=page: self.toggle(page))
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._pages)
        row.addWidget(rail)
        self._pages.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.queue_page.set_theme(theme)
        self.history_page.set_theme(theme)
        for button in self._buttons.values():
            button.set_theme(theme)

    @Slot(SideBarPage)
    def open(self, page: SideBarPage) -> None:
        """Open a page, or fold the bar away."""
        for name, button in self._buttons.items():
            button.setChecked(name is page)
        if page is self.page:
            return
        self.page = page
        self._pages.setVisible(page is not SideBarPage.NONE)
        if page is not SideBarPage.NONE:
            self._last_page = page
            shown = {SideBarPage.QUEUE: self.queue_page, SideBarPage.HISTORY: self.history_page}
            self._pages.setCurrentWidget(shown[page])
        self.page_changed.emit(page)

    @Slot()
    def toggle_last(self) -> None:
        """Fold the bar away, or open the page that was open last."""
        self.toggle(self._last_page)

    @Slot(SideBarPage)
    def toggle(self, page: SideBarPage) -> None:
        """Open a page, or fold it away where it is open."""
        self.open(SideBarPage.NONE if page is self.page else page)

    @Slot()
    def _on_queue_changed(self) -> None:
        waiting = self._queue.num_waiting
        self._buttons[SideBarPage.QUEUE].show_count(waiting)
