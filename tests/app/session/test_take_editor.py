"""Edits of the take on show: they wait their turn, and a person can go back."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from app.view_models.drafts.continuation import USUAL_S
from app.view_models.picture.picture_model import Frequencies
from app.view_models.takes.session_state import SessionState
from app.view_models.viewer.opened_take import OpenedTake, open_take
from app.view_models.viewer.selection import Selection
from core.api.edit import EditKind
from core.api.errors import DeviceMemoryError
from core.api.model_card import Capabilities
from core.api.request import GenerationRequest
from core.api.take import Take
from tests.app.frequency_bands import mel_band

SPEAKS = Capabilities(max_prompt_tokens=77, reads_word_order=True, audio_to_audio=True, speaks=True)


def edit_and_wait(qtbot, session, edit):
    """The take that comes of an edit, as it is shown."""
    before = session.document.shown.take
    edit()
    qtbot.waitUntil(lambda: session.document.shown.take is not before)
    return session.document.shown.take


def test_without_a_take_nothing_can_be_edited(session, editor, engine):
    assert not editor.can_edit
    editor.continue_right()
    editor.regenerate()
    assert engine.edits == []


def recording(request: GenerationRequest) -> OpenedTake:
    """Two seconds of stereo, opened from a file."""
    noise = np.random.default_rng(0).standard_normal((2 * 44_100, 2)).astype(np.float32)
    mel = np.zeros((200, 64), np.float32)
    return open_take("voice", Take(request=request, sample_rate=44_100, waveform=noise, mel=mel))


def test_a_recording_is_edited_by_the_draft_s_model(qtbot, session, editor, engine):
    opened = recording(GenerationRequest(recording="/sounds/voice.wav", duration_s=2.0))
    session.add_opened(opened)
    settings = {"model": "cvssp/audioldm-s-full-v2", "num_inference_steps": 7}
    session.document.draft.fill({**settings, "prompt": "a dog"})
    after = edit_and_wait(qtbot, session, editor.continue_right)

    assert (after.request.model, after.request.num_inference_steps) == tuple(settings.values())
    assert after.request.recording == "/sounds/voice.wav"
    assert after.request.title == "voice.wav + a dog"
    (edit,) = engine.edits
    assert after.request.edits == (edit,)


def test_undo_comes_back_to_the_samples_of_a_recording(qtbot, session, editor):
    opened = recording(GenerationRequest(recording="/sounds/voice.wav", duration_s=2.0))
    samples = opened.take.waveform.copy()
    session.add_opened(opened)
    for edit in (editor.continue_right, editor.make_loop, editor.continue_left):
        edit_and_wait(qtbot, session, edit)
    for _ in range(3):
        session.undo.undo()
    assert session.document.shown.take is opened.take
    assert np.array_equal(opened.take.waveform, samples)


def test_the_selection_is_regenerated_from_the_panel_s_prompt(qtbot, session, editor, engine, take):
    assert not editor.can_regenerate
    session.document.selection.select(Selection(1.0, 2.0, mel_band(8, 16)))
    session.document.draft.fill({"prompt": "a dog", "negative_prompt": "wind", "seed": "7"})
    session.document.draft.set_seed_locked(True)
    after = edit_and_wait(qtbot, session, editor.regenerate)

    (edit,) = engine.edits
    assert (edit.kind, edit.prompt, edit.negative_prompt) == (
        EditKind.REGENERATE,
        "a dog",
        "wind",
    )
    assert (edit.seed, edit.start_s, edit.stop_s) == (7, 1.0, 2.0)
    assert (edit.low_hz, edit.high_hz) == session.document.selection.band_hz
    assert after.request.edits == (edit,)
    assert after.request.prompt == "rain"


@pytest.mark.parametrize("take_speaks", [True, False])
def test_only_a_take_that_speaks_is_edited_with_a_spoken_text(
    qtbot, session, editor, engine, *, take, take_speaks
):
    text = "good day" if take_speaks else ""
    object.__setattr__(take.request, "transcription", text)
    session.document.draft.capabilities = SPEAKS
    session.document.draft.set_value("transcription", "and good night")
    edit_and_wait(qtbot, session, editor.continue_right)
    assert engine.edits[0].transcription == ("and good night" if take_speaks else "")


@pytest.mark.parametrize(
    ("name", "kind", "added_s"),
    [
        ("continue_right", EditKind.CONTINUE_RIGHT, USUAL_S),
        ("continue_left", EditKind.CONTINUE_LEFT, USUAL_S),
        ("make_loop", EditKind.LOOP, 0.0),
    ],
)
def test_the_whole_take_is_edited_without_a_selection(
    qtbot, session, editor, engine, *, take, name, kind, added_s
):
    after = edit_and_wait(qtbot, session, getattr(editor, name))
    assert (engine.edits[0].kind, engine.edits[0].added_s) == (kind, added_s)
    assert len(after.waveform) == (5 + added_s) * 16000


def test_while_an_edit_runs_the_take_stays_on_show(qtbot, session, editor, engine, take):
    engine.shut_gate()
    shown = session.document.spectrogram.levels
    editor.make_loop()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    assert session.state is SessionState.RUNNING
    assert session.document.shown.take is take
    assert session.viewer.edits.levels is shown
    engine.open_gate()
    qtbot.waitUntil(lambda: session.document.shown.take is not take)


def test_cancelling_leaves_the_take_as_it_was(qtbot, session, editor, engine, take):
    engine.shut_gate()
    samples = take.waveform.copy()
    editor.make_loop()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    session.cancel()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert session.document.shown.take is take
    assert np.array_equal(take.waveform, samples)


def test_a_failed_edit_keeps_its_take_while_it_can_be_retried(qtbot, session, editor, engine, take):
    engine.error = DeviceMemoryError("Too large.")
    editor.make_loop()
    qtbot.waitUntil(lambda: session.document.status.error is engine.error)
    assert [before.take for before in editor._waiting.values()] == [take]
    session.document.queue.clear_settled()
    assert editor._waiting == {}


def test_an_edit_that_fails_leaves_the_take_as_it_was(qtbot, session, editor, engine, take):
    engine.error = DeviceMemoryError("Too large.")
    editor.make_loop()
    qtbot.waitUntil(lambda: session.document.status.error is engine.error)
    assert session.document.shown.take is take
    assert editor.can_edit


def test_what_is_still_being_made_cannot_be_regenerated(qtbot, session, editor, engine, take):
    engine.shut_gate()
    editor.continue_right()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    session.document.selection.select(Selection(6.0, 7.0))
    with qtbot.waitSignal(session.rejected) as refused:
        editor.regenerate()

    assert "only 5 s long" in str(refused.args[0])
    assert len(session.document.queue.entries) == 1  # the continuation alone
    engine.open_gate()
    qtbot.waitUntil(lambda: session.document.shown.take is not take)


def test_an_edit_is_shown_once_and_can_be_undone_and_made_again(
    qtbot, session, editor, playback, take
):
    shown = []
    session.document.shown.changed.connect(lambda: shown.append(session.document.shown.take))
    after = edit_and_wait(qtbot, session, editor.continue_right)
    assert shown == [after]
    assert session.document.transport.duration_s == 5.0 + USUAL_S
    assert playback.position_s == pytest.approx(4.0)
    np.testing.assert_array_equal(playback.samples, after.waveform)

    session.undo.undo()
    assert session.document.shown.take is take
    assert session.document.transport.duration_s == 5.0
    qtbot.wait(100)
    assert not playback.is_playing
    session.undo.redo()
    assert session.document.shown.take is after
    assert len(shown) == 3


def test_an_edit_of_an_edit_starts_from_it(qtbot, session, editor, engine, take):
    edit_and_wait(qtbot, session, editor.make_loop)
    twice = edit_and_wait(qtbot, session, editor.make_loop)
    assert twice.request.edits == tuple(engine.edits)
    np.testing.assert_array_equal(twice.waveform, take.waveform)


def test_an_edit_stays_behind_when_another_take_is_shown(qtbot, session, editor, engine, take):
    engine.shut_gate()
    editor.make_loop()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    session.viewer.show(open_take("other", replace(take)))
    other, num_steps = session.document.shown.take, session.undo.stack.count()
    engine.open_gate()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    editor.wait()
    QCoreApplication.processEvents()
    assert engine.edits
    assert session.document.shown.take is other
    assert session.undo.stack.count() == num_steps


def test_all_kept_stretches_are_regenerated_in_one_edit(qtbot, session, editor, engine, take):
    selection = session.document.selection
    selection.select(Selection(3.0, 4.0))
    selection.keep()
    selection.select(Selection(1.0, 2.0, mel_band(8, 16)))
    edit_and_wait(qtbot, session, editor.regenerate)

    (edit,) = engine.edits
    assert [(part.start_s, part.stop_s) for part in edit.parts] == [(1.0, 2.0), (3.0, 4.0)]
    assert [part.high_hz is None for part in edit.parts] == [False, True]
    session.undo.undo()
    assert session.document.shown.take is take


def test_a_band_above_the_model_is_only_for_edits_of_samples(qtbot, session, editor, engine):
    session.add_opened(recording(GenerationRequest(recording="/sounds/voice.wav", duration_s=2.0)))
    session.document.picture.choose_frequencies(Frequencies.LINEAR)
    session.document.selection.select(Selection(0.5, 1.5, (10_000.0, 15_000.0)))
    session.document.draft.fill({"prompt": "a dog"})
    with qtbot.waitSignal(session.rejected) as refused:
        editor.regenerate()
    assert "the model makes frequencies only up to 8000 Hz" in str(refused.args[0])
    edited = edit_and_wait(qtbot, session, lambda: editor.edit_samples(EditKind.GAIN, -20.0))
    (edit,) = edited.request.edits
    assert (edit.low_hz, edit.high_hz) == (10_000.0, 15_000.0)
