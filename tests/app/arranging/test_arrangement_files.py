"""The mix, the stems and the folder of an arrangement, as a person asks for them."""

import numpy as np
import pytest
import soundfile

from app.arranging.arrangement_commands import as_folder_name
from core.arrangement.arrangement_folder import read_arrangement
from core.sound_files.audio_format import AudioFormat
from tests.app.arranging.conftest import RAIN, WIND


@pytest.fixture
def layered(qtbot, arranged, add, dialogs, tmp_path):
    """Two layers on show, the first of them at half its level; folders are asked for here."""
    add(RAIN, WIND)
    model = arranged.session.document.arrangement
    model.choose([model.arrangement.layers[0].layer_id])
    arranged.window.viewer_panel.arrangement.layer_commands.set_gain(-6.0206)
    arranged.arranger.show()
    dialogs.folder = str(tmp_path)
    dialogs.filled_in = as_float
    return arranged


def as_float(dialog):
    """Choose 32-bit float in the export dialog."""
    assert dialog.sidecar.isHidden()
    dialog.draft.set_value("audio_format", AudioFormat.WAV_FLOAT)
    return True


def test_the_mix_is_exported_while_it_is_on_show(qtbot, layered, dialogs, tmp_path):
    path = tmp_path / "mix.wav"
    dialogs.save = (str(path), "")
    with qtbot.waitSignal(layered.file_export.written, timeout=20_000):
        layered.window.actions_.export.trigger()
    samples, rate = soundfile.read(path)
    assert (rate, samples.shape) == (48_000, (3 * 48_000, 2))
    np.testing.assert_allclose(samples[24_000], 0.375, atol=1e-3)
    np.testing.assert_allclose(samples[120_000], 0.25, atol=1e-3)


def test_what_is_marked_is_exported_alone(qtbot, layered, dialogs, tmp_path):
    layered.session.document.arrangement.mark((1.5, 9.0))
    path = tmp_path / "part.wav"
    dialogs.save = (str(path), "")
    with qtbot.waitSignal(layered.file_export.written, timeout=20_000):
        layered.window.actions_.export.trigger()
    assert len(soundfile.read(path)[0]) == 1.5 * 48_000


def test_stems_sum_to_the_mix_and_are_named_by_their_tracks(qtbot, layered, tmp_path):
    model = layered.session.document.arrangement
    commands = layered.window.viewer_panel.arrangement.track_commands
    commands.rename(model.arrangement.tracks[0].track_id, "Weather")
    with qtbot.waitSignal(layered.file_export.exporter.finished, timeout=20_000):
        layered.arrangement.actions.stems.trigger()
    names = ["arrangement-01-weather.wav", "arrangement-02-track-2.wav"]
    stems = [soundfile.read(tmp_path / name)[0] for name in names]
    np.testing.assert_allclose(sum(stems)[24_000], 0.375, atol=1e-3)


def test_stems_replace_no_file_without_asking(qtbot, layered, dialogs, tmp_path):
    there = tmp_path / "arrangement-01-track-1.wav"
    there.write_bytes(b"mine")
    dialogs.agreed = False
    layered.arrangement.actions.stems.trigger()
    assert "arrangement-01-track-1.wav" in dialogs.asked[-1]
    assert there.read_bytes() == b"mine"


def test_the_folder_holds_all_and_is_opened_by_a_drop(qtbot, layered, dialogs, tmp_path):
    model = layered.session.document.arrangement
    dialogs.text = "Storm"
    with qtbot.waitSignal(layered.file_export.exporter.finished, timeout=20_000):
        layered.arrangement.actions.save.trigger()
    before = model.arrangement
    stored, sources = read_arrangement(tmp_path / "Storm")
    assert stored == before
    assert sources.keys() == {RAIN, WIND}
    layered.arrangement_keeper.begin()
    layered.arranger.show(False)
    layered.window.file_offered.emit(tmp_path / "Storm")
    qtbot.waitUntil(lambda: model.arrangement == before)
    assert layered.arranger.is_shown


def test_a_name_for_the_folder_is_asked_once(qtbot, layered, dialogs, tmp_path):
    layered.session.document.arrangement.rename("Sea")
    dialogs.text = "never asked"
    with qtbot.waitSignal(layered.file_export.exporter.finished, timeout=20_000):
        layered.arrangement.actions.save.trigger()
    assert (tmp_path / "Sea").is_dir()


@pytest.mark.parametrize(
    ("name", "folder"),
    [("Sea", "Sea"), ("../a/b", "-a-b"), ("a: b?", "a- b-"), ("..", "arrangement")],
)
def test_a_name_leads_to_no_other_folder(name, folder):
    assert as_folder_name(name) == folder


def test_nothing_is_exported_of_an_empty_arrangement(qtbot, arranged, dialogs):
    arranged.arranger.show()
    arranged.window.actions_.export.trigger()
    assert dialogs.asked_to_save == []
    assert not arranged.arrangement.actions.stems.isEnabled()
