"""The fields of a song: lyrics, their language, tempo, beats and key, for a model that sings."""

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.view_models.drafts.request_draft import RequestDraft
from app.views.prompt.request_fields import PromptEditor
from app.views.texts.request_texts import RequestTexts
from app.views.widgets.field_box import FieldBox
from app.views.widgets.number_boxes import CountBox
from core.api.request import BEATS, FASTEST_BPM, SLOWEST_BPM

_LYRICS_LINES = 6


class SongFields(QWidget):
    """Shows and edits what is sung in a RequestDraft.

    Attributes:
        boxes: The fields by their names in a request.
    """

    def __init__(self, draft: RequestDraft) -> None:
        super().__init__()
        texts = RequestTexts(self)
        self._draft = draft
        self._lyrics = PromptEditor(self.tr("[verse]\nSoft notes in the morning"), _LYRICS_LINES)
        self._counts = {  # the least value stands for none
            "bpm": CountBox(minimum=SLOWEST_BPM - 1, maximum=FASTEST_BPM),
            "beats": CountBox(minimum=BEATS[0] - 1, maximum=BEATS[1]),
        }
        for count in self._counts.values():
            count.setSpecialValueText(self.tr("As it likes"))
        self._lines = {"key": QLineEdit(), "lyrics_language": QLineEdit()}
        self._lines["key"].setPlaceholderText(self.tr("As it likes"))
        names, hints = texts.names(), texts.hints()
        controls: dict[str, QWidget] = {"lyrics": self._lyrics, **self._counts, **self._lines}
        self.boxes = {
            field: FieldBox(names[field], control, hints[field])
            for field, control in controls.items()
        }
        self._assemble()
        self._connect()
        for field in self.boxes:
            self._on_draft_changed(field)

    def _assemble(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for place, field in enumerate(("bpm", "beats", "key", "lyrics_language")):
            grid.addWidget(
                self.boxes[field], *divmod(place, 2), alignment=Qt.AlignmentFlag.AlignTop
            )
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.boxes["lyrics"])
        column.addLayout(grid)

    def _connect(self) -> None:
        fill = self._draft.set_value
        self._lyrics.textChanged.connect(lambda: fill("lyrics", self._lyrics.toPlainText()))
        for field, count in self._counts.items():
            count.valueChanged.connect(
                lambda value, field=field, count=count: fill(
                    field, None if value == count.minimum() else value
                )
            )
        for field, line in self._lines.items():
            line.textChanged.connect(lambda text, field=field: fill(field, text))
        self._draft.changed.connect(self._on_draft_changed)

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        value: Any = self._draft.value(field)
        match field:
            case "lyrics":
                self._lyrics.show_text(value)
            case "bpm" | "beats":
                count = self._counts[field]
                count.setValue(count.minimum() if value is None else value)
            case "key" | "lyrics_language":
                if self._lines[field].text() != value:  # else the cursor would move
                    self._lines[field].setText(value)
