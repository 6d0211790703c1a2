"""The model shows a recorder's state, remembers the choice, and keeps playback quiet."""

from pathlib import Path

import pytest

from app.view_models.recording.recorder import (
    FinishedRecording,
    InputChoice,
    InputProblem,
    InputTrouble,
)
from app.view_models.recording.recording_model import RecordingModel
from tests.app.fake_recorder import FakeKept


def test_it_listens_to_the_usual_choice_at_first(model, recorder):
    model.open()
    assert recorder.choice == InputChoice("", 1, 1.0)
    assert model.device == "Microphone"


def test_the_choice_is_remembered(model, recorder, memory, transport):
    model.open()
    model.choose(device="Line", channels=2, pre_roll_s=2.5)
    assert recorder.choice == InputChoice("Line", 2, 2.5)
    model.choose(pre_roll_s=0.0)
    assert RecordingModel(recorder, memory, transport).choice == InputChoice("Line", 2, 0.0)


def test_a_remembered_pre_roll_that_is_too_long_is_not_used(recorder, memory, transport):
    memory.keep("recording/pre_roll_s", 700.0)
    assert RecordingModel(recorder, memory, transport).choice.pre_roll_s == 1.0


def test_playback_is_quiet_while_it_listens(model, transport, playback):
    transport.play()
    model.open()
    assert not playback.is_playing
    transport.begin(10.0, 16_000)  # a new take arrives
    transport.note_available(10.0)
    assert not playback.is_playing
    transport.play()  # a person wants to hear it
    assert playback.is_playing
    model.close()
    transport.begin(10.0, 16_000)
    transport.note_available(10.0)
    assert playback.is_playing


def test_a_clip_that_is_about_to_play_stays_quiet(model, transport, playback):
    transport.begin(10.0, 16_000)
    model.open()
    transport.note_available(10.0)
    assert not playback.is_playing


def test_what_has_ended_is_announced_once(qtbot, model, recorder):
    model.open()
    model.record(Path("/folder"), "a")
    assert recorder.recordings == [(Path("/folder"), "a")]
    recording = FinishedRecording(FakeKept(Path("/folder/a.wav")))
    recorder.end(recording)
    with qtbot.waitSignal(model.finished) as finished:
        model.poll()
    assert finished.args == [recording]
    assert not model.is_recording


def test_a_recording_without_a_sound_is_announced_too(qtbot, model, recorder):
    model.open()
    model.record(Path("/folder"), "a")
    recorder.end(None)
    with qtbot.waitSignal(model.left_nothing):
        model.poll()


def test_a_discarded_recording_is_not_announced(model, recorder):
    announced = []
    model.left_nothing.connect(lambda: announced.append(True))
    model.open()
    model.record(Path("/folder"), "a")
    model.discard()
    model.poll()
    assert (recorder.discards, announced) == (1, [])


def test_changes_are_emitted_once(qtbot, model, recorder):
    model.open()
    changes = []
    model.changed.connect(lambda: changes.append(True))
    model.poll()
    recorder.trouble = InputTrouble(InputProblem.LOST, "Microphone")
    model.poll()
    model.poll()
    assert len(changes) == 1


@pytest.mark.parametrize(("silent_s", "is_silent"), [(1.9, False), (2.1, True)])
def test_silence_is_noticed_after_some_time(model, recorder, silent_s, is_silent):
    recorder.silent_s = silent_s
    assert model.is_silent is is_silent
