"""News of a run, from the engine's thread to the models of the window."""

import threading

import numpy as np

from app.view_models.takes.queue_entry import QueueEntry
from core.api.events import AudioChunk, DenoisingStep, Notice
from core.api.request import GenerationRequest


def begin(session, *, is_endless=False):
    request = GenerationRequest(prompt="rain", duration_s=2.0)
    entry = QueueEntry(request=request, is_endless=is_endless)
    session.viewer.begin_run(entry)
    session.status.begin_run(request)
    return session._feed.begin(entry)


def step(number):
    return DenoisingStep(number, 25, np.zeros((8, 4, 16), np.float32))


def test_news_wait_for_the_window_and_only_the_latest_of_a_kind_is_told(qtbot, session):
    told = []
    session.status.changed.connect(lambda: told.append(session.status.step))
    progress = begin(session)
    thread = threading.Thread(target=lambda: [progress.emit(step(n)) for n in range(1, 26)])
    thread.start()
    thread.join()
    assert 25 not in told
    qtbot.waitUntil(lambda: session.status.step == 25)
    assert set(told) == {0, 25}
    session._feed.end()


def test_sound_is_with_the_player_before_anybody_looks(session, playback):
    progress = begin(session)
    progress.emit(AudioChunk(0, np.ones(16000, np.float32)))
    assert playback.samples[:16000].sum() == 16000
    assert session.transport.available_s == 0.0
    session._feed.end()
    assert session.transport.available_s == 1.0


def test_the_last_words_are_heard_before_the_end(session):
    progress = begin(session)
    progress.emit(Notice("nearly there"))
    session._feed.end()
    assert session.status.notice == "nearly there"


def test_only_an_endless_run_tells_how_far_ahead_it_is(session):
    chunk = AudioChunk(0, np.ones(16000, np.float32))
    begin(session).emit(chunk)
    session._feed.end()
    assert session.status.ahead_s is None
    begin(session, is_endless=True).emit(chunk)
    session._feed.end()
    assert session.status.ahead_s == 1
