"""A line that says what was deleted, with the way back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from app.models.take_record import TakeRecord
from app.views.elided_label import ElidedLabel
from app.views.take_words import TakeWords


class UndoBar(QFrame):
    """Shown while there is something to bring back.

    Signals:
        undo_requested: It should be brought back.
    """

    undo_requested = Signal()

    def __init__(self, words: TakeWords) -> None:
        super().__init__()
        self.setObjectName("undoBar")
        self._words = words
        self._sentence = ElidedLabel()
        self._sentence.setProperty("role", "caption")
        self._button = QPushButton(self.tr("Undo"))
        self._button.setProperty("role", "quiet")
        self._button.setToolTip(self.tr("Bring back what was deleted last"))
        self._button.clicked.connect(self.undo_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.addWidget(self._sentence, stretch=1)
        row.addWidget(self._button)
        self.hide()

    def show_deleted(self, records: Sequence[TakeRecord]) -> None:
        """Say what was deleted; hide where there is nothing to bring back."""
        self.setVisible(bool(records))
        if len(records) == 1:
            title = self._words.title(records[0].request)
            self._sentence.show_text(self.tr("Deleted “{title}”").format(title=title))
        elif records:
            self._sentence.show_text(self.tr("Deleted {n} takes").format(n=len(records)))
