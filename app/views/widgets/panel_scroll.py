"""A column of fields that scrolls when the window is too low for all of them."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)


class _WheelGuard(QObject):
    """Sends the wheel over a control to the panel, unless the control has the focus."""

    def __init__(self, area: "PanelScroll") -> None:
        super().__init__(area)
        self._area = area

    def eventFilter(self, control: QObject, event: QEvent) -> bool:
        """Scroll the panel instead of changing an unfocused control."""
        if (
            isinstance(event, QWheelEvent)
            and isinstance(control, QWidget)
            and not control.hasFocus()
        ):
            self._area.wheelEvent(event)
            return True
        return False


class PanelScroll(QScrollArea):
    """A scroll area whose fields keep their width when the scroll bar appears.

    Args:
        margin_px: Space at the left and at the right.
    """

    def __init__(self, margin_px: int) -> None:
        super().__init__(widgetResizable=True)
        self._margin_px = margin_px
        self.setObjectName("panelScroll")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._wheel = _WheelGuard(self)
        self._content = QWidget()
        self._content.setObjectName("panelContent")
        self.column = QVBoxLayout(self._content)
        self.column.setSpacing(12)
        self.setWidget(self._content)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self._on_range_changed(0, 0)

    def add(self, part: QWidget) -> None:
        """Append a widget."""
        self.column.addWidget(part)
        for control in part.findChildren(QWidget):
            if isinstance(control, QAbstractSpinBox | QComboBox | QSlider):
                control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel gives no focus
                control.installEventFilter(self._wheel)

    def show_end(self) -> None:
        """Scroll to the last part."""
        self._content.adjustSize()
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def show_part(self, part: QWidget) -> None:
        """Scroll to something in the column, after its layout."""
        QTimer.singleShot(0, part, lambda: self.ensureWidgetVisible(part, 0, self._margin_px))

    @Slot(int, int)
    def _on_range_changed(self, _low: int, high: int) -> None:
        bar_px = self.verticalScrollBar().sizeHint().width() if high else 0
        self.column.setContentsMargins(self._margin_px, 8, max(0, self._margin_px - bar_px), 4)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus, and scroll to the widget that has it then."""
        moved = super().focusNextPrevChild(forward)
        if moved and self.focusWidget() is not None:
            self.ensureWidgetVisible(self.focusWidget(), 0, self._margin_px)
        return moved
