"""The panel on the left: what to hear, how long, how carefully, with which model."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
)

from app.models.request_draft import RequestDraft
from app.session import SessionState
from app.views.dialogs import Dialogs
from app.views.error_sentences import error_sentence
from app.views.field_box import FieldBox
from app.views.icons import icon_pixmap
from app.views.model_choice import ModelChoice
from app.views.prompt_editor import PromptEditor
from app.views.run_button import RunButton
from app.views.seed_field import SeedField
from app.views.source_field import SourceField
from app.views.stop_button import StopButton
from app.views.theme import Theme
from core.errors import InvalidRequestError
from core.request import MAX_GUIDANCE_SCALE, MAX_STEPS, MIN_DURATION_S

_LONGEST_S = 24 * 3600.0
_WIDTH_PX = 336


class PromptPanel(QFrame):
    """Shows a RequestDraft and fills it in.

    Signals:
        generate_requested, cancel_requested: The button at the foot was pressed.
    """

    generate_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, draft: RequestDraft, dialogs: Dialogs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(_WIDTH_PX)
        self._draft = draft
        self._make_controls(dialogs, theme)
        self._boxes = self._make_boxes()
        self._assemble()
        self._connect()
        for field in self._boxes:
            self._on_draft_changed(field)
        self.set_theme(theme)

    def _make_controls(self, dialogs: Dialogs, theme: Theme) -> None:
        self._mark = QLabel()
        self._prompt = PromptEditor(self.tr("church organ, slow chords"), lines=4)
        self._negative = PromptEditor(self.tr("noise, distortion"), lines=2)
        self._duration = QDoubleSpinBox(decimals=1, minimum=MIN_DURATION_S, maximum=_LONGEST_S)
        self._duration.setSuffix(self.tr(" s"))
        self._steps = QSpinBox(minimum=1, maximum=MAX_STEPS)
        self._guidance = QDoubleSpinBox(decimals=1, maximum=MAX_GUIDANCE_SCALE, singleStep=0.5)
        for spin_box in (self._duration, self._steps, self._guidance):
            spin_box.lineEdit().setTextMargins(7, 0, 7, 0)  # style sheets do not reach it
        self._seed = SeedField(theme)
        self._model = ModelChoice(dialogs)
        self._source = SourceField(dialogs, theme)
        self._button = RunButton(theme)
        self._stop = StopButton(theme)

    def _make_boxes(self) -> dict[str, FieldBox]:
        """Fields by their names in a request."""
        return {
            "prompt": FieldBox(
                self.tr("Prompt"),
                self._prompt,
                self.tr("What to hear; leave it empty for whatever the model comes up with"),
            ),
            "negative_prompt": FieldBox(
                self.tr("Keep away from"), self._negative, self.tr("What not to hear")
            ),
            "duration_s": FieldBox(
                self.tr("Duration"), self._duration, self.tr("Length of the sound, in seconds")
            ),
            "num_inference_steps": FieldBox(
                self.tr("Steps"),
                self._steps,
                self.tr("Denoising steps: more take longer, and beyond 50 change little"),
            ),
            "guidance_scale": FieldBox(
                self.tr("Guidance"),
                self._guidance,
                self.tr("How closely to keep to the prompt: 1 is not at all, 3 to 5 is usual"),
            ),
            "seed": FieldBox(
                self.tr("Seed"),
                self._seed,
                self.tr("The same seed and settings give the same sound"),
            ),
            "init_audio": FieldBox(
                self.tr("Start from a sound"),
                self._source,
                self.tr("A sound to change instead of noise alone"),
            ),
            "model": FieldBox(
                self.tr("Model"), self._model, self.tr("Which networks make the sound")
            ),
        }

    def _assemble(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(16)
        column.addLayout(self._header())
        column.addSpacing(4)
        column.addWidget(self._boxes["prompt"])
        column.addWidget(self._boxes["negative_prompt"])
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(16)
        for place, field in enumerate(
            ("duration_s", "num_inference_steps", "guidance_scale", "seed")
        ):
            grid.addWidget(
                self._boxes[field], *divmod(place, 2), alignment=Qt.AlignmentFlag.AlignTop
            )
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addWidget(self._boxes["init_audio"])
        column.addWidget(self._boxes["model"])
        column.addStretch()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._button, stretch=1)
        row.addWidget(self._stop)
        column.addLayout(row)

    def _header(self) -> QHBoxLayout:
        name = QLabel("Tessera")
        name.setProperty("role", "wordmark")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addWidget(name)
        row.addStretch()
        return row

    def _connect(self) -> None:
        fill = self._draft.set_value
        self._prompt.textChanged.connect(lambda: fill("prompt", self._prompt.toPlainText()))
        self._negative.textChanged.connect(
            lambda: fill("negative_prompt", self._negative.toPlainText())
        )
        self._duration.valueChanged.connect(lambda value: fill("duration_s", value))
        self._steps.valueChanged.connect(lambda value: fill("num_inference_steps", value))
        self._guidance.valueChanged.connect(lambda value: fill("guidance_scale", value))
        self._seed.edited.connect(self._on_seed_edited)
        self._seed.lock_toggled.connect(self._draft.set_seed_locked)
        self._source.file_chosen.connect(lambda path: fill("init_audio", path or None))
        self._source.strength_chosen.connect(lambda strength: fill("strength", strength))
        self._model.chosen.connect(lambda model: fill("model", model))
        self._draft.changed.connect(self._on_draft_changed)
        self._button.clicked.connect(self.generate_requested)
        self._stop.clicked.connect(self.cancel_requested)

    @property
    def button(self) -> RunButton:
        """The button that generates."""
        return self._button

    @property
    def stop_button(self) -> StopButton:
        """The button that cancels."""
        return self._stop

    def show_state(self, state: SessionState) -> None:
        """Offer what can be done now."""
        self._button.show_state(state)
        self._stop.show_state(state)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._mark.setPixmap(icon_pixmap("tessera", theme.text, 28, self.devicePixelRatio()))
        self._seed.set_theme(theme)
        self._source.set_theme(theme)
        self._button.set_theme(theme)
        self._stop.set_theme(theme)

    def focus_prompt(self) -> None:
        """Let the person type."""
        self._prompt.setFocus()
        self._prompt.selectAll()

    def show_error(self, error: InvalidRequestError) -> bool:
        """Say beside its field what is wrong; False when the panel has no such field."""
        box = self._boxes.get(error.field)
        if box is not None:
            box.show_error(error_sentence(error) or "")
        return box is not None

    def clear_errors(self) -> None:
        """Take back what was wrong with the last request."""
        for box in self._boxes.values():
            if box.error:
                box.show_error("")

    def error_of(self, field: str) -> str:
        """The reason shown at a field; empty when there is none."""
        return self._boxes[field].error

    @Slot(str)
    def _on_seed_edited(self, text: str) -> None:
        self._draft.set_value("seed", text)
        self._draft.set_seed_locked(True)

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        value = self._draft.value(field) if field in self._boxes else None
        match field:
            case "prompt":
                self._prompt.show_text(value)
            case "negative_prompt":
                self._negative.show_text(value)
            case "duration_s":
                self._duration.setValue(value)
            case "num_inference_steps":
                self._steps.setValue(value)
            case "guidance_scale":
                self._guidance.setValue(value)
            case "seed":
                self._seed.show_seed(str(value), locked=self._draft.seed_locked)
            case "init_audio" | "strength":
                self._source.show_source(
                    self._draft.value("init_audio") or "", self._draft.value("strength")
                )
            case "model":
                self._model.show_model(value)
        if field in self._boxes and self._boxes[field].error:
            self._boxes[field].show_error("")
