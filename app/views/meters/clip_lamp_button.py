"""Clip lamps: a ring that is filled once too loud a sound was heard, or came in."""

from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton

from app.view_models.transport.clip_lamp import ClipLamp
from app.views.widgets.accessibility import announce
from app.views.widgets.labels import set_tool_tip
from app.views.widgets.theme import Theme

_RADIUS_PX = 4.0
_WIDTH_PX, _HEIGHT_PX = 20, 32


class ClipLampButton(QToolButton):
    """Shows the lamp beside the volume; a click puts it out."""

    def __init__(self, lamp: ClipLamp, theme: Theme) -> None:
        super().__init__()
        self._lamp = lamp
        self._theme = theme
        self.setFixedSize(_WIDTH_PX, _HEIGHT_PX)
        self.setAccessibleName(self.tr("Clip lamp"))
        self.clicked.connect(lamp.put_out)
        lamp.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def explanation(self) -> str:
        """What it is, while it is out."""
        return self.tr("Lights when what is heard exceeds full scale")

    @property
    def warning(self) -> str:
        """What it says while it is lit."""
        return self.tr(
            "What was heard exceeds full scale by {peak} dB, where the sound device cuts it "
            "off. A click puts the lamp out"
        ).format(peak=f"{self._lamp.peak_db:.1f}")

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    @Slot()
    def _on_changed(self) -> None:
        is_lit = self._lamp.is_lit
        sentence = self.warning if is_lit else self.explanation
        if is_lit and not self.isEnabled():
            announce(self, sentence)
        set_tool_tip(self, sentence)
        self.setEnabled(is_lit)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring, filled while the lamp is lit: its colour is not all that changes."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self._theme.danger if self._lamp.is_lit else self._theme.faint)
        painter.setPen(QPen(colour, 1.0))
        painter.setBrush(colour if self._lamp.is_lit else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), _RADIUS_PX, _RADIUS_PX)
