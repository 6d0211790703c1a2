"""The bar at a selection: hear it, generate it again, zoom to it, or clear it."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.views.widgets.buttons import IconButton
from app.views.widgets.labels import set_tool_tip
from app.views.widgets.theme import Theme

_ICON_PX = 16
_GAP_PX = 8


class SelectionBar(QFrame):
    """Offers commands where a selection is, for those who do not look for them in a menu.

    It takes no focus: with keys, the same commands are in the menu that opens at the selection.

    Args:
        parent: What it lies over.
        theme: Its colours.
    """

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("selectionBar")
        self.setAccessibleName(self.tr("Commands for the selection"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._play = IconButton("play", self.tr("Play the selection"), theme, _ICON_PX)
        self._regenerate = IconButton("retry", self.tr("Regenerate"), theme, _ICON_PX)
        self._regenerate.setText(self.tr("Regenerate"))
        self._zoom = IconButton("zoom-in", self.tr("Zoom to the selection"), theme, _ICON_PX)
        self._clear = IconButton("close", self.tr("Select nothing"), theme, _ICON_PX)
        self._buttons = (self._play, self._regenerate, self._zoom, self._clear)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for button in self._buttons:
            button.set_theme(theme)

    def offer(self, *, play: QAction, regenerate: QAction, zoom: QAction, clear: QAction) -> None:
        """Trigger these actions, and follow whether they can be triggered."""
        for button, action in zip(self._buttons, (play, regenerate, zoom, clear), strict=True):
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda button=button, action=action: _follow(button, action))
            _follow(button, action)

    def place_at(self, selection: QRect, area: QRect) -> None:
        """Lie at a selection, within the area that shows the clip; hide where that has no part.

        It lies above the selection, or else below, or over it where it reaches from top to bottom.
        """
        seen = selection.intersected(area)
        if seen.isEmpty():
            self.hide()
            return
        self._fit_into(area.width())
        size = self.sizeHint()
        left = seen.center().x() - size.width() // 2
        left = max(area.left(), min(left, area.right() + 1 - size.width()))
        above, below = seen.top() - _GAP_PX - size.height(), seen.bottom() + 1 + _GAP_PX
        if above >= area.top():
            top = above
        elif below + size.height() <= area.bottom() + 1:
            top = below
        else:
            top = seen.top() + _GAP_PX
        self.resize(size)
        self.move(QPoint(left, top))
        self.show()
        self.raise_()

    def _fit_into(self, width_px: int) -> None:
        """Show the one word beside its icon only where there is room."""
        for style in (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            Qt.ToolButtonStyle.ToolButtonIconOnly,
        ):
            self._regenerate.setToolButtonStyle(style)
            self._row.activate()
            if self.sizeHint().width() <= width_px:
                return


def _follow(button: IconButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
    set_tool_tip(button, action.toolTip())
