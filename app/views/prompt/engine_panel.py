"""The engine section of the panel: tiling, precision, memory, devices; closed at first."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QGridLayout, QSizePolicy, QWidget

from app.view_models.drafts.engine_draft import EngineDraft
from app.view_models.viewer.tile_grid import numbered_apart
from app.views.texts.engine_texts import EngineTexts
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.choices import CheckList, ChoiceBox
from app.views.widgets.field_box import FieldBox
from app.views.widgets.number_boxes import DurationBox, NumberBox

_LONGEST_TILE_S = 60.0
_LARGEST_BUDGET_GB = 999.0
_MOST_DEVICES = 4  # the list scrolls beyond
_FIELDS_OF_ERRORS = {"tile_frames": "tile_s", "memory_budget": "memory_budget_gb"}


class EnginePanel(QWidget):
    """Shows and edits an EngineDraft.

    Signals:
        error_shown: An error is shown, so the section should open.
    """

    error_shown = Signal()

    def __init__(self, draft: EngineDraft) -> None:
        super().__init__()
        set_guide_page(self, GuidePage.DEVICE)
        self._draft = draft
        self._texts = EngineTexts(self)
        self._choices: dict[str, ChoiceBox] = {}
        self._numbers: dict[str, QDoubleSpinBox] = {}
        self.devices = DeviceList(draft)
        self._make_controls()
        self._boxes = self._make_boxes()
        self._assemble()
        self._connect()
        for field in self._boxes:
            self._on_draft_changed(field)

    def _make_controls(self) -> None:
        texts = self._texts
        offers: dict[str, Mapping[Any, str]] = {
            "mode": texts.modes(),
            "precision": texts.precisions(),
            "compute_dtype": texts.decoder_precisions(),
            "offload": texts.offloads(),
            "context": texts.contexts(),
        }
        for field, names in offers.items():
            self._choices[field] = ChoiceBox()
            self._choices[field].setMinimumContentsLength(6)
            self._choices[field].offer(names, self._draft.value(field))
        tile = DurationBox(decimals=2, maximum=_LONGEST_TILE_S, single_step=0.32)
        budget = NumberBox(decimals=1, maximum=_LARGEST_BUDGET_GB, single_step=0.5)
        budget.setSuffix(self.tr(" GB"))
        tile.setSpecialValueText(self.tr("Planned"))
        budget.setSpecialValueText(self.tr("What is free"))
        self._numbers = {"tile_s": tile, "memory_budget_gb": budget}

    def _make_boxes(self) -> dict[str, FieldBox]:
        controls: dict[str, Any] = {
            **self._choices,
            **self._numbers,
            "devices": self.devices,
        }
        names, hints = self._texts.names(), self._texts.hints()
        return {
            field: FieldBox(name, controls[field], hints[field]) for field, name in names.items()
        }

    def _assemble(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        grid.addWidget(self._boxes["mode"], 0, 0, 1, 2)
        halves = ("tile_s", "memory_budget_gb", "precision", "compute_dtype", "offload", "context")
        for place, field in enumerate(halves):
            row, column = divmod(place, 2)
            box = self._boxes[field]
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            # Of the same width, whatever is in them.
            grid.addWidget(box, row + 1, column, alignment=Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._boxes["devices"], len(halves) // 2 + 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        draft = self._draft
        for field, choice in self._choices.items():
            choice.chosen.connect(lambda value, field=field: draft.set_value(field, value))
        for field, number in self._numbers.items():
            number.valueChanged.connect(lambda value, field=field: draft.set_value(field, value))
        for field, box in self._boxes.items():
            box.reset_requested.connect(lambda field=field: draft.reset(field))
        draft.changed.connect(self._on_draft_changed)
        draft.devices_offered.connect(self._show_devices)

    def show_error(self, field: str, sentence: str) -> FieldBox | None:
        """Show an error beside its control, and return its box; None if there is none."""
        box = self._boxes.get(_FIELDS_OF_ERRORS.get(field, field))
        if box is None:
            return None
        self.error_shown.emit()
        box.show_error(sentence)
        return box

    def clear_errors(self) -> None:
        """Hide all errors."""
        for box in self._boxes.values():
            if box.error:
                box.show_error("")

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field not in self._boxes:
            return
        value = self._draft.value(field)
        if field in self._numbers:
            self._numbers[field].setValue(value)
        elif field in self._choices:
            self._choices[field].show_value(value)
        else:
            self._show_devices()
        usual = None if self._draft.is_default(field) else self._usual_text(field)
        self._boxes[field].offer_reset(usual)
        if self._boxes[field].error:
            self._boxes[field].show_error("")
        if field == "mode":
            self._show_mode()

    def _usual_text(self, field: str) -> str:
        if field in self._numbers:
            return self._numbers[field].specialValueText()
        if field == "devices":
            return self.tr("one device")
        return self._choices[field].name_of(self._draft.default(field))

    @Slot()
    def _show_devices(self) -> None:
        """Show which devices share a sound, and what that does."""
        self.devices.refresh()
        box, chosen = self._boxes["devices"], self._draft.value("devices")
        box.show_note(self._texts.devices_note(self.devices.count(), chosen))
        self.devices.setVisible(self.devices.count() > 1)

    def _show_mode(self) -> None:
        """Explain the mode, and disable the fields that it does not use."""
        draft, boxes = self._draft, self._boxes
        boxes["mode"].show_note(self._texts.mode_note(draft.value("mode")))
        whole = self.tr("Without tiling there are no tiles.")
        boxes["tile_s"].disable_because("" if draft.uses_tiles else whole)
        alone = self.tr("In streaming no tile waits for another.") if draft.uses_tiles else whole
        boxes["offload"].disable_because("" if draft.can_offload else alone)


class DeviceList(CheckList):
    """Shows and edits the devices of an EngineDraft; what is chosen is offered in any case."""

    def __init__(self, draft: EngineDraft) -> None:
        super().__init__({}, None)
        self._draft = draft
        self._names: list[str] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.changed.connect(self._on_changed)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what is offered and what is chosen."""
        chosen = self._draft.value("devices")
        offered = list(self._draft.offered_devices)
        for name in chosen:
            offered += [name] * (chosen.count(name) - offered.count(name))
        if offered != self._names:
            self.offer(dict(enumerate(numbered_apart(offered))), _first_of_each(offered, chosen))
            self._names = offered
            self._fit()
        elif self._checked != chosen:  # of two that are alike, the one that is checked stays so
            self.show_values(_first_of_each(offered, chosen))

    @property
    def _checked(self) -> tuple[str, ...]:
        return tuple(self._names[row] for row in self.values)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the rows, which the style sheet has a say in."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        rows = min(self.count(), _MOST_DEVICES)
        frame_px = self.height() - self.contentsRect().height()
        self.setFixedHeight(rows * (self.sizeHintForRow(0) + 2 * self.spacing()) + frame_px)

    @Slot()
    def _on_changed(self) -> None:
        self._draft.set_value("devices", self._checked)


def _first_of_each(offered: list[str], chosen: tuple[str, ...]) -> set[int]:
    """The rows of the chosen names; of a name that is chosen once and offered twice, the first."""
    rows = set()
    for name in set(chosen):
        same = [row for row, one in enumerate(offered) if one == name]
        rows |= set(same[: chosen.count(name)])
    return rows
