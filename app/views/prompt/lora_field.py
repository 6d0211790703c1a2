"""The LoRAs that are merged into the model, each with its weight."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.buttons import IconButton
from app.views.widgets.labels import ElidedLabel, set_tool_tip
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.number_boxes import NumberBox
from app.views.widgets.theme import Theme
from core.api.lora import MAX_LORA_WEIGHT, MAX_LORAS, Lora


class LoraField(QWidget):
    """A row for each LoRA, and buttons that add one.

    Signals:
        edited: The LoRAs as they are now.
        rows_made: There are other rows, with fields of their own.
    """

    edited = Signal(object)
    rows_made = Signal()

    def __init__(self, dialogs: MessageBoxes, theme: Theme) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.MODELS)
        self._dialogs, self._theme = dialogs, theme
        self._loras: tuple[Lora, ...] = ()
        self._rows: list[LoraRow] = []
        self._add_file = QPushButton(self.tr("Add a LoRA…"))
        self._add_file.clicked.connect(self._on_add_file)
        self._add_folder = IconButton("folder", self.tr("Add the folder of a LoRA"), theme)
        self._add_folder.clicked.connect(self._on_add_folder)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self._add_file, stretch=1)
        buttons.addWidget(self._add_folder)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(buttons)
        self.setFocusProxy(self._add_file)

    @property
    def rows(self) -> tuple["LoraRow", ...]:
        """The rows, in the order of the LoRAs."""
        return tuple(self._rows)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._add_folder.set_theme(theme)
        for row in self._rows:
            row.set_theme(theme)

    def show_loras(self, loras: tuple[Lora, ...]) -> None:
        """Show LoRAs; rows stay where only weights have changed, for a person may be in one."""
        if [lora.path for lora in loras] != [lora.path for lora in self._loras]:
            self._make_rows(loras)
        self._loras = loras
        for row, lora in zip(self._rows, loras, strict=True):
            row.show_weight(lora.weight)
        for button in (self._add_file, self._add_folder):
            button.setEnabled(len(loras) < MAX_LORAS)

    def _make_rows(self, loras: tuple[Lora, ...]) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [LoraRow(lora, self._theme) for lora in loras]
        for index, row in enumerate(self._rows):
            self._column.insertWidget(index, row)
            row.weight_chosen.connect(partial(self._on_weight_chosen, index))
            row.removed.connect(partial(self._on_removed, index))
        self.rows_made.emit()

    def _on_weight_chosen(self, index: int, weight: float) -> None:
        loras = list(self._loras)
        loras[index] = replace(loras[index], weight=weight)
        self.edited.emit(tuple(loras))

    def _on_removed(self, index: int) -> None:
        self._add_file.setFocus()  # the row that has it is going
        self.edited.emit((*self._loras[:index], *self._loras[index + 1 :]))

    @Slot()
    def _on_add_file(self) -> None:
        kinds = self.tr("LoRAs (*.safetensors *.bin *.pt *.pth *.ckpt);;All files (*)")
        self._add(
            self._dialogs.ask_file(self, self.tr("A LoRA for this model"), self._start, kinds)
        )

    @Slot()
    def _on_add_folder(self) -> None:
        title = self.tr("A folder with a LoRA for this model")
        self._add(self._dialogs.ask_folder(self, title, self._start))

    @property
    def _start(self) -> str:
        """The folder where the dialogs begin: that of the last LoRA."""
        return str(Path(self._loras[-1].path).parent) if self._loras else ""

    def _add(self, path: str | None) -> None:
        if path:
            self.edited.emit((*self._loras, Lora(path)))


class WeightBox(NumberBox):
    """A weight, which the wheel changes only where it has the focus: else the panel scrolls."""

    def __init__(self) -> None:
        super().__init__(
            decimals=2, minimum=-MAX_LORA_WEIGHT, maximum=MAX_LORA_WEIGHT, single_step=0.1
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel gives no focus

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the weight, or leave the wheel to the panel."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LoraRow(QWidget):
    """The name of a LoRA, its weight, and a button that removes it.

    Signals:
        weight_chosen: Another weight.
        removed: The button was pressed.
    """

    weight_chosen = Signal(float)
    removed = Signal()

    def __init__(self, lora: Lora, theme: Theme) -> None:
        super().__init__()
        name = lora.name
        self.name = ElidedLabel()
        self.name.show_text(name)
        set_tool_tip(self.name, lora.path)
        self.weight = WeightBox()
        self.weight.setAccessibleName(self.tr("Weight of {name}").format(name=name))
        self.weight.valueChanged.connect(self.weight_chosen)
        self.remove = IconButton("close", self.tr("Remove {name}").format(name=name), theme)
        self.remove.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.name, stretch=1)
        row.addWidget(self.weight)
        row.addWidget(self.remove)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.remove.set_theme(theme)

    def show_weight(self, weight: float) -> None:
        """Show a weight, which may have more digits than are shown: they stay."""
        with QSignalBlocker(self.weight):
            if round(weight, self.weight.decimals()) != self.weight.value():
                self.weight.setValue(weight)
