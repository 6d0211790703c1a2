"""Endless sound in the studio: made a little ahead, stopped into a take."""

import numpy as np
import pytest

from app.session.viewer_controller import ENDLESS_ROOM_S
from app.view_models.takes.run_status import Outcome
from app.view_models.takes.session_state import SessionState
from app.view_models.transport.buffer_health import ENOUGH_S
from app.view_models.viewer.opened_take import open_take
from app.views.texts.status_texts import StatusTexts
from core.api.request import MAX_PROMPT_CHARACTERS, GenerationRequest
from tests.app.library.takes import make_take


def begin(qtbot, session, playback):
    session.document.draft.fill({"prompt": "rain"})
    session.play_endlessly()
    qtbot.waitUntil(lambda: session.document.buffer.ahead_s >= ENOUGH_S and playback.is_playing)


def stop(qtbot, session):
    session.cancel()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)


def test_sound_is_made_a_little_ahead_and_no_further(qtbot, session, playback):
    begin(qtbot, session, playback)
    assert ENOUGH_S <= session.document.buffer.ahead_s < ENOUGH_S + 5
    playback.position_s = 10.0
    qtbot.waitUntil(lambda: session.document.buffer.ahead_s >= ENOUGH_S)
    stop(qtbot, session)


def test_how_far_ahead_it_is_stands_in_the_status_line(qtbot, session, playback):
    sentences = StatusTexts(session.document.status, session.document.tiles)
    begin(qtbot, session, playback)
    qtbot.waitUntil(lambda: session.document.status.ahead_s == ENOUGH_S)
    assert sentences.sentence() == "Endless: 20 s ahead"
    assert sentences.remaining() == ""
    playback.is_buffering = True
    qtbot.waitUntil(lambda: session.document.status.is_slow)
    assert "slower than it plays" in sentences.sentence()
    stop(qtbot, session)


def test_stopping_is_a_good_end_and_all_of_it_is_a_take(qtbot, session, editor, playback):
    begin(qtbot, session, playback)
    playback.position_s = 3.0
    stop(qtbot, session)
    assert session.document.status.outcome is Outcome.FINISHED
    made_s = len(session.document.shown.take.waveform) / 16000
    assert made_s >= ENOUGH_S
    assert session.document.shown.take.request.duration_s == made_s
    qtbot.waitUntil(lambda: session.document.transport.duration_s == made_s)
    assert session.document.spectrogram.duration_s == pytest.approx(made_s)
    assert playback.position_s == 3.0
    assert playback.is_playing


def test_it_goes_on_beyond_the_room_there_was_to_begin_with(qtbot, session, playback):
    begin(qtbot, session, playback)
    assert session.document.transport.grows
    for place_s in (20.0, 40.0, 60.0, 80.0):
        playback.position_s = place_s
        qtbot.waitUntil(lambda: session.document.transport.position_s == place_s)  # noqa: B023 - waited for
        qtbot.waitUntil(lambda: session.document.buffer.ahead_s >= ENOUGH_S)
    qtbot.waitUntil(lambda: session.document.transport.duration_s > ENDLESS_ROOM_S)
    assert session.document.transport.position_s == 80.0
    assert not np.isnan(playback.samples[: 80 * 16000]).any()
    stop(qtbot, session)
    assert not session.document.transport.grows


def test_one_can_look_at_another_take_and_come_back(qtbot, session, playback):
    begin(qtbot, session, playback)
    session.viewer.show(open_take("other", make_take()))
    playback.position_s = 5.0
    session.viewer.watch()
    made_s = session.document.buffer.ahead_s
    qtbot.waitUntil(lambda: session.document.transport.available_s >= made_s)
    assert not np.isnan(playback.samples[: round(made_s * 16000)]).any()
    stop(qtbot, session)


def test_a_changed_prompt_is_followed_once_typing_pauses(qtbot, session, playback, engine):
    begin(qtbot, session, playback)
    for text in ("w", "wi", "wind"):
        session.document.draft.set_value("prompt", text)
    texts = StatusTexts(session.document.status, session.document.tiles)
    qtbot.waitUntil(lambda: "goes on to “wind”" in texts.sentence())
    playback.position_s = 10.0
    qtbot.waitUntil(lambda: engine.prompts[-1] == "wind")
    assert dict.fromkeys(engine.prompts) == {"rain": None, "wind": None}
    stop(qtbot, session)


def test_changed_settings_are_followed_too(qtbot, session, playback, engine):
    begin(qtbot, session, playback)
    changes = {"negative_prompt": "hiss", "guidance_scale": 6.0, "num_inference_steps": 9}
    session.document.draft.fill({**changes, "seed": "5", "duration_s": 99.0})
    qtbot.wait(1200)
    playback.position_s = 10.0
    qtbot.waitUntil(lambda: engine.wanted[-1].guidance_scale == 6.0)
    first, last = engine.wanted[0], engine.wanted[-1]
    assert {field: getattr(last, field) for field in changes} == changes
    assert (last.seed, last.duration_s, last.prompt) == (first.seed, first.duration_s, "rain")
    stop(qtbot, session)


def test_a_prompt_that_no_request_takes_changes_nothing(qtbot, session, playback, engine):
    begin(qtbot, session, playback)
    session.document.draft.set_value("prompt", "x" * (MAX_PROMPT_CHARACTERS + 1))
    qtbot.wait(1200)
    playback.position_s = 10.0
    qtbot.waitUntil(lambda: session.document.buffer.ahead_s >= ENOUGH_S)
    assert set(engine.prompts) == {"rain"}
    stop(qtbot, session)


def test_what_is_typed_before_and_after_a_run_is_not_followed(qtbot, session, playback, engine):
    begin(qtbot, session, playback)
    stop(qtbot, session)
    session.document.draft.set_value("prompt", "wind")
    session.document.queue.add([GenerationRequest(prompt="sea")], is_endless=True)
    qtbot.waitUntil(lambda: session.document.buffer.ahead_s >= ENOUGH_S)
    assert set(engine.prompts) == {"sea"}
    stop(qtbot, session)


def test_the_take_on_show_has_the_prompts_of_the_finished_one(qtbot, session, playback):
    begin(qtbot, session, playback)
    stop(qtbot, session)
    shown = session.document.shown
    assert shown.request == shown.take.request
