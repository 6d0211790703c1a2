"""Windows that are no larger than the screen, and what scrolls in them where that is small."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

_FRAME = QSize(16, 48)  # around a window, at most; nobody knows it before the window is shown
_LEAST_PX = 120


def fit_to_screen(window: QWidget, wanted: QSize | None = None) -> None:
    """Give a window a size, its own when None, that fits into the free area of its screen."""
    free = window.screen().availableSize() - _FRAME
    window.resize((wanted or window.sizeHint()).boundedTo(free))


class DialogScroll(QScrollArea):
    """The fields of a dialog, above its buttons; as high as they are, where the screen is.

    Args:
        width_px: The width of the fields.
    """

    def __init__(self, width_px: int) -> None:
        super().__init__(widgetResizable=True)
        self._width_px = width_px
        self._content = QWidget()
        self._content.setObjectName("panelContent")
        self.column = QVBoxLayout(self._content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._content)

    def sizeHint(self) -> QSize:
        """All fields without scrolling."""
        height = self.column.totalHeightForWidth(self._width_px)
        return QSize(self._width_px, max(height, self.column.totalSizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """A few of them."""
        return QSize(self._content.minimumSizeHint().width(), _LEAST_PX)
