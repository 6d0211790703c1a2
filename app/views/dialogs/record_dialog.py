"""The dialog that records: which input, its level, and the button that begins and ends."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.clock_time import clock_text
from app.view_models.recording.recorder import LONGEST_PRE_ROLL_S
from app.view_models.recording.recording_model import RecordingModel
from app.view_models.transport.meter_ballistics import FLOOR_DB
from app.views.meters.input_meter import InputClipLamp, InputLevelMeter
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.texts.recording_texts import RecordingTexts
from app.views.texts.units import level_text
from app.views.widgets.accessibility import announce
from app.views.widgets.buttons import IconButton
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.field_box import FieldBox
from app.views.widgets.icons import icon
from app.views.widgets.labels import PlainLabel
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.number_boxes import DurationBox
from app.views.widgets.screen_fit import DialogScroll, fit_to_screen
from app.views.widgets.theme import Theme

_WIDTH_PX = 460
_STATE_LINES = 3


class RecordDialog(QDialog):
    """Shows a RecordingModel. The window behind it stays usable.

    Signals:
        record_requested: A recording should begin.

    Attributes:
        input_choice, channels, pre_roll: Fields.
        look_again: Searches for inputs.
        level_meters, lamp, level: The level of what comes in, of the right channel where it is
            stereo.
        state: What goes on, or what is wrong.
        clock: How long the recording is.
        record, leave: Buttons.
    """

    record_requested = Signal()

    def __init__(
        self, parent: QWidget | None, model: RecordingModel, theme: Theme, dialogs: MessageBoxes
    ) -> None:
        super().__init__(parent)
        set_guide_page(self, GuidePage.RECORD)
        self.setWindowTitle(self.tr("Record"))
        self._model, self._theme, self._dialogs = model, theme, dialogs
        self._texts = RecordingTexts(self)
        self._offered: tuple[str, ...] | None = None
        self._focuses_record = True  # as soon as it can be pressed
        self._was_recording = False
        self._make_fields()
        self._make_level()
        self._make_foot()
        self._assemble()
        self._connect()
        self.set_theme(theme)
        self._on_changed()
        self._on_level()
        fit_to_screen(self)

    def _make_fields(self) -> None:
        self.input_choice = ChoiceBox()
        self.look_again = IconButton("retry", self.tr("Look for inputs again"), self._theme)
        self.channels = ChoiceBox()
        self.channels.offer(
            {1: self.tr("Mono"), 2: self.tr("Stereo")}, chosen=self._model.choice.channels
        )
        self.pre_roll = DurationBox(decimals=1, maximum=LONGEST_PRE_ROLL_S, single_step=0.5)
        self.pre_roll.setSpecialValueText(self.tr("None"))
        self.pre_roll.setValue(self._model.choice.pre_roll_s)

    def _make_level(self) -> None:
        names = self.tr("Level, left or mono"), self.tr("Level, right")
        self.level_meters = [
            InputLevelMeter(meter, self._theme, name)
            for meter, name in zip(self._model.levels.meters, names, strict=True)
        ]
        self.lamp = InputClipLamp(self._model.levels.lamp, self._theme)
        self.level = PlainLabel()
        self.level.setProperty("role", "caption")
        self.level.setMinimumWidth(
            self.level.fontMetrics().horizontalAdvance(self._texts.level("−60.0"))
        )
        self.state = PlainLabel(word_wrap=True)
        self.state.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.state.setMinimumHeight(_STATE_LINES * self.fontMetrics().lineSpacing())

    def _make_foot(self) -> None:
        self.clock = PlainLabel()
        self.clock.setProperty("role", "clock")
        self.clock.setAccessibleName(self.tr("Length of the recording"))
        self.record = QPushButton()
        self.record.setProperty("role", "primary")
        self.record.setMinimumWidth(
            2 * self.fontMetrics().horizontalAdvance(self.tr("Stop and keep"))
        )
        self.leave = QPushButton()
        self.leave.setAutoDefault(False)  # Enter records

    def _assemble(self) -> None:
        choice = QWidget()
        row = QHBoxLayout(choice)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.input_choice, stretch=1)
        row.addWidget(self.look_again)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(16)
        input_box = FieldBox(self.tr("Input"), choice)
        self.input_choice.setAccessibleName(self.tr("Input"))
        grid.addWidget(input_box, 0, 0, 1, 2)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._channels_box(), 1, 0, alignment=top)
        grid.addWidget(self._pre_roll_box(), 1, 1, alignment=top)
        meters = QVBoxLayout()
        meters.setSpacing(8)
        for meter in self.level_meters:
            meters.addWidget(meter)
        level = QHBoxLayout()
        level.setSpacing(8)
        level.addLayout(meters, stretch=1)
        level.addWidget(self.lamp)
        level.addWidget(self.level)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.clock, stretch=1)
        foot.addWidget(self.leave)
        foot.addWidget(self.record)
        fields = DialogScroll(_WIDTH_PX)
        fields.column.setSpacing(12)
        fields.column.addLayout(grid)
        fields.column.addLayout(level)
        fields.column.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(fields)
        column.addLayout(foot)

    def _channels_box(self) -> FieldBox:
        return FieldBox(
            self.tr("Channels"),
            self.channels,
            self.tr("Mono takes the first channel; a microphone has one."),
        )

    def _pre_roll_box(self) -> FieldBox:
        return FieldBox(
            self.tr("Pre-roll"),
            self.pre_roll,
            self.tr(
                "So much of what came before you began is recorded too, so that no beginning is "
                "missed: up to 5 s."
            ),
        )

    def _connect(self) -> None:
        model = self._model
        self.input_choice.chosen.connect(lambda name: model.choose(device=name))
        self.channels.chosen.connect(lambda count: model.choose(channels=count))
        self.pre_roll.valueChanged.connect(lambda value: model.choose(pre_roll_s=value))
        self.look_again.clicked.connect(model.rescan)
        self.record.clicked.connect(self._on_record)
        self.leave.clicked.connect(self.reject)
        model.changed.connect(self._on_changed)
        for meter in model.levels.meters:
            meter.changed.connect(self._on_level)
        space = QShortcut(QKeySequence(Qt.Key.Key_Space), self, autoRepeat=False)
        space.activated.connect(self._on_space)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.look_again.set_theme(theme)
        self.lamp.set_theme(theme)
        for meter in self.level_meters:
            meter.set_theme(theme)
        self._show_button()

    def reject(self) -> None:
        """Close; ask first where that loses a recording."""
        if self._model.is_recording:
            title = self.tr("Record")
            question = self._texts.discard_question(self._model.recorded_s)
            agreed = self._dialogs.agree(self, title, question, loses_sounds=True)
            if not agreed or not self._model.is_recording:  # it has ended meanwhile, and is kept
                return
            self._model.discard()
        super().reject()

    def hideEvent(self, event: QHideEvent) -> None:
        """Release the input, whichever way the dialog was closed."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._model.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the button that records."""
        super().showEvent(event)
        if not event.spontaneous():
            self._focuses_record = True
            self._focus_record()

    def _focus_record(self) -> None:
        """Fields that are disabled pass their focus on; Space must not press what gets it."""
        is_recording = self._model.is_recording
        if self.record.isEnabled() and (self._focuses_record or is_recording > self._was_recording):
            self._focuses_record = False
            self.record.setFocus()
        self._was_recording = is_recording

    @Slot()
    def _on_space(self) -> None:
        """Begin or end, unless Space presses another button that has the focus."""
        focus = self.focusWidget()
        if isinstance(focus, QAbstractButton) and focus is not self.record:
            focus.click()
        elif self.record.isEnabled():
            self.record.click()

    @Slot()
    def _on_record(self) -> None:
        if self._model.is_recording:
            self._model.stop()
        else:
            self.record_requested.emit()

    @Slot()
    def _on_changed(self) -> None:
        model = self._model
        self._offer_inputs()
        for field in (self.input_choice, self.look_again, self.channels, self.pre_roll):
            field.setEnabled(not model.is_recording)
        self.look_again.setEnabled(not model.is_recording and not model.is_scanning)
        self.level_meters[1].setVisible(model.channels == 2)
        self.clock.setText(clock_text(model.recorded_s if model.is_recording else 0.0, 1))
        self._show_button()
        self._focus_record()
        self._show_state()

    def _offer_inputs(self) -> None:
        """Fill the list where it changed; a chosen input that is gone stays in it."""
        names, chosen = self._model.device_names, self._model.choice.device
        if names == self._offered:
            self.input_choice.show_value(chosen)
            return
        self._offered = names
        offered = {"": self.tr("The system's choice"), **{name: name for name in names}}
        if chosen and chosen not in offered:
            offered[chosen] = self.tr("{name} (not connected)").format(name=chosen)
        self.input_choice.offer(offered, chosen=chosen)

    def _show_button(self) -> None:
        is_recording = self._model.is_recording
        self.record.setText(self.tr("Stop and keep") if is_recording else self.tr("Record"))
        self.record.setIcon(icon("stop" if is_recording else "record", self._theme.on_accent))
        self.record.setEnabled(is_recording or bool(self._model.device))
        self.leave.setText(self.tr("Discard…") if is_recording else self.tr("Close"))

    def _show_state(self) -> None:
        sentence = self._texts.state(self._model)
        if sentence == self.state.text():
            return
        has_problem = self._texts.has_problem(self._model)
        self.state.setText(sentence)
        self.state.setProperty("role", "error" if has_problem else "caption")
        self.state.style().polish(self.state)
        announce(self, sentence, is_urgent=has_problem)

    @Slot()
    def _on_level(self) -> None:
        held_db = self._model.levels.held_db
        self.level.setText(self._texts.level(level_text(held_db) if held_db > FLOOR_DB else "−∞"))
