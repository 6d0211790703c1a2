"""What can be done on the prompt lane, as a menu: for the other button, and the menu key."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.views.lane_words import exact_clock


class LaneMenu(QMenu):
    """Offers everything once.

    Args:
        parent: The lane.
        time_s: Where another prompt would begin.
        can_remove: Whether there is more than one.

    Signals:
        edit_requested, remove_requested: The chosen prompt should be written anew, or taken out.
        another_requested: Another one should begin at `time_s`.
    """

    edit_requested = Signal()
    remove_requested = Signal()
    another_requested = Signal(float)

    def __init__(self, parent: QWidget, time_s: float, *, can_remove: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        another = self.tr("Another prompt from {time} on").format(time=exact_clock(time_s))
        self.addAction(self.tr("Change the text"), self.edit_requested.emit)
        self.addAction(another, lambda: self.another_requested.emit(time_s))
        self.addSeparator()
        remove = self.addAction(self.tr("Take the prompt out"), self.remove_requested.emit)
        remove.setEnabled(can_remove)
