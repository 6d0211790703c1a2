"""The engine behind its thread: built once, loaded ahead, and left in the middle of that."""

import threading

import pytest

from app.session.session import Session
from app.view_models.takes.queue_entry import EntryState
from core.api.errors import InvalidRequestError, RankLostError
from core.api.events import Notice
from tests.app.fake_engine import FakeEngine
from tests.app.session.test_session import generate, wait_idle


def test_what_loading_ahead_says_is_shown(qtbot, session, engine, monkeypatch):
    def load(source, progress):
        progress.emit(Notice("The card is too old."))

    monkeypatch.setattr(engine, "load", load)
    with qtbot.waitSignal(session.engine_prepared):
        session.prepare_engine()
    qtbot.waitUntil(lambda: session.document.status.notice == "The card is too old.")


def test_an_engine_that_cannot_be_built_fails_the_run_only(qtbot, qapp, playback, expect_log):
    def broken():
        raise ImportError("no torch")

    expect_log("could not be prepared")
    expect_log("a run failed")
    session = Session(broken, playback)
    with qtbot.waitSignal(session.engine_prepared):
        session.prepare_engine()
    session.generate()
    wait_idle(qtbot, session)
    assert isinstance(session.document.status.error, ImportError)
    session.join()


def test_the_engine_is_built_once_and_in_its_own_thread(qtbot, qapp, playback):
    built_in, engine = [], FakeEngine()

    def make():
        built_in.append(threading.current_thread())
        return engine

    session = Session(make, playback)
    with qtbot.waitSignal(session.engine_prepared):
        session.prepare_engine()
    generate(qtbot, session)
    assert len(built_in) == 1
    assert built_in[0] is not threading.main_thread()
    assert engine.loaded == ["bundled"]
    session.join()


@pytest.mark.parametrize("waits", [False, True])
def test_closing_while_a_model_loads_cancels_the_loading(qtbot, session, engine, waits):
    engine.load_slowly()
    session.prepare_engine()
    qtbot.waitUntil(engine.is_loading.is_set)
    if waits:
        session.generate()
    with qtbot.waitSignal(session.stopped):
        session.shut_down()
    assert engine.loaded == engine.requests == []
    states = [entry.state for entry in session.document.queue.entries]
    assert states == [EntryState.WAITING] * waits


def test_what_the_engine_has_started_ends_with_its_thread(qtbot, session, engine):
    with qtbot.waitSignal(session.engine_prepared):
        session.prepare_engine()
    assert not engine.is_closed
    with qtbot.waitSignal(session.stopped):
        session.shut_down()
    session.join()
    assert engine.is_closed


def test_devices_are_known_where_the_chosen_one_is_gone(qtbot, session, engine, monkeypatch):
    def configure(config):
        raise InvalidRequestError("devices", "There is no cuda:1.")

    monkeypatch.setattr(engine, "configure", configure)
    with qtbot.waitSignal(session.engine_prepared):
        session.prepare_engine()
    assert session.compute_devices == ("cuda", "cpu")


def test_a_lost_device_fails_the_run_and_the_next_one_goes(qtbot, session, engine):
    engine.error = RankLostError(1, "cuda:1")
    generate(qtbot, session)
    assert "Rank 1 (cuda:1)" in str(session.document.status.error)
    engine.error = None
    generate(qtbot, session)
    assert session.document.status.error is None


def test_the_engine_says_what_a_request_needs_once_it_is_ready(qtbot, session):
    session.document.draft.set_value("duration_s", 10.0)
    session.prepare_engine()
    qtbot.waitUntil(lambda: session.document.estimate.estimate is not None)
    assert session.document.estimate.estimate.total_bytes == 1_200_000_000
