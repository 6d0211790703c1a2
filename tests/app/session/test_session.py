"""One document from request to take, over a real thread."""

import threading

import numpy as np
import pytest

from app.view_models.takes.queue_entry import EntryState
from app.view_models.takes.run_status import Outcome
from app.view_models.takes.session_state import SessionState
from core.api.edit import Edit, EditKind
from core.api.errors import (
    DeviceLostError,
    DeviceMemoryError,
    InvalidRequestError,
    ModelLoadError,
    NotAgreedError,
)
from core.api.events import TileState
from core.api.request import GenerationRequest


def wait_idle(qtbot, session):
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)


def generate(qtbot, session, **values):
    session.document.draft.fill({"num_inference_steps": 3, "duration_s": 5.0} | values)
    session.generate()
    wait_idle(qtbot, session)


def short(prompt):
    return GenerationRequest(prompt=prompt, duration_s=2.0, num_inference_steps=2)


@pytest.fixture
def endings(session):
    """Every ending that the worker reports."""
    emitted = []
    worker = session._engine.worker
    worker.finished.connect(lambda _take: emitted.append("finished"))
    worker.cancelled.connect(lambda: emitted.append("cancelled"))
    worker.failed.connect(lambda _error: emitted.append("failed"))
    return emitted


def start_and_reach_the_middle(qtbot, session, engine):
    session.document.draft.fill({"num_inference_steps": 3, "duration_s": 5.0})
    session.generate()
    qtbot.waitUntil(engine.in_the_middle.is_set)


def test_a_run_ends_in_a_take_with_every_tile_decoded(qtbot, session, engine, endings):
    generate(qtbot, session, prompt="rain")
    assert (
        session.document.shown.take.request == session.document.shown.request == engine.requests[0]
    )
    assert session.document.shown.take.request.prompt == "rain"
    assert session.document.tiles.num_done == len(session.document.tiles.tiles) == 3
    assert all(session.document.spectrogram.level_db(frame, 20) == 0.0 for frame in range(500))
    assert session.document.status.outcome is Outcome.FINISHED
    assert session.document.live_preview.greys is None
    assert endings == ["finished"]


def test_the_sound_reaches_the_player_whole_and_in_place(qtbot, session, playback):
    generate(qtbot, session)
    qtbot.waitUntil(lambda: not np.isnan(playback.samples).any())  # a replay takes turns
    np.testing.assert_array_equal(playback.samples, session.document.shown.take.waveform)
    transport = session.document.transport
    assert transport.available_s == transport.duration_s == 5.0


def test_sound_bypasses_the_window(qtbot, session, gated, playback, monkeypatch):
    threads = []
    append = playback.append
    monkeypatch.setattr(
        playback,
        "append",
        lambda *args: (threads.append(threading.current_thread()), append(*args)),
    )
    start_and_reach_the_middle(qtbot, session, gated)
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    gated.open_gate()
    wait_idle(qtbot, session)
    assert threads
    assert threading.main_thread() not in threads


def test_cancelling_answers_at_once_and_ends_the_run(qtbot, session, gated, endings):
    start_and_reach_the_middle(qtbot, session, gated)
    session.cancel()
    assert session.state is SessionState.CANCELLING
    wait_idle(qtbot, session)
    assert session.document.status.outcome is Outcome.CANCELLED
    assert session.document.shown.take is None
    assert endings == ["cancelled"]


def test_cancelling_twice_is_cancelling_once(qtbot, session, gated, endings):
    start_and_reach_the_middle(qtbot, session, gated)
    session.cancel()
    session.cancel()
    wait_idle(qtbot, session)
    assert endings == ["cancelled"]


def test_after_cancelling_the_next_request_works(qtbot, session, gated, endings):
    start_and_reach_the_middle(qtbot, session, gated)
    session.cancel()
    wait_idle(qtbot, session)
    gated.open_gate()
    generate(qtbot, session)
    assert session.document.status.outcome is Outcome.FINISHED
    assert endings == ["cancelled", "finished"]


def test_in_the_middle_tiles_are_parked_and_the_barrier_is_known(qtbot, session, gated):
    start_and_reach_the_middle(qtbot, session, gated)
    qtbot.waitUntil(lambda: session.document.tiles.barrier == 1)
    assert session.document.tiles.count(TileState.PARKED) == 3
    assert session.document.tiles.num_barriers == 3
    gated.open_gate()
    wait_idle(qtbot, session)


def test_a_second_request_while_one_runs_waits_for_its_turn(qtbot, session, gated):
    start_and_reach_the_middle(qtbot, session, gated)
    session.generate()
    assert len(gated.requests) == 1
    assert session.document.queue.num_waiting == 1
    gated.open_gate()
    qtbot.waitUntil(lambda: len(gated.requests) == 2 and session.state is SessionState.IDLE)
    assert session.document.queue.entries == ()


def test_requests_run_in_order_and_takes_keep_their_names(qtbot, session, engine):
    emitted = []
    session.finished.connect(lambda take_id, take: emitted.append((take_id, take.request.prompt)))
    session.document.queue.add(short(prompt) for prompt in ("rain", "wind", "sea"))
    names = [entry.entry_id for entry in session.document.queue.entries]
    qtbot.waitUntil(lambda: len(emitted) == 3)
    assert emitted == list(zip(names, ("rain", "wind", "sea"), strict=True))
    assert session.document.queue.entries == ()


def test_a_paused_queue_starts_nothing_until_it_goes_on(qtbot, session, engine):
    session.document.queue.set_paused(True)
    session.document.queue.add([short("rain")])
    assert session.state is SessionState.IDLE
    session.document.queue.set_paused(False)
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert [request.prompt for request in engine.requests] == ["rain"]


def test_generate_starts_at_once_beside_a_paused_queue(qtbot, session, engine):
    session.document.queue.set_paused(True)
    session.document.queue.add([short("rain")])
    generate(qtbot, session, prompt="wind")
    assert [request.prompt for request in engine.requests] == ["wind"]
    assert [entry.request.prompt for entry in session.document.queue.entries] == ["rain"]


def test_cancelling_ends_what_runs_and_lets_the_next_start(qtbot, session, gated):
    start_and_reach_the_middle(qtbot, session, gated)
    session.document.queue.add([short("rain")])
    session.cancel()
    gated.open_gate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert session.document.shown.take.request.prompt == "rain"
    assert [entry.state for entry in session.document.queue.entries] == [EntryState.CANCELLED]


def test_a_failed_request_says_why_and_can_be_tried_again(qtbot, session, engine):
    engine.error = DeviceMemoryError("Too large.")
    generate(qtbot, session)
    (entry,) = session.document.queue.entries
    assert (entry.state, entry.sentence) == (EntryState.FAILED, "Too large.")
    engine.error = None
    session.document.queue.retry(entry.entry_id)
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert session.document.queue.entries == ()


def test_a_run_that_closing_interrupts_waits_for_the_next_start(qtbot, session, gated):
    start_and_reach_the_middle(qtbot, session, gated)
    session.document.queue.add([short("rain")])
    with qtbot.waitSignal(session.stopped):
        session.shut_down()
    assert [entry.state for entry in session.document.queue.entries] == [EntryState.WAITING] * 2
    assert [entry.was_interrupted for entry in session.document.queue.entries] == [True, False]
    assert len(gated.requests) == 1


@pytest.mark.parametrize(
    "error", [ModelLoadError("somewhere", "is empty."), DeviceMemoryError("Too large.")]
)
def test_an_error_is_shown_and_the_next_request_works(qtbot, session, engine, endings, error):
    engine.error = error
    generate(qtbot, session)
    assert session.document.status.error is error
    engine.error = None
    generate(qtbot, session)
    assert session.document.status.error is None
    assert endings == ["failed", "finished"]


def test_an_unexpected_error_is_logged_and_shown(qtbot, session, engine, expect_log):
    expect_log("a run failed")
    engine.error = ZeroDivisionError("unforeseen")
    generate(qtbot, session)
    assert session.document.status.error is engine.error
    assert session.state is SessionState.IDLE


def test_memory_that_ran_out_anywhere_is_a_sentence(qtbot, session, engine, expect_log):
    expect_log("a run failed")
    engine.error = MemoryError()
    generate(qtbot, session)
    assert isinstance(session.document.status.error, DeviceMemoryError)
    assert session.state is SessionState.IDLE


def test_a_request_refused_by_the_draft_never_reaches_the_engine(qtbot, session, engine):
    session.document.draft.set_value("prompt", "x" * 10_000)
    with qtbot.waitSignal(session.rejected) as refusal:
        session.generate()
    assert refusal.args[0].field == "prompt"
    assert session.state is SessionState.IDLE
    assert engine.requests == []


def test_a_request_refused_by_the_engine_names_its_field_too(qtbot, session, engine):
    engine.error = InvalidRequestError("duration_s", "That needs more memory than there is.")
    with qtbot.waitSignal(session.rejected) as refusal:
        session.generate()
    assert refusal.args[0].field == "duration_s"


def test_a_download_is_agreed_to_first_and_then_the_request_runs(qtbot, session, engine):
    engine.error = NotAgreedError("owner/model", 10**9, "CC-BY-NC-SA-4.0")
    session.document.draft.set_value("model", "owner/model")
    with qtbot.waitSignal(session.agreement_wanted):
        session.generate()
    assert engine.fetched == []
    session.generate_agreed()
    wait_idle(qtbot, session)
    assert engine.fetched == ["owner/model"]
    assert engine.requests[0] == engine.requests[1]


@pytest.mark.parametrize("is_edit", [False, True])
def test_a_lost_device_gives_its_place_to_the_processor(qtbot, session, engine, is_edit):
    if is_edit:
        generate(qtbot, session)
    engine.error = DeviceLostError("cuda")
    with qtbot.waitSignal(session.agreement_wanted):
        if is_edit:
            edit = Edit(kind=EditKind.CONTINUE_RIGHT, added_s=1.0)
            session.revise(session.document.shown.take, edit)
        else:
            session.generate()
    wait_idle(qtbot, session)
    assert engine.configs[-1].device == "auto"
    session.generate_agreed()
    wait_idle(qtbot, session)
    assert engine.configs[-1].device == session.document.engine_draft.value("device") == "cpu"
    assert session.document.status.outcome is Outcome.FINISHED
    assert len(engine.edits) == (2 if is_edit else 0)


def test_shutting_down_in_the_middle_of_a_run_cancels_and_stops(
    qtbot, session, gated, playback, endings
):
    start_and_reach_the_middle(qtbot, session, gated)
    with qtbot.waitSignal(session.stopped):
        session.shut_down()
    assert session.state is SessionState.STOPPED
    assert playback.is_closed
    session.generate()
    assert len(gated.requests) == 1
    assert endings == ["cancelled"]


def test_a_changed_way_of_working_holds_from_the_next_run_on(qtbot, session, engine):
    session.document.draft.fill({"num_inference_steps": 1, "duration_s": 1.0})
    session.document.engine_draft.set_value("mode", "streaming")
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert engine.configs[-1].tiling.mode == "streaming"
