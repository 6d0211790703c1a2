"""The button beside Generate that plays without end, and the one that stops it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.view_models.takes.session_state import SessionState
from app.view_models.transport.buffer_health import ENOUGH_S


@pytest.fixture
def panel(window, session):
    session.document.draft.fill({"prompt": "rain"})
    return window.prompt_panel


def test_it_starts_an_endless_sound_that_stop_ends_in_a_take(qtbot, panel, session):
    assert panel.endless_button.isVisible()
    assert panel.stop_button.isHidden()
    panel.endless_button.click()
    qtbot.waitUntil(lambda: session.document.buffer.ahead_s > 0)
    assert session.document.state.is_endless
    assert panel.endless_button.isHidden()
    assert panel.stop_button.text().strip() == "Stop"
    assert "keep" in panel.stop_button.toolTip()
    panel.stop_button.click()
    assert panel.stop_button.text() == "Stopping…"
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert session.document.shown.take is not None
    assert panel.endless_button.isVisible()


def test_other_runs_are_cancelled_not_stopped(panel, session):
    session.document.state.begin_run(is_endless=False)
    assert panel.stop_button.text().strip() == "Cancel"


def test_a_prompt_that_is_typed_while_it_plays_without_end_is_followed(
    qtbot, window, session, playback, engine
):
    window.prompt_panel.focus_prompt()
    qtbot.keyClicks(QApplication.focusWidget(), "rain")
    qtbot.mouseClick(window.prompt_panel.endless_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.document.buffer.ahead_s >= ENOUGH_S)
    window.prompt_panel.focus_prompt()
    qtbot.keyClicks(QApplication.focusWidget(), "rain on tin")
    qtbot.waitUntil(lambda: "goes on to “rain on tin”" in window.status_line.text)
    playback.position_s = 10.0
    qtbot.waitUntil(lambda: engine.prompts[-1] == "rain on tin")
    window.actions_.cancel.trigger()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
