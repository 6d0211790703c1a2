"""Asks for a grid of settings, and says how many takes it makes and how long they take."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.view_models.drafts.request_draft import MAX_TAKES
from app.view_models.drafts.variation_grid import (
    VariationGrid,
    consecutive_seeds,
    read_guidance_scales,
    read_prompts,
    read_seeds,
    read_step_counts,
    read_strengths,
)
from app.views.texts.error_texts import error_text
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.texts.request_texts import RequestTexts
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.choices import CheckList
from app.views.widgets.field_box import FieldBox
from app.views.widgets.labels import PlainLabel
from app.views.widgets.number_boxes import CountBox
from app.views.widgets.screen_fit import DialogScroll, fit_to_screen
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest

_WIDTH_PX = 460
_USUAL_SEEDS = 4
_PROMPT_LINES = 4
_SAMPLERS_PX = 116

Timing = Callable[[Sequence[GenerationRequest]], float | None]


class VariationsDialog(QDialog):
    """Fields for the values that vary; other settings are those of a request.

    Args:
        parent: The window.
        request: What is varied.
        expected_s: Seconds that requests will take; None where nobody knows.

    Attributes:
        prompts, num_seeds, seeds, guidance_scales, step_counts, schedulers: Its fields.
        strengths: How much of a source may change; hidden without one.
        summary: How many takes there will be, or what cannot be used.
    """

    def __init__(
        self, parent: QWidget | None, request: GenerationRequest, expected_s: Timing
    ) -> None:
        super().__init__(parent)
        set_guide_page(self, GuidePage.TAKES)
        self.setWindowTitle(self.tr("Variations"))
        self._request, self._expected_s = request, expected_s
        self._texts = TakeTexts(self)
        self._make_fields()
        self.summary = PlainLabel(word_wrap=True)
        self.summary.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._assemble()
        self.prompts.textChanged.connect(self._refresh)
        self.num_seeds.valueChanged.connect(self._refresh)
        for field in (self.seeds, self.guidance_scales, self.step_counts, self.strengths):
            field.textChanged.connect(self._refresh)
        self.schedulers.changed.connect(self._refresh)
        self._refresh()
        fit_to_screen(self)

    def _make_fields(self) -> None:
        request = self._request
        self.prompts = QPlainTextEdit(tabChangesFocus=True)
        self.prompts.setFixedHeight(_PROMPT_LINES * self.fontMetrics().lineSpacing() + 20)
        if request.segments:
            self.prompts.setPlaceholderText(self.tr("Prompts along time, as they are"))
        else:
            self.prompts.setPlainText(request.prompt)
        self.num_seeds = CountBox(minimum=1, maximum=MAX_TAKES)
        self.num_seeds.setValue(_USUAL_SEEDS)
        self.seeds = QLineEdit()
        self.seeds.setPlaceholderText(self.tr("Such as 7, 20-23"))
        self.guidance_scales = QLineEdit(f"{request.guidance_scale:g}")
        self.step_counts = QLineEdit(str(request.num_inference_steps))
        self.schedulers = CheckList(RequestTexts(self).schedulers(), request.scheduler)
        self.schedulers.setFixedHeight(_SAMPLERS_PX)
        self.strengths = QLineEdit(f"{round(100 * request.strength)}")

    def _assemble(self) -> None:
        scroll = DialogScroll(_WIDTH_PX)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(16)
        boxes = self._boxes()
        grid.addWidget(boxes[0], 0, 0, 1, 2)
        for place, box in enumerate(boxes[1:], 2):
            grid.addWidget(box, *divmod(place, 2), Qt.AlignmentFlag.AlignTop)
        scroll.column.addLayout(grid)
        scroll.column.addStretch()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._queue = self._buttons.addButton(
            self.tr("Queue them"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(scroll)
        column.addWidget(self.summary)
        column.addWidget(self._buttons)

    def _boxes(self) -> list[FieldBox]:
        names = RequestTexts(self).names()
        numbers = self.tr("One value or several, separated by commas.")
        return [
            FieldBox(
                self.tr("Prompts, one on each line"),
                self.prompts,
                self.tr("Each prompt is combined with all values below."),
            ),
            FieldBox(
                self.tr("How many seeds"),
                self.num_seeds,
                self.tr("So many takes of each combination; all combinations have the same seeds."),
            ),
            FieldBox(
                self.tr("Or these seeds"),
                self.seeds,
                self.tr("Seeds of your own, and ranges of them, in place of new ones."),
            ),
            FieldBox(names["guidance_scale"], self.guidance_scales, numbers),
            FieldBox(names["num_inference_steps"], self.step_counts, numbers),
            FieldBox(names["scheduler"], self.schedulers, self.tr("One sampler or several.")),
            *self._strength_box(),
        ]

    def _strength_box(self) -> list[FieldBox]:
        if self._request.init_audio is None:
            return []
        numbers = self.tr("How much of the sound may change: one value or several.")
        return [FieldBox(self.tr("Change, in per cent"), self.strengths, numbers)]

    @property
    def grid(self) -> VariationGrid:
        """What is filled in.

        Raises:
            InvalidRequestError: A field cannot be read.
        """
        seeds = read_seeds(self.seeds.text())
        return VariationGrid(
            prompts=read_prompts(self.prompts.toPlainText()),
            seeds=seeds or consecutive_seeds(self._request.seed, self.num_seeds.value()),
            guidance_scales=read_guidance_scales(self.guidance_scales.text()),
            step_counts=read_step_counts(self.step_counts.text()),
            schedulers=self.schedulers.values,
            strengths=read_strengths(self.strengths.text()) if self._request.init_audio else (),
        )

    @property
    def requests(self) -> list[GenerationRequest]:
        """What is to be queued.

        Raises:
            InvalidRequestError: A field cannot be used.
        """
        return self.grid.requests(self._request)

    @Slot()
    def _refresh(self) -> None:
        try:
            sentence, is_usable = self._describe(self.requests), True
        except InvalidRequestError as error:
            sentence, is_usable = error_text(error) or "", False
        self.num_seeds.setEnabled(not self.seeds.text().strip())
        self._queue.setEnabled(is_usable)
        self.summary.setText(sentence)
        self.summary.setProperty("role", "caption" if is_usable else "error")
        self.summary.style().polish(self.summary)

    def _describe(self, requests: list[GenerationRequest]) -> str:
        """How many takes, of which length, and how long it takes to make them."""
        length = self._texts.length(self._request.duration_s)
        takes = self.tr("{n} takes of {length} each.").format(n=len(requests), length=length)
        expected_s = self._expected_s(requests)
        if expected_s is None:
            return takes + " " + self.tr("How long that takes shows after the first one.")
        time = self._texts.length(expected_s)
        return takes + " " + self.tr("Together they take about {time} here.").format(time=time)
