"""The button beside Generate that plays without end, and the one that stops it."""

import pytest

from app.view_models.takes.session_state import SessionState


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
