"""Takes become layers, what is heard follows every change, and all of it is undone."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from app.view_models.takes.take_record import TakePlace
from core.api.region import Span
from tests.app.arranging.conftest import RAIN, WIND, steady_take

MIX_RATE = 48_000


@pytest.fixture
def model(arranged):
    return arranged.session.document.arrangement


def heard(studio, start_s, length_s=0.1):
    """What the player would read of the mix, one channel."""
    start = round(start_s * MIX_RATE)
    return studio.arranger.mix.read(Span(start, start + round(length_s * MIX_RATE)))[:, 0]


def test_takes_lie_on_tracks_of_their_own_at_the_start(arranged, model, add):
    add(RAIN, WIND)
    layers = model.arrangement.layers
    assert [one.label for one in layers] == ["rain", "wind"]
    assert [one.start for one in layers] == [0, 0]
    assert len({one.track_id for one in layers}) == 2
    assert model.chosen == tuple(one.layer_id for one in layers)[-1:]


def test_a_take_that_has_room_behind_another_lies_on_its_track(qtbot, arranged, model, add):
    add(RAIN)
    arranged.arranger.show()
    qtbot.waitUntil(lambda: arranged.session.document.transport.duration_s == 2.0)
    arranged.session.document.transport.seek(2.0)
    add(WIND)
    assert [one.start for one in model.arrangement.layers] == [0, 2 * MIX_RATE]
    assert len(model.arrangement.tracks) == 1


def test_layers_are_heard_together(qtbot, arranged, add):
    add(RAIN, WIND)
    qtbot.waitUntil(lambda: bool(heard(arranged, 0.5).any()))
    np.testing.assert_allclose(heard(arranged, 0.5), 0.5, atol=1e-3)
    np.testing.assert_allclose(heard(arranged, 2.5), 0.25, atol=1e-3)


def test_a_change_is_heard_while_it_plays(qtbot, arranged, model, add, playback):
    add(RAIN, WIND)
    arranged.arranger.show()
    arranged.session.document.transport.play()
    assert playback.mix is arranged.arranger.mix
    before = playback.num_renewals
    first = model.arrangement.tracks[0]
    arranged.window.viewer_panel.arrangement.track_commands.mute(first.track_id)
    qtbot.waitUntil(lambda: playback.num_renewals > before)
    assert playback.is_playing
    np.testing.assert_allclose(heard(arranged, 0.5), 0.25, atol=1e-3)


def test_undo_takes_layers_back_and_redo_brings_them(qtbot, arranged, model, add):
    empty = model.arrangement
    add(RAIN)
    first = model.arrangement
    add(WIND)
    both = model.arrangement
    undo = arranged.session.undo
    undo.undo()
    assert model.arrangement == first
    undo.undo()
    assert model.arrangement == empty
    undo.redo()
    undo.redo()
    assert model.arrangement == both


def test_undo_shows_the_arrangement(arranged, model, add):
    add(RAIN)
    assert not arranged.arranger.is_shown
    arranged.session.undo.undo()
    assert arranged.arranger.is_shown


def test_presses_of_a_key_that_follow_at_once_are_one_step(arranged, model, add):
    add(RAIN)
    before, stack = model.arrangement, arranged.session.undo.stack
    count = stack.count()
    for _ in range(5):
        arranged.window.viewer_panel.arrangement.layer_commands.amplify(-1)
    assert stack.count() == count + 1
    assert model.current.gain_db == -5
    arranged.session.undo.undo()
    assert model.arrangement == before


def test_the_play_head_is_where_it_was_when_the_arrangement_comes_back(qtbot, arranged, add):
    add(WIND)
    transport = arranged.session.document.transport
    arranged.arranger.show()
    qtbot.waitUntil(lambda: transport.duration_s == 3.0)
    transport.seek(1.5)
    arranged.arranger.show(False)
    arranged.arranger.show()
    assert transport.position_s == 1.5


def test_a_take_without_files_is_refused(qtbot, arranged, model):
    history = arranged.session.document.history
    record = history.record(RAIN)
    history.fill([type(record)(**{**fields(record), "place": TakePlace.MISSING})])
    with qtbot.waitSignal(arranged.arranger.refused) as refused:
        arranged.arranger.add_takes([RAIN])
    assert refused.args == ["rain"]
    assert model.arrangement.layers == ()


def test_a_sound_that_is_opened_over_the_arrangement_is_a_layer(
    qtbot, arranged, model, add, tmp_path
):
    add(RAIN)
    arranged.arranger.show()
    soundfile.write(tmp_path / "voice.wav", np.full(24_000, 0.25), 24_000)
    arranged.session.prepare_engine()
    arranged.window.file_offered.emit(tmp_path / "voice.wav")
    qtbot.waitUntil(lambda: len(model.arrangement.layers) == 2, timeout=20_000)
    assert arranged.arranger.is_shown
    assert model.current.length == MIX_RATE
    history = arranged.session.document.history
    assert history.record(model.current.sound_id).request.recording.endswith("voice.wav")


@pytest.mark.parametrize(
    ("recording", "label"),
    [("/sounds/voix \udce9.wav", "voix ?.wav"), (f"/sounds/{'a' * 300}.wav", "a" * 200)],
)
def test_any_name_of_a_recording_names_a_layer(qtbot, arranged, model, recording, label):
    take = steady_take("", 1.0)
    take = replace(take, request=replace(take.request, recording=recording))
    arranged.library.library_worker.add(take, "20260103T120000-00000003")
    history = arranged.session.document.history
    qtbot.waitUntil(lambda: history.record("20260103T120000-00000003") is not None)
    arranged.arranger.add_takes(["20260103T120000-00000003"])
    qtbot.waitUntil(lambda: len(model.arrangement.layers) == 1)
    assert model.current.label == label


def test_a_deleted_take_is_heard_all_the_same(qtbot, arranged, model, add):
    add(RAIN)
    arranged.session.document.history.trash([RAIN])
    assert "keeps the sound of rain" in arranged.window.status_line.text
    qtbot.waitUntil(lambda: bool(heard(arranged, 0.5).any()))
    np.testing.assert_allclose(heard(arranged, 0.5), 0.25, atol=1e-3)


def fields(record):
    return {name: getattr(record, name) for name in type(record).__dataclass_fields__}


def test_the_loudness_of_the_mix_is_measured_once_it_rests(qtbot, arranged, model, add):
    add(RAIN, WIND)
    arranged.arranger.show()
    loudness = arranged.session.document.loudness
    qtbot.waitUntil(lambda: loudness.whole is not None)
    assert loudness.whole.peak == pytest.approx(0.5, abs=0.1)  # its edges overshoot
    arranged.window.viewer_panel.arrangement.layer_commands.mute()
    qtbot.waitUntil(lambda: loudness.whole is None)
    qtbot.waitUntil(lambda: loudness.whole is not None)
    assert loudness.whole.peak == pytest.approx(0.25, abs=0.1)
