"""The three panels of the window, which scroll where the screen is too small for them."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QWidget

_LEAST_PX = 200
_MARGIN_PX = 24  # around what is scrolled into sight


class _Scroll(QScrollArea):
    """A part of the window that scrolls in one direction; in the other it is as small as it can be.

    Args:
        content: The part.
        direction: Where it may be larger than its place.
    """

    def __init__(self, content: QWidget, direction: Qt.Orientation) -> None:
        self._content, self._direction = content, direction  # the base class asks at once
        super().__init__(widgetResizable=True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if direction is Qt.Orientation.Horizontal:
            self.setVerticalScrollBarPolicy(off)
        else:
            self.setHorizontalScrollBarPolicy(off)
        self.setWidget(content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Adapt the content."""
        self._bound()
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Adapt the content when its own least size has changed."""
        if event.type() is QEvent.Type.LayoutRequest and watched is self.widget():
            self._bound()
        return super().eventFilter(watched, event)

    def _bound(self) -> None:
        """Keep the content from being higher than it must be.

        Labels that break into lines make a scroll area give the content its usual height.
        """
        least_px = self._content.minimumSizeHint().height()
        self._content.setMaximumHeight(max(least_px, self.viewport().height()))

    def minimumSizeHint(self) -> QSize:
        """As much as the content needs in the direction in which it does not scroll."""
        least = self._content.minimumSizeHint()
        if self._direction is Qt.Orientation.Horizontal:
            bar_px = self.horizontalScrollBar().sizeHint().height()
            return QSize(_LEAST_PX, least.height() + bar_px)
        bar_px = self.verticalScrollBar().sizeHint().width()
        return QSize(least.width() + bar_px, _LEAST_PX)


class ScrollingPanels(_Scroll):
    """The panels beside each other.

    The window never grows with what is in them. Those at the sides stay as high as the window, so
    that the button that generates is always in sight.

    Args:
        left, centre, right: The panels; the centre takes what the others leave.
    """

    def __init__(self, left: QWidget, centre: QWidget, right: QWidget) -> None:
        panels = QWidget()
        row = QHBoxLayout(panels)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(_Scroll(centre, Qt.Orientation.Vertical), stretch=1)
        row.addWidget(right)
        super().__init__(panels, Qt.Orientation.Horizontal)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Bring what keys go to now into sight, however it got the focus.

        Not while a button is held: what is pressed must not move under the pointer.
        """
        if now is None or not self.isAncestorOf(now) or QApplication.mouseButtons():
            return
        around = now.parentWidget()
        while around is not None and around is not self.parentWidget():
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(now, _MARGIN_PX, _MARGIN_PX)
            around = around.parentWidget()
