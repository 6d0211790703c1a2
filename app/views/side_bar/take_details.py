"""Settings, tags, project and notes of the selected take."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from app.view_models.takes.take_record import TakeRecord
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.labels import ElidedLabel


class TakeDetails(QFrame):
    """Settings, tags, project and notes of a take.

    Signals:
        notes_changed: Name of the take, and its new notes.
    """

    notes_changed = Signal(str, str)

    def __init__(self, texts: TakeTexts) -> None:
        super().__init__()
        self.setObjectName("takeDetails")
        self._texts = texts
        self._take_id = ""
        self._settings = ElidedLabel()
        self._settings.setProperty("role", "caption")
        self._labels = ElidedLabel()
        self._labels.setProperty("role", "caption")
        self._notes = QLineEdit(maxLength=2000)
        self._notes.setPlaceholderText(self.tr("Add a note"))
        self._notes.setAccessibleName(self.tr("Notes on this take"))
        self._notes.setToolTip(self.tr("Notes are searched along with the prompts"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 0)
        column.setSpacing(8)
        column.addWidget(self._settings)
        column.addWidget(self._labels)
        column.addWidget(self._notes)
        self._notes.editingFinished.connect(self._on_edited)
        self.show_record(None)

    def show_record(self, record: TakeRecord | None) -> None:
        """Show a take; nothing for None."""
        self.setVisible(record is not None)
        if record is None:
            self._take_id = ""
            return
        self._settings.show_text(self._texts.settings(record.request))
        labels = self._texts.labels(record.labels)
        self._labels.show_text(labels)
        self._labels.setVisible(bool(labels))
        if record.take_id != self._take_id or not self._notes.hasFocus():
            self._take_id = record.take_id
            self._notes.setText(record.notes)

    @Slot()
    def focus_notes(self) -> None:
        """Let the person write."""
        self._notes.setFocus()

    @Slot()
    def _on_edited(self) -> None:
        if self._take_id:
            self.notes_changed.emit(self._take_id, self._notes.text().strip())
