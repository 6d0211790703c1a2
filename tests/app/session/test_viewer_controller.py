"""What is on show while runs come and go, and takes are opened."""

from pathlib import Path

import numpy as np
import pytest

from app.view_models.takes.session_state import SessionState
from app.view_models.viewer.opened_source import OpenedSource
from app.view_models.viewer.opened_take import open_take
from core.api.errors import DeviceMemoryError
from core.api.request import GenerationRequest
from core.api.take import Take
from core.sound_files.audio_facts import AudioFacts
from tests.app.fake_engine import FakeEngine
from tests.app.session.test_session import wait_idle


def stored(prompt, duration_s=3.0):
    engine = FakeEngine()
    request = GenerationRequest(prompt=prompt, duration_s=duration_s)
    num_samples = round(duration_s * 16_000)
    waveform = engine.waveform(num_samples) * np.float32(0.25)
    return open_take(
        prompt,
        Take(
            request=request,
            sample_rate=16_000,
            waveform=waveform,
            mel=engine.mel(num_samples // 160),
        ),
    )


def short(prompt):
    return GenerationRequest(prompt=prompt, duration_s=2.0, num_inference_steps=2)


@pytest.fixture
def viewer(session):
    return session.viewer


def test_an_opened_take_is_seen_and_heard_whole(qtbot, session, viewer, playback):
    opened = stored("rain")
    viewer.show(opened)
    assert session.document.shown.take is opened.take
    assert session.document.shown.request.prompt == "rain"
    assert session.document.spectrogram.duration_s == 3.0
    assert session.document.spectrogram.level_db(150, 20) == 0.0
    qtbot.waitUntil(lambda: playback.is_finished)
    np.testing.assert_array_equal(playback.samples, opened.take.waveform)


def test_a_long_take_reaches_the_player_in_pieces_without_a_gap(qtbot, viewer, playback):
    opened = stored("rain", duration_s=150.0)
    viewer.show(opened)
    assert np.isnan(playback.samples[-1])
    qtbot.waitUntil(lambda: playback.is_finished)
    np.testing.assert_array_equal(playback.samples, opened.take.waveform)


def test_a_run_behind_an_opened_take_does_not_change_it(qtbot, session, viewer, gated, playback):
    session.document.queue.add([short("wind")])
    qtbot.waitUntil(gated.in_the_middle.is_set)
    opened = stored("rain")
    viewer.show(opened)
    gated.open_gate()
    with qtbot.waitSignal(session.finished) as finished:
        pass
    assert finished.args[1].request.prompt == "wind"
    assert session.document.shown.take is opened.take
    assert session.document.spectrogram.duration_s == 3.0
    np.testing.assert_array_equal(playback.samples, opened.take.waveform)


def test_coming_back_to_a_run_shows_all_of_it_so_far(qtbot, session, viewer, gated, playback):
    session.document.queue.add([short("wind")])
    qtbot.waitUntil(gated.in_the_middle.is_set)
    viewer.show(stored("rain"))
    viewer.watch()
    assert session.document.shown.take is None
    assert session.document.shown.request.prompt == "wind"
    assert len(session.document.tiles.tiles) == 1
    gated.open_gate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert session.document.shown.take.request.prompt == "wind"
    np.testing.assert_array_equal(playback.samples, session.document.shown.take.waveform)
    assert session.document.spectrogram.level_db(100, 20) == 0.0


def test_runs_of_the_queue_stay_behind_an_opened_take(qtbot, session, viewer):
    viewer.show(stored("rain"))
    session.document.transport.pause()
    session.document.queue.add([short("wind")])
    with qtbot.waitSignal(session.finished):
        pass
    assert session.document.shown.take.request.prompt == "rain"


def draft_and_generate(session, prompt):
    session.document.draft.fill({"prompt": prompt, "duration_s": 2.0, "num_inference_steps": 2})
    session.generate()


def test_a_run_comes_on_show_with_its_first_picture(qtbot, session, viewer, gated):
    opened = stored("rain")
    viewer.show(opened)
    session.document.transport.pause()
    draft_and_generate(session, "wind")
    assert session.document.shown.take is opened.take
    qtbot.waitUntil(lambda: session.document.shown.request.prompt == "wind")
    assert session.document.live_preview.greys is not None
    gated.open_gate()
    wait_idle(qtbot, session)
    assert session.document.shown.take.request.prompt == "wind"


def test_generate_leaves_what_is_heard_until_the_new_sound(qtbot, session, viewer, gated, playback):
    opened = stored("rain")
    viewer.show(opened)
    draft_and_generate(session, "wind")
    qtbot.waitUntil(gated.in_the_middle.is_set)
    qtbot.waitUntil(lambda: session.document.status.step == 2)
    assert playback.is_playing
    assert session.document.shown.take is opened.take
    gated.open_gate()
    wait_idle(qtbot, session)
    assert session.document.shown.take.request.prompt == "wind"
    # What had come before the run was on show is replayed piece by piece, maybe after its end.
    qtbot.waitUntil(lambda: not np.isnan(playback.samples).any())
    assert playback.is_playing
    np.testing.assert_array_equal(playback.samples, session.document.shown.take.waveform)


def test_without_play_on_arrival_what_is_heard_ends_first(qtbot, session, viewer, playback):
    opened = stored("rain")
    viewer.show(opened)
    session.document.transport.set_plays_on_arrival(False)
    with qtbot.waitSignal(session.finished) as finished:
        draft_and_generate(session, "wind")
    assert session.document.shown.take is opened.take
    assert playback.is_playing
    with qtbot.waitSignal(viewer.take_awaited) as awaited:
        session.document.transport.pause()
    assert awaited.args == [finished.args[0]]


def test_cancelling_brings_the_last_take_back_where_it_was(qtbot, session, viewer, gated, playback):
    older, opened = stored("sea"), stored("rain")
    viewer.show(older)
    viewer.show(opened)
    session.document.transport.pause()
    session.document.transport.seek(1.25)
    draft_and_generate(session, "wind")
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    session.cancel()
    wait_idle(qtbot, session)
    assert session.document.shown.take is opened.take
    assert session.document.shown.compared.take is older.take
    assert session.document.spectrogram.level_db(150, 20) == 0.0
    assert (playback.position_s, playback.is_playing) == (1.25, False)
    np.testing.assert_array_equal(playback.samples, opened.take.waveform)


def test_a_run_that_fails_brings_the_last_take_back(qtbot, session, viewer, engine):
    opened = stored("rain")
    viewer.show(opened)
    session.document.transport.pause()
    engine.error = DeviceMemoryError("Too large.")
    draft_and_generate(session, "wind")
    wait_idle(qtbot, session)
    assert session.document.shown.take is opened.take
    assert session.document.status.error is engine.error


def test_a_first_run_that_is_cancelled_leaves_nothing(qtbot, session, gated):
    draft_and_generate(session, "wind")
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    session.cancel()
    wait_idle(qtbot, session)
    assert session.document.spectrogram.is_empty
    assert session.document.shown.take is None
    assert not session.document.transport.can_play


def a_source(duration_s=1.0):
    levels = stored("source", duration_s).levels
    num_samples = round(duration_s * 16_000)
    waveform = FakeEngine().waveform(num_samples)
    return OpenedSource(
        Path("a.wav"), AudioFacts(num_samples, 16_000, 1), levels, waveform, sample_rate=16_000
    )


def test_a_source_steps_back_for_the_run_that_it_interrupted(qtbot, session, viewer, gated):
    opened = stored("rain")
    viewer.show(opened)
    session.document.transport.pause()
    draft_and_generate(session, "wind")
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    viewer.show_source(a_source())
    assert session.document.shown.take is None
    viewer.leave_source()
    assert session.document.shown.shows_run
    session.cancel()
    wait_idle(qtbot, session)
    assert session.document.shown.take is opened.take


def test_a_run_that_ends_behind_a_source_is_shown_after_it(qtbot, session, viewer, gated):
    draft_and_generate(session, "wind")
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    source = a_source()
    viewer.show_source(source)
    with qtbot.waitSignal(session.finished) as finished:
        gated.open_gate()
    assert session.document.shown.source is source
    with qtbot.waitSignal(viewer.take_awaited) as awaited:
        viewer.leave_source()
    assert awaited.args == [finished.args[0]]


def test_cancelling_a_run_from_a_source_shows_the_source_and_then_the_take(
    qtbot, session, viewer, gated
):
    opened, source = stored("rain"), a_source()
    viewer.show(opened)
    viewer.show_source(source)
    draft_and_generate(session, "wind")
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    assert session.document.shown.source is None
    session.cancel()
    wait_idle(qtbot, session)
    assert session.document.shown.source is source
    viewer.leave_source()
    assert session.document.shown.take is opened.take


def test_a_source_between_a_run_and_a_take_hides_neither(qtbot, session, viewer, gated):
    opened, source = stored("rain"), a_source()
    viewer.show(opened)
    session.document.transport.pause()
    draft_and_generate(session, "wind")
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    viewer.show_source(source)
    viewer.watch()
    assert session.document.shown.shows_run
    session.cancel()
    wait_idle(qtbot, session)
    assert session.document.shown.source is source
    viewer.leave_source()
    assert session.document.shown.take is opened.take


def test_a_take_opened_after_a_source_stays_when_the_run_ends(qtbot, session, viewer, gated):
    draft_and_generate(session, "wind")
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    viewer.show_source(a_source())
    opened = stored("rain")
    viewer.show(opened)
    session.document.transport.pause()
    with qtbot.assertNotEmitted(viewer.take_awaited):
        gated.open_gate()
        wait_idle(qtbot, session)
        session.document.transport.changed.emit()
    assert session.document.shown.take is opened.take


def test_the_next_run_waits_behind_a_take_that_is_being_heard(qtbot, session, viewer, playback):
    session.document.queue.add([short("rain"), short("wind")])
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert playback.is_playing
    assert session.document.shown.take.request.prompt == "rain"


def test_comparing_changes_between_two_takes_at_the_same_place(session, viewer, playback):
    first, second = stored("rain"), stored("wind")
    viewer.show(first)
    viewer.show(second)
    session.document.transport.pause()
    session.document.transport.seek(1.25)
    viewer.compare()
    assert session.document.shown.take is first.take
    assert playback.position_s == 1.25
    assert not playback.is_playing
    session.document.transport.play()
    viewer.compare()
    assert session.document.shown.take is second.take
    assert playback.position_s == 1.25
    assert playback.is_playing


def test_a_take_that_was_just_made_can_be_compared_too(qtbot, session, viewer):
    session.document.queue.add([short("rain")])
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    made = session.document.shown.take
    viewer.show(stored("wind"))
    viewer.compare()
    assert session.document.shown.take is made
    assert session.document.spectrogram.level_db(100, 20) == 0.0


def test_with_a_single_take_there_is_nothing_to_compare(session, viewer):
    opened = stored("rain")
    viewer.show(opened)
    viewer.compare()
    assert session.document.shown.take is opened.take


def test_a_run_in_stereo_is_heard_in_stereo_at_its_own_rate(qtbot, session, engine, playback):
    engine.form = 44_100, 2
    draft_and_generate(session, "wind")
    wait_idle(qtbot, session)
    take = session.document.shown.take
    assert take.channels == 2
    assert playback.sample_rate == 44_100
    qtbot.waitUntil(lambda: np.array_equal(playback.samples, take.waveform))
    assert session.document.transport.available_s == take.duration_s
