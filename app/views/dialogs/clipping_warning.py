"""Warns in the export dialog of samples that are cut off, and offers what avoids it."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.view_models.drafts.export_draft import ExportDraft
from app.views.texts.export_texts import ExportTexts
from app.views.widgets.accessibility import announce
from app.views.widgets.labels import PlainLabel, set_tool_tip


class ClippingWarning(QWidget):
    """Shows an ExportDraft's clipping; hidden where nothing is cut off.

    Attributes:
        lower_peak, keep_as_float: Its two remedies.
    """

    def __init__(self, draft: ExportDraft, parent: QWidget) -> None:
        super().__init__(parent)  # without a parent, showing it would open a window
        self._draft = draft
        self._texts = ExportTexts(self)
        self._sentence = PlainLabel(word_wrap=True)
        self._sentence.setProperty("role", "error")
        self.lower_peak = QPushButton(self.tr("Bring it to −1 dB"))
        set_tool_tip(self.lower_peak, self.tr("All of it becomes quieter by as much"))
        self.keep_as_float = QPushButton(self.tr("Keep it as it is, as float"))
        set_tool_tip(self.keep_as_float, self.tr("A WAV of 32 bit float cuts nothing off"))
        self._assemble()
        self.lower_peak.clicked.connect(draft.lower_peak)
        self.keep_as_float.clicked.connect(draft.keep_as_float)
        draft.changed.connect(self._refresh)
        self._refresh()

    @property
    def sentence(self) -> str:
        """What will be cut off; empty where nothing is."""
        return "" if self.isHidden() else self._sentence.text()

    def _assemble(self) -> None:
        remedies = QHBoxLayout()
        for button in (self.lower_peak, self.keep_as_float):
            button.setProperty("role", "quiet")
            button.setAutoDefault(False)  # Enter exports
            remedies.addWidget(button)
        remedies.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._sentence)
        column.addLayout(remedies)
        policy = self.sizePolicy()
        exceeds = self._draft.beyond_full_scale.num_samples > 0
        policy.setRetainSizeWhenHidden(exceeds)  # so that nothing jumps with another format
        self.setSizePolicy(policy)

    @Slot()
    def _refresh(self) -> None:
        sentence = self._texts.clipping(self._draft.clipping)
        if sentence and sentence != self.sentence:
            announce(self, sentence)
        if sentence:
            self._sentence.setText(sentence)
        self.setVisible(bool(sentence))
