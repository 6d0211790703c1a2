"""A session with a take."""

import pytest

from app.view_models.takes.session_state import SessionState


@pytest.fixture
def take(qtbot, session, editor):
    """A finished take of five seconds, on show."""
    session.document.draft.fill({"prompt": "rain", "num_inference_steps": 2, "duration_s": 5.0})
    session.generate()
    qtbot.waitUntil(
        lambda: session.document.shown.take is not None and session.state is SessionState.IDLE
    )
    return session.document.shown.take
