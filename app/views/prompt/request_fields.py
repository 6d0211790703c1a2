"""The fields of a request: prompt, length, steps, guidance, seed, source sound, model."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import (
    QGridLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.view_models.drafts.request_draft import MAX_TAKES, RequestDraft
from app.views.prompt.lora_field import LoraField
from app.views.prompt.model_choice import ModelChoice
from app.views.prompt.seed_field import SeedField
from app.views.prompt.source_field import SourceField
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.texts.request_texts import RequestTexts
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.field_box import FieldBox
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.number_boxes import CountBox, DurationBox, NumberBox
from app.views.widgets.theme import Theme
from core.api.request import MAX_GUIDANCE_SCALE, MAX_STEPS, MIN_DURATION_S, as_level

_LONGEST_S = 24 * 3600.0
_IN_PAIRS = (
    "duration_s",
    "takes",
    "num_inference_steps",
    "guidance_scale",
    "seed",
    "scheduler",
    "draft",
    "level",
)
_RESETTABLE = (
    "duration_s",
    "takes",
    "num_inference_steps",
    "guidance_scale",
    "scheduler",
    "draft",
    "level",
)


class RequestFields(QWidget):
    """Shows and edits a RequestDraft.

    Attributes:
        boxes: The fields by their names in a request.
        model: The choice of a model.
        loras: Those that are merged into it.
    """

    def __init__(self, draft: RequestDraft, dialogs: MessageBoxes, theme: Theme) -> None:
        super().__init__()
        self._draft = draft
        self._texts = RequestTexts(self)
        self._make_controls(dialogs, theme)
        self.boxes = self._make_boxes()
        self._assemble()
        self._connect()
        for field in self.boxes:
            self._on_draft_changed(field)

    def _make_controls(self, dialogs: MessageBoxes, theme: Theme) -> None:
        self._editors = {
            "prompt": PromptEditor(self.tr("church organ, slow chords"), lines=3),
            "transcription": PromptEditor(self.tr("Wish you have a good day."), lines=3),
            "negative_prompt": PromptEditor(self.tr("noise, distortion"), lines=1),
        }
        self._duration = DurationBox(decimals=1, minimum=MIN_DURATION_S, maximum=_LONGEST_S)
        set_guide_page(self._duration, GuidePage.LONGER)
        self._numbers: dict[str, CountBox | NumberBox] = {
            "takes": CountBox(minimum=1, maximum=MAX_TAKES),
            "num_inference_steps": CountBox(minimum=1, maximum=MAX_STEPS),
            "guidance_scale": NumberBox(decimals=1, maximum=MAX_GUIDANCE_SCALE, single_step=0.5),
        }
        self._seed = SeedField(theme)
        self._choices = {field: ChoiceBox() for field in ("scheduler", "draft", "level")}
        for choice in self._choices.values():
            choice.setMinimumContentsLength(6)  # two of them fit beside each other
        self._choices["draft"].offer(self._texts.qualities())
        schedulers = self._texts.schedulers()
        self._choices["scheduler"].offer(schedulers, self._draft.default("scheduler"))
        self.model = ModelChoice(dialogs)
        self._source = SourceField(dialogs, theme)
        self.loras = LoraField(dialogs, theme)

    def _make_boxes(self) -> dict[str, FieldBox]:
        controls: dict[str, QWidget] = {
            **self._editors,
            "duration_s": self._duration,
            **self._numbers,
            "seed": self._seed,
            **self._choices,
            "init_audio": self._source,
            "model": self.model,
            "loras": self.loras,
        }
        names, hints = self._texts.names(), self._texts.hints()
        return {
            field: FieldBox(names[field], control, hints[field])
            for field, control in controls.items()
        }

    def _assemble(self) -> None:
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for field in self._editors:
            column.addWidget(self.boxes[field])
        self.boxes["transcription"].hide()  # until it is known that the model speaks
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for place, field in enumerate(_IN_PAIRS):
            grid.addWidget(
                self.boxes[field], *divmod(place, 2), alignment=Qt.AlignmentFlag.AlignTop
            )
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addWidget(self.boxes["init_audio"])
        column.addWidget(self.boxes["model"])
        column.addWidget(self.boxes["loras"])

    def _connect(self) -> None:
        fill = self._draft.set_value
        for field, editor in self._editors.items():
            editor.textChanged.connect(
                lambda field=field, editor=editor: fill(field, editor.toPlainText())
            )
        self._duration.valueChanged.connect(lambda value: fill("duration_s", value))
        self._duration.editingFinished.connect(self._draft.cut_prompts)
        for field, number in self._numbers.items():
            number.valueChanged.connect(lambda value, field=field: fill(field, value))
        for field, choice in self._choices.items():
            choice.chosen.connect(lambda value, field=field: fill(field, value))
        self._seed.edited.connect(self._on_seed_edited)
        self._seed.lock_toggled.connect(self._draft.set_seed_locked)
        self._source.file_chosen.connect(lambda path: fill("init_audio", path or None))
        self._source.strength_chosen.connect(lambda strength: fill("strength", strength))
        self.model.chosen.connect(lambda model: fill("model", model))
        self.loras.edited.connect(lambda loras: fill("loras", loras))
        for field in _RESETTABLE:
            self.boxes[field].reset_requested.connect(lambda field=field: self._draft.reset(field))
        self._draft.changed.connect(self._on_draft_changed)

    def add_below_prompts(self, fields: QWidget, boxes: Mapping[str, FieldBox]) -> None:
        """Add further fields of the request below those of the prompts."""
        self._column.insertWidget(len(self._editors), fields)
        self.boxes |= boxes

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._seed.set_theme(theme)
        self._source.set_theme(theme)
        self.loras.set_theme(theme)

    def focus_prompt(self) -> None:
        """Let the person type."""
        self._editors["prompt"].setFocus()
        self._editors["prompt"].selectAll()

    def show_error(self, field: str, sentence: str) -> FieldBox | None:
        """Show an error beside a field, and return its box; None if there is no such field."""
        box = self.boxes.get(field)
        if box is not None:
            box.show_error(sentence)
        return box

    def clear_errors(self) -> None:
        """Hide all errors."""
        for box in self.boxes.values():
            if box.error:
                box.show_error("")

    @Slot(str)
    def _on_seed_edited(self, text: str) -> None:
        self._draft.set_value("seed", text)
        self._draft.set_seed_locked(True)

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        self._show(field, self._draft.value(field))
        if field in _RESETTABLE:
            is_default = self._draft.is_default(field)
            self.boxes[field].offer_reset(None if is_default else self._usual_text(field))
        if field in self.boxes and self.boxes[field].error:
            self.boxes[field].show_error("")

    def _usual_text(self, field: str) -> str:
        usual = self._draft.default(field)
        if field in self._choices:
            return self._choices[field].name_of(usual)
        return f"{usual:g}"

    def _show(self, field: str, value: Any) -> None:
        match field:
            case "prompt" | "transcription" | "negative_prompt":
                self._editors[field].show_text(value)
            case "duration_s":
                if self._duration.value() != value:  # else what is being typed would change
                    self._duration.setValue(value)
            case "takes" | "num_inference_steps" | "guidance_scale":
                self._numbers[field].setValue(value)
            case "seed":
                self._seed.show_seed(str(value), locked=self._draft.seed_locked)
            case "scheduler" | "draft":
                self._choices[field].show_value(value)
            case "level":
                level = as_level(value)
                self._choices[field].offer(self._texts.levels(level), level)
            case "init_audio" | "strength":
                self._source.show_source(
                    self._draft.value("init_audio") or "", self._draft.value("strength")
                )
            case "model":
                self.model.show_model(value)
            case "loras":
                self.loras.show_loras(value)


class PromptEditor(QPlainTextEdit):
    """A text field of a fixed number of lines.

    Args:
        placeholder: Shown while it is empty.
        lines: Height in lines of text.
    """

    def __init__(self, placeholder: str, lines: int) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        frame_px = 2 * (8 + 2)  # padding and border of the style sheet
        self.setFixedHeight(lines * 18 + frame_px)

    def show_text(self, text: str) -> None:
        """Show a text; the same text keeps cursor and undo."""
        if self.toPlainText() != text:
            self.setPlainText(text)
