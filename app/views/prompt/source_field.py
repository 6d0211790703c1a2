"""The sound to start from, instead of noise alone, and how much of it may change."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from app.views.widgets.buttons import IconButton
from app.views.widgets.icons import icon
from app.views.widgets.labels import PlainLabel, button_text, set_tool_tip
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.theme import Theme

_STRENGTH_STEPS = 100


class SourceField(QWidget):
    """A button that becomes the file's name, and a slider for the strength of the change.

    Signals:
        file_chosen: The path of a sound file; empty for none.
        strength_chosen: 0 keeps the sound, 1 leaves almost nothing of it.
    """

    file_chosen = Signal(str)
    strength_chosen = Signal(float)

    def __init__(self, dialogs: MessageBoxes, theme: Theme) -> None:
        super().__init__()
        self._dialogs = dialogs
        self._path = ""
        self._choose = QPushButton()
        self._choose.clicked.connect(self._on_choose)
        self._clear = IconButton("close", self.tr("Start from noise alone"), theme)
        self._clear.clicked.connect(lambda: self.file_chosen.emit(""))
        self._strength = QSlider(Qt.Orientation.Horizontal)
        self._strength.setMaximum(_STRENGTH_STEPS)
        self._strength.setAccessibleName(self.tr("How much of the sound may change"))
        self._strength.valueChanged.connect(self._on_strength)
        self._change = PlainLabel()
        self._change.setProperty("role", "caption")
        self._assemble()
        self.setFocusProxy(self._choose)
        self.set_theme(theme)
        self.show_source("", 0.5)

    def _assemble(self) -> None:
        file_row = QHBoxLayout()
        file_row.setSpacing(4)
        file_row.addWidget(self._choose, stretch=1)
        file_row.addWidget(self._clear)
        strength_row = QHBoxLayout()
        strength_row.setSpacing(12)
        strength_row.addWidget(self._strength, stretch=1)
        strength_row.addWidget(self._change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(file_row)
        column.addLayout(strength_row)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._choose.setIcon(icon("folder", theme.muted))
        self._clear.set_theme(theme)

    def show_source(self, path: str, strength: float) -> None:
        """Show a file, or that there is none."""
        self._path = path
        name = button_text(Path(path).name)
        self._choose.setText(name if path else self.tr("Choose a file…"))
        set_tool_tip(self._choose, path)
        self._strength.setValue(round(strength * _STRENGTH_STEPS))
        self._change.setText(self.tr("change {percent} %").format(percent=round(strength * 100)))
        for widget in (self._clear, self._strength, self._change):
            widget.setVisible(bool(path))

    @Slot()
    def _on_choose(self) -> None:
        kinds = self.tr("Sounds (*.wav *.flac *.ogg *.opus *.mp3 *.aiff *.aif);;All files (*)")
        folder = str(Path(self._path).parent) if self._path else ""
        path = self._dialogs.ask_file(self, self.tr("A sound to start from"), folder, kinds)
        if path:
            self.file_chosen.emit(path)

    @Slot(int)
    def _on_strength(self, steps: int) -> None:
        self.strength_chosen.emit(steps / _STRENGTH_STEPS)
