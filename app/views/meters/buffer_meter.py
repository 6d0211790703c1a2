"""A bar that shows how far an endless sound is made ahead of what is heard."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.view_models.takes.run_status import RunStatusModel
from app.view_models.transport.buffer_health import ENOUGH_S
from app.views.widgets.labels import ElidedLabel, PlainLabel

_WIDTH_PX = 120


class BufferMeter(QWidget):
    """Shows a RunStatusModel while an endless sound is made; hidden otherwise."""

    def __init__(self, status: RunStatusModel) -> None:
        super().__init__()
        self._status = status
        self._name = PlainLabel(self.tr("Ahead of the ear"))
        self._bar = QProgressBar(maximum=round(ENOUGH_S), textVisible=False)
        self._bar.setProperty("role", "buffer")
        self._bar.setFixedWidth(_WIDTH_PX)
        self._bar.setAccessibleName(self.tr("Seconds of sound made ahead of the ear"))
        self._text = ElidedLabel()  # a sentence must not push the window apart
        for label in (self._name, self._text):
            label.setProperty("role", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self._bar)
        row.addWidget(self._text, stretch=1)
        self.setToolTip(
            self.tr("Full, it waits for you to listen on; empty, you wait for more sound")
        )
        status.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def text(self) -> str:
        """The text beside the bar."""
        return self._text.text()

    @Slot()
    def _on_changed(self) -> None:
        ahead_s = self._status.ahead_s
        if ahead_s is None or self._status.stage is None:
            self.hide()
            return
        self.show()
        self._bar.setValue(min(ahead_s, self._bar.maximum()))
        text = self.tr("{seconds} s").format(seconds=ahead_s)
        slow = self.tr("made slower than it plays: it pauses to buffer")
        self._text.show_text(f"{text} · {slow}" if self._status.is_slow else text)
        self._mark_slow(self._status.is_slow and ahead_s < self._bar.maximum() / 2)

    def _mark_slow(self, is_slow: bool) -> None:
        if self._bar.property("slow") != is_slow:
            self._bar.setProperty("slow", is_slow)
            self._bar.style().unpolish(self._bar)
            self._bar.style().polish(self._bar)
