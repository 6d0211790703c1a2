"""The export dialog: format, range, level and fades, and a sentence on what will be written."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QVBoxLayout,
    QWidget,
)

from app.clock_time import clock_text
from app.view_models.drafts.export_draft import ExportDraft
from app.views.dialogs.clipping_warning import ClippingWarning
from app.views.texts.export_texts import ExportTexts
from app.views.texts.guide_page import GuidePage, set_guide_page
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.field_box import FieldBox
from app.views.widgets.labels import PlainLabel
from app.views.widgets.number_boxes import DurationBox, NumberBox
from app.views.widgets.screen_fit import DialogScroll, fit_to_screen
from core.api.request import LOUDEST_LUFS, QUIETEST_LUFS
from core.sound_files.audio_format import BIT_RATES_KBPS
from core.sound_files.export.settings import (
    MAX_FADE_S,
    QUIETEST_PEAK_DBFS,
    SAMPLE_RATES,
    Normalisation,
)

_WIDTH_PX = 480


class ExportDialog(QDialog):
    """Shows and edits an ExportDraft; if it is accepted, the caller asks for a file.

    Attributes:
        draft: What is filled in.
        format_choice, bit_rate, stretch, rate, channels, normalisation: Lists.
        level, fade_in, fade_out: Numbers.
        trim, dither, sidecar: Yes or no.
        summary: What will be written.
        clipping: What would be cut off.
    """

    def __init__(self, parent: QWidget | None, draft: ExportDraft) -> None:
        super().__init__(parent)
        set_guide_page(self, GuidePage.EXPORT)
        self.setWindowTitle(self.tr("Export the sound"))
        self.setFixedWidth(_WIDTH_PX)
        self.draft = draft
        self._texts = ExportTexts(self)
        self._make_choices()
        self._make_numbers()
        self._make_checks()
        self.summary = PlainLabel(word_wrap=True)
        self.summary.setProperty("role", "caption")
        self.summary.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.summary.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._assemble()
        self._connect()
        self._refresh()
        self.format_choice.setFocus()  # Qt would begin at the default button
        fit_to_screen(self)

    def _make_choices(self) -> None:
        texts, whole = self._texts, {False: self.tr("Whole sound")}
        self.format_choice = _choice_box(texts.formats())
        if self.draft.selection is not None:
            start, stop = (clock_text(moment_s, 1) for moment_s in self.draft.selection)
            chosen = self.tr("Selection, {start} to {stop}").format(start=start, stop=stop)
            whole = {True: chosen, **whole}
        self.stretch = _choice_box(whole)
        self.stretch.setEnabled(len(whole) > 1)
        rates = {rate: texts.rate(rate) for rate in SAMPLE_RATES}
        self.rate = _choice_box({None: self.tr("As it is"), **rates})
        self.channels = _choice_box(
            {None: self.tr("As they are"), 1: self.tr("Mono"), 2: self.tr("Stereo")}
        )
        self.bit_rate = _choice_box({kbps: texts.bit_rate(kbps) for kbps in BIT_RATES_KBPS})
        self.normalisation = _choice_box(
            {
                Normalisation.NONE: self.tr("As it is"),
                Normalisation.PEAK: self.tr("By its peak"),
                Normalisation.LOUDNESS: self.tr("By its loudness"),
            }
        )

    def _make_numbers(self) -> None:
        self.level = NumberBox(decimals=1, minimum=QUIETEST_PEAK_DBFS, maximum=0.0)
        self.fade_in = DurationBox(decimals=2, maximum=MAX_FADE_S, single_step=0.1)
        self.fade_out = DurationBox(decimals=2, maximum=MAX_FADE_S, single_step=0.1)
        for fade in (self.fade_in, self.fade_out):
            fade.setSpecialValueText(self.tr("None"))

    def _make_checks(self) -> None:
        self.trim = QCheckBox(self.tr("Leave out silence at both ends"))
        self.trim.setToolTip(self.tr("Silence is what stays below −60 dB"))
        self.dither = QCheckBox(self.tr("Dither to 16 bits"))
        self.dither.setToolTip(
            self.tr("A little noise, so that quiet endings fade instead of crackling")
        )
        self.sidecar = QCheckBox(self.tr("Settings in a file beside it"))
        self.sidecar.setToolTip(
            self.tr(
                "They are always in the sound itself; the file helps where other programs lose "
                "them. Drop either onto the window to get the settings back"
            )
        )

    def _assemble(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(16)
        stretch = FieldBox(
            self.tr("Stretch"), self.stretch, self.tr("Select a part of the sound to save it")
        )
        grid.addWidget(stretch, 0, 0, 1, 2)
        for place, box in enumerate(self._boxes(), 2):
            grid.addWidget(box, *divmod(place, 2), alignment=Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        save = buttons.addButton(self.tr("Choose a place…"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setProperty("role", "accent")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        fields = DialogScroll(_WIDTH_PX - 48)
        fields.column.setSpacing(12)
        fields.column.addLayout(grid)
        fields.column.addSpacing(4)
        for widget in (self.trim, self.dither, self.sidecar):
            fields.column.addWidget(widget)
        fields.column.addStretch()
        column.addWidget(fields, stretch=1)
        self.clipping = ClippingWarning(self.draft, self)  # after the fields in the order of Tab
        column.addWidget(self.clipping)
        column.addWidget(self.summary)
        column.addWidget(buttons)
        save.setDefault(True)  # now that it is in the dialog, which else takes the first button

    def _boxes(self) -> list[FieldBox]:
        return [
            FieldBox(
                self.tr("Format"),
                self.format_choice,
                self.tr(
                    "WAV opens everywhere and keeps a cue point for each prompt along time, FLAC "
                    "is smaller and as exact. Ogg Vorbis, Opus and MP3 are small and lossy"
                ),
            ),
            FieldBox(
                self.tr("Bit rate"),
                self.bit_rate,
                self.tr(
                    "Of MP3 and Opus: higher is larger and nearer to the sound, 128 is usual. "
                    "Where a format does not go so high, its highest is taken"
                ),
            ),
            FieldBox(
                self.tr("Sample rate"),
                self.rate,
                self.tr("Higher rates suit other programs; they bring no new sound"),
            ),
            FieldBox(
                self.tr("Channels"),
                self.channels,
                self.tr("Stereo made of a mono sound holds it twice"),
            ),
            FieldBox(
                self.tr("Level"),
                self.normalisation,
                self.tr(
                    "By its peak: the loudest sample decides. By its loudness: what the ear hears "
                    "decides (ITU-R BS.1770-4), which makes takes alike"
                ),
            ),
            FieldBox(
                self.tr("To"),
                self.level,
                self.tr("−1 dB is a usual peak, −16 LUFS a usual loudness"),
            ),
            FieldBox(self.tr("Fade in"), self.fade_in, self.tr("The sound begins from silence")),
            FieldBox(self.tr("Fade out"), self.fade_out, self.tr("The sound ends in silence")),
        ]

    def _connect(self) -> None:
        fill = self.draft.set_value
        self.format_choice.chosen.connect(lambda value: fill("audio_format", value))
        self.bit_rate.chosen.connect(lambda value: fill("bit_rate_kbps", value))
        self.stretch.chosen.connect(self.draft.set_only_selection)
        self.rate.chosen.connect(lambda value: fill("sample_rate", value))
        self.channels.chosen.connect(lambda value: fill("channels", value))
        self.normalisation.chosen.connect(lambda value: fill("normalisation", value))
        self.level.valueChanged.connect(self._on_level)
        self.fade_in.valueChanged.connect(lambda value: fill("fade_in_s", value))
        self.fade_out.valueChanged.connect(lambda value: fill("fade_out_s", value))
        self.trim.toggled.connect(lambda wanted: fill("trim_silence", wanted))
        self.dither.toggled.connect(lambda wanted: fill("dither", wanted))
        self.sidecar.toggled.connect(self.draft.set_with_sidecar)
        self.draft.changed.connect(self._refresh)

    @Slot(float)
    def _on_level(self, level: float) -> None:
        by_loudness = self.draft.settings.normalisation is Normalisation.LOUDNESS
        self.draft.set_value("loudness_lufs" if by_loudness else "peak_dbfs", level)

    @Slot()
    def _refresh(self) -> None:
        draft, settings = self.draft, self.draft.settings
        self.format_choice.show_value(settings.audio_format)
        self.bit_rate.show_value(settings.bit_rate_kbps)
        self.bit_rate.setEnabled(settings.audio_format.has_bit_rate)
        self.stretch.show_value(draft.only_selection)
        self.rate.show_value(settings.sample_rate)
        self.channels.show_value(settings.channels)
        self.normalisation.show_value(settings.normalisation)
        self._show_level()
        self.fade_in.setValue(settings.fade_in_s)
        self.fade_out.setValue(settings.fade_out_s)
        self.trim.setChecked(settings.trim_silence)
        self.dither.setChecked(settings.dither)
        self.dither.setEnabled(settings.audio_format.bits == 16)
        self.sidecar.setChecked(draft.with_sidecar)
        self.sidecar.setVisible(draft.has_settings)
        self.summary.setText(self._texts.summary(draft))

    def _show_level(self) -> None:
        settings = self.draft.settings
        by_loudness = settings.normalisation is Normalisation.LOUDNESS
        self.level.blockSignals(True)  # a new range must not change the draft
        if by_loudness:
            self.level.setRange(QUIETEST_LUFS, LOUDEST_LUFS)
        else:
            self.level.setRange(QUIETEST_PEAK_DBFS, 0.0)
        self.level.setSuffix(self.tr(" LUFS") if by_loudness else self.tr(" dB"))
        self.level.setValue(settings.loudness_lufs if by_loudness else settings.peak_dbfs)
        self.level.setEnabled(settings.normalisation is not Normalisation.NONE)
        self.level.blockSignals(False)


def _choice_box(names: Mapping[Any, str]) -> ChoiceBox:
    box = ChoiceBox()
    box.offer(names)
    return box
