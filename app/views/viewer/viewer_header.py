"""The header above the spectrogram: prompt, caption, fidelity badge and view tools."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.view_models.viewer.opened_source import OpenedSource
from app.views.texts.source_texts import SourceTexts
from app.views.widgets.buttons import IconButton
from app.views.widgets.labels import ElidedLabel, PlainLabel
from app.views.widgets.theme import Theme

_SPACING_PX = 8  # between two widgets, at most
_TITLE_PX = 120


class ViewerHeader(QWidget):
    """A title with a caption below, and view tools to the right.

    Args:
        picture_menu: Opens at one of the tools, which it then belongs to.
        badge: A widget to show beside the title.
        theme: Its colours.

    Signals:
        source_left: The source that is on show should go.
        grid_toggled: The tile grid should be shown or hidden.
        fit_requested, zoom_in_requested, zoom_out_requested: Another range should be visible.
    """

    source_left = Signal()
    grid_toggled = Signal(bool)
    fit_requested = Signal()
    zoom_in_requested = Signal()
    zoom_out_requested = Signal()

    def __init__(self, picture_menu: QMenu, badge: QWidget, theme: Theme) -> None:
        super().__init__()
        self._badge = badge
        self._title = ElidedLabel()
        self._source_texts = SourceTexts(self)
        self._title.setProperty("role", "title")
        self._caption = ElidedLabel()
        self._caption.setProperty("role", "caption")
        self._mark = PlainLabel(self.tr("Source"))
        self._mark.setProperty("role", "sourceMark")
        self._leave = IconButton("close", self.tr("Close the source; it stays chosen"), theme)
        self._leave.clicked.connect(self.source_left)
        self._grid = IconButton("grid", self.tr("Show the tile grid (G)"), theme)
        self._grid.setCheckable(True)
        self._grid.toggled.connect(self.grid_toggled)
        self._colours = IconButton("palette", self.tr("Frequencies, colours and levels"), theme)
        self._colours.setPopupMode(self._colours.ToolButtonPopupMode.InstantPopup)
        picture_menu.setParent(self._colours, picture_menu.windowFlags())
        self._colours.setMenu(picture_menu)
        self._zoom_tools: list[IconButton] = []
        for icon_name, name, signal in (
            ("zoom-out", self.tr("Zoom out"), self.zoom_out_requested),
            ("zoom-in", self.tr("Zoom in"), self.zoom_in_requested),
            ("fit", self.tr("Show the whole sound"), self.fit_requested),
        ):
            tool = IconButton(icon_name, name, theme)
            tool.clicked.connect(signal)
            self._zoom_tools.append(tool)
        self._tools = [self._grid, self._colours, *self._zoom_tools]
        self._assemble()

    def _assemble(self) -> None:
        labels = QVBoxLayout()
        labels.setSpacing(2)
        labels.addWidget(self._title)
        labels.addWidget(self._caption)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(labels, stretch=1)
        row.addSpacing(12)
        row.addWidget(self._badge, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(8)
        for tool in self._tools:
            row.addWidget(tool)
        row.addWidget(self._leave)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for tool in (*self._tools, self._leave):
            tool.set_theme(theme)

    @property
    def texts(self) -> tuple[str, str]:
        """Title and caption."""
        return self._title.text(), self._caption.text()

    def show_title(self, title: str, caption: str) -> None:
        """Show the prompt, and a caption on how it was made."""
        self._show(title, caption, is_source=False)

    def show_source(self, source: OpenedSource) -> None:
        """Show the name of a source and its facts, with a mark: it is no take."""
        self._show(source.path.name, self._source_texts.caption(source), is_source=True)

    def _show(self, title: str, caption: str, *, is_source: bool) -> None:
        self._title.show_text(title)
        self._caption.show_text(caption)
        for widget in (self._mark, self._leave):
            widget.setVisible(is_source)
        self._make_room_for_title()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out which tools there is room for."""
        super().resizeEvent(event)
        self._make_room_for_title()

    def _make_room_for_title(self) -> None:
        """Hide the zoom tools where the title has no room: menu, keys and wheel zoom too."""
        others = (self._mark, self._badge, *self._tools, self._leave)
        zooms = self._zoom_tools
        needed = sum(
            widget.sizeHint().width() + _SPACING_PX
            for widget in others
            if widget in zooms or not widget.isHidden()
        )
        for tool in zooms:
            tool.setVisible(needed + _TITLE_PX <= self.width())

    @Slot(bool)
    def show_grid_on(self, shown: bool) -> None:
        """Show whether the grid is on."""
        self._grid.setChecked(shown)
