"""What is filled into the export dialog."""

import pytest

from app.view_models.drafts.export_draft import ExportDraft
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import ExportSettings, Normalisation


@pytest.fixture
def draft(qapp):
    draft = ExportDraft()
    draft.begin(10.0, 16_000, None)
    return draft


def test_by_default_the_take_is_exported_unchanged(draft):
    assert draft.complete_settings == ExportSettings()
    assert (draft.length_s, draft.size_bytes) == (10.0, 44 + 320_000)


def test_a_selection_is_exported_until_it_is_cleared(draft):
    draft.begin(10.0, 16_000, (2.5, 4.0))
    assert (draft.complete_settings.start_s, draft.complete_settings.stop_s) == (2.5, 4.0)
    assert draft.length_s == 1.5
    draft.set_only_selection(False)
    assert draft.complete_settings == ExportSettings()
    assert draft.length_s == 10.0


def test_nothing_chosen_cannot_be_saved_alone(draft):
    draft.set_only_selection(True)
    assert not draft.only_selection


def test_the_size_follows_format_rate_and_channels(draft):
    draft.set_value("audio_format", AudioFormat.WAV_FLOAT)
    draft.set_value("sample_rate", 48_000)
    draft.set_value("channels", 2)
    assert draft.size_bytes == 44 + 10 * 48_000 * 2 * 4


def test_a_change_is_emitted_once(qtbot, draft):
    with qtbot.waitSignal(draft.changed):
        draft.set_value("dither", True)
    with qtbot.assertNotEmitted(draft.changed):
        draft.set_value("dither", True)
        draft.set_with_sidecar(False)


def test_all_but_the_stretch_is_remembered(draft):
    draft.begin(10.0, 16_000, (2.5, 4.0))
    draft.set_value("normalisation", Normalisation.LOUDNESS)
    draft.set_with_sidecar(True)
    other = ExportDraft()
    other.restore(draft.to_json())
    assert other.settings == ExportSettings(normalisation=Normalisation.LOUDNESS)
    assert other.with_sidecar


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"channels": 6}', '{"fade_in_s": null}'])
def test_what_was_remembered_badly_is_forgotten(draft, text):
    draft.restore(text)
    assert draft.settings == ExportSettings()


def test_a_recording_s_depth_is_not_that_of_the_next_export(draft):
    draft.deepen(AudioFormat.WAV_24)
    assert draft.settings.audio_format is AudioFormat.WAV_24
    later = ExportDraft()
    later.restore(draft.to_json())
    assert later.settings.audio_format is AudioFormat.WAV_16


def test_a_format_that_was_chosen_for_a_recording_is_remembered(draft):
    draft.deepen(AudioFormat.WAV_24)
    draft.set_value("audio_format", AudioFormat.FLAC_24)
    later = ExportDraft()
    later.restore(draft.to_json())
    assert later.settings.audio_format is AudioFormat.FLAC_24
