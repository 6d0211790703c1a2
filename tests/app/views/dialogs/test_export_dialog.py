"""The export dialog: every control fills in its field, and the sentence follows."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox

from app.view_models.drafts.export_draft import ExportDraft
from app.views.dialogs.export_dialog import ExportDialog
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import ExportSettings, Normalisation


@pytest.fixture
def draft(qapp):
    draft = ExportDraft()
    draft.begin(10.0, 16_000, (2.5, 4.0))
    return draft


@pytest.fixture
def dialog(qtbot, draft):
    dialog = ExportDialog(None, draft)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def choose(qtbot, choice, name):
    """Walk through the list by key until the name is shown."""
    choice.setCurrentIndex(0)
    while not choice.currentText().startswith(name):
        qtbot.keyClick(choice, Qt.Key.Key_Down)


def test_every_control_fills_in_its_field(qtbot, dialog, draft):
    choose(qtbot, dialog.format_choice, "FLAC, 24")
    choose(qtbot, dialog.stretch, "Whole")
    choose(qtbot, dialog.rate, "44.1")
    choose(qtbot, dialog.channels, "Stereo")
    choose(qtbot, dialog.normalisation, "By its loud")
    dialog.level.setValue(-23.0)
    dialog.fade_in.setValue(0.25)
    dialog.fade_out.setValue(1.5)
    for check in (dialog.trim, dialog.sidecar):
        qtbot.keyClick(check, Qt.Key.Key_Space)
    assert draft.complete_settings == ExportSettings(
        audio_format=AudioFormat.FLAC_24,
        sample_rate=44_100,
        channels=2,
        normalisation=Normalisation.LOUDNESS,
        loudness_lufs=-23.0,
        fade_in_s=0.25,
        fade_out_s=1.5,
        trim_silence=True,
    )
    assert draft.with_sidecar


def test_the_sentence_says_what_will_be_written(qtbot, dialog, draft):
    assert dialog.summary.text().startswith("0:01.5 of WAV, 16 bit, 16 kHz, mono: about 48.0 kB.")
    assert "samples stay as they are" in dialog.summary.text()
    draft.set_value("sample_rate", 48_000)
    draft.set_value("normalisation", Normalisation.PEAK)
    draft.set_value("trim_silence", True)
    assert "48 kHz, mono: about 144.0 kB" in dialog.summary.text()
    assert "loudest sample lies at −1.0 dB" in dialog.summary.text()
    assert "Silence at its ends" in dialog.summary.text()
    assert "as they are" not in dialog.summary.text()


def test_peak_and_loudness_keep_levels_of_their_own(dialog, draft):
    draft.set_value("normalisation", Normalisation.PEAK)
    dialog.level.setValue(-3.0)
    draft.set_value("normalisation", Normalisation.LOUDNESS)
    assert (dialog.level.value(), dialog.level.suffix()) == (-16.0, " LUFS")
    draft.set_value("normalisation", Normalisation.PEAK)
    assert (dialog.level.value(), dialog.level.suffix()) == (-3.0, " dB")
    draft.set_value("normalisation", Normalisation.NONE)
    assert not dialog.level.isEnabled()


def test_noise_is_offered_only_where_bits_are_cut(dialog, draft):
    assert dialog.dither.isEnabled()
    draft.set_value("audio_format", AudioFormat.WAV_24)
    assert not dialog.dither.isEnabled()


def test_only_mp3_and_opus_have_a_bit_rate(dialog):
    draft = dialog.draft
    assert not dialog.bit_rate.isEnabled()
    for audio_format in (AudioFormat.MP3, AudioFormat.OPUS):
        draft.set_value("audio_format", audio_format)
        assert dialog.bit_rate.isEnabled()
    draft.set_value("bit_rate_kbps", 192)
    assert dialog.bit_rate.currentText() == "192 kbit/s"
    dialog.bit_rate.chosen.emit(64)
    assert draft.settings.bit_rate_kbps == 64
    draft.set_value("sample_rate", 44_100)
    assert "48 kHz" in dialog.summary.text()  # the next one that Opus has


def test_without_a_selection_there_is_only_the_whole(qtbot):
    draft = ExportDraft()
    draft.begin(10.0, 16_000, None)
    dialog = ExportDialog(None, draft)
    qtbot.addWidget(dialog)
    assert dialog.stretch.count() == 1
    assert not dialog.stretch.isEnabled()


def test_every_control_has_a_name_and_can_be_reached_by_keyboard(dialog):
    controls = [
        control
        for kind in (QComboBox, QAbstractSpinBox, QCheckBox)
        for control in dialog.findChildren(kind)
    ]
    assert len(controls) == 12
    for control in controls:
        assert control.accessibleName() or control.text()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.fixture
def loud(qtbot):
    """The dialog of a take with three samples of up to +6 dB, one of them in the selection."""
    samples = np.zeros(160_000, np.float32)
    samples[[10, 20, 48_000]] = (-1.5, 2.0, 1.25)
    draft = ExportDraft()
    draft.begin(10.0, 16_000, (2.5, 4.0), samples)
    dialog = ExportDialog(None, draft)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_says_what_would_be_cut_off(qtbot, loud):
    cut_off = "Samples that will be cut off at full scale"
    assert loud.clipping.sentence == f"{cut_off}: 1. The sound peaks at +1.9 dB."
    assert "samples stay as they are" not in loud.summary.text()
    choose(qtbot, loud.stretch, "Whole")
    assert loud.clipping.sentence == f"{cut_off}: 3. The sound peaks at +6.0 dB."
    choose(qtbot, loud.format_choice, "WAV, 32")
    assert loud.clipping.isHidden()


def test_a_click_lowers_the_peak(qtbot, loud):
    size = loud.size()
    click(qtbot, loud.clipping.lower_peak)
    settings = loud.draft.settings
    assert (settings.normalisation, settings.peak_dbfs) == (Normalisation.PEAK, -1.0)
    assert loud.normalisation.currentText() == "By its peak"
    assert loud.clipping.sentence == ""
    assert loud.size() == size


def test_a_click_keeps_the_samples_as_float(qtbot, loud):
    click(qtbot, loud.clipping.keep_as_float)
    assert loud.format_choice.currentText() == "WAV, 32 bit float"
    assert loud.clipping.sentence == ""
    assert "samples stay as they are" in loud.summary.text()


def test_a_sound_within_full_scale_needs_no_warning(dialog):
    assert dialog.clipping.isHidden()
    assert not dialog.clipping.sizePolicy().retainSizeWhenHidden()


def test_enter_exports_from_every_field(qtbot, draft):
    place = 0
    while True:
        dialog = ExportDialog(None, draft)
        qtbot.addWidget(dialog)
        dialog.show()
        fields = [
            *dialog.findChildren(QComboBox),
            *dialog.findChildren(QAbstractSpinBox),
            *dialog.findChildren(QCheckBox),
        ]
        if place == len(fields):
            break
        fields[place].setFocus()
        qtbot.keyClick(fields[place] if fields[place].isEnabled() else dialog, Qt.Key.Key_Return)
        assert dialog.result() == ExportDialog.DialogCode.Accepted
        place += 1
    assert place > 8


def test_the_remedies_come_after_the_fields(qtbot, loud):
    qtbot.waitUntil(loud.format_choice.hasFocus)
    loud.sidecar.setFocus()
    qtbot.keyClick(loud.sidecar, Qt.Key.Key_Tab)
    assert loud.clipping.lower_peak.hasFocus()
    qtbot.keyClick(loud.clipping.lower_peak, Qt.Key.Key_Space)
    assert loud.clipping.isHidden()
