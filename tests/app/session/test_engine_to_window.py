"""Laws of the crossing from the engine's thread to the window's."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.engine_to_window import (
    AudioArrived,
    EventDelivery,
    EventQueue,
    RunCrossing,
    RunListener,
    SoundGate,
    TileStopwatch,
)
from app.view_models.takes.queue_entry import QueueEntry
from app.view_models.transport.buffer_health import BufferHealth
from core.api.config import TilingMode
from core.api.events import (
    AudioChunk,
    BarrierPassed,
    DenoisingStep,
    Notice,
    Stage,
    StageFinished,
    StageStarted,
    TileAdvanced,
    TileDecoded,
    TilePlanned,
    TileState,
)
from core.api.region import Region, Span
from core.api.request import GenerationRequest

LATENTS = np.zeros((1, 1, 1), np.float32)
TILES = tuple(Region(Span(start, start + 10), Span(0, 64)) for start in (0, 10))
PLAN = TilePlanned(TilingMode.EXACT, TILES, TILES, "two tiles")
CHUNK = AudioChunk(0, np.ones(16_000, np.float32))


def step(number):
    return DenoisingStep(number, 25, LATENTS)


def advanced(tile, task, state=TileState.RUNNING):
    return TileAdvanced(tile, state, task, 9, "conv", "cpu")


def decoded(tile):
    return TileDecoded(tile, TILES[tile], np.zeros((10, 64), np.float32))


@pytest.fixture
def queue():
    return EventQueue()


@pytest.fixture
def run(playback):
    playback.begin(16_000, 32_000)
    return RunCrossing(QueueEntry(request=GenerationRequest()), SoundGate(playback))


@pytest.fixture
def buffer(playback):
    return BufferHealth(playback)


@pytest.fixture
def listener(run, buffer, clock):
    return RunListener(run, buffer, clock)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 99))))
def test_only_the_latest_state_of_every_tile_arrives(states):
    queue = EventQueue()
    for tile, task in states:
        queue.put(advanced(tile, task))
    arrived = queue.take_new()
    assert {event.tile: event.task for event in arrived} == dict(states)
    assert len(arrived) == len({tile for tile, _ in states})


@given(st.lists(st.one_of(st.just("look"), st.integers(0, 3)), max_size=40))
def test_no_look_takes_what_an_earlier_one_took(acts):
    queue, task, arrived = EventQueue(), 0, []
    for act in acts:
        if act == "look":
            arrived += [event.task for event in queue.take_new()]
        else:
            queue.put(advanced(act, task := task + 1))
    assert arrived == sorted(set(arrived))


def test_events_arrive_in_their_order(queue):
    first = [StageStarted(Stage.DENOISING), step(1), Notice("one")]
    later = [step(2), Notice("two"), BarrierPassed(1, 2, "norm")]
    for event in first + later:
        queue.put(event)
    assert queue.take_new() == [first[0], first[2], *later]


def test_a_new_plan_forgets_the_tiles_of_the_old_one(queue):
    queue.put(advanced(3, 1))
    queue.put(PLAN)
    queue.put(advanced(0, 2))
    assert queue.take_new() == [PLAN, advanced(0, 2)]


def test_no_notice_is_lost_while_another_thread_looks(queue):
    arrived, sentences = [], [str(number) for number in range(5000)]
    writer = threading.Thread(target=lambda: [queue.put(Notice(text)) for text in sentences])
    writer.start()
    while writer.is_alive():
        arrived += queue.take_new()
    arrived += queue.take_new()
    assert [event.sentence for event in arrived] == sentences


def test_where_a_run_stands_is_known_after_it_was_taken(queue):
    for event in (step(1), step(2), PLAN, advanced(0, 1), advanced(1, 1), Notice("one")):
        queue.put(event)
    queue.take_new()
    assert queue.take_new() == []
    assert queue.standing() == [step(2), PLAN, advanced(0, 1), advanced(1, 1)]


def test_a_decoded_tile_stands_as_done_without_its_picture(queue):
    for event in (PLAN, advanced(0, 1), decoded(0), decoded(1)):
        queue.put(event)
    queue.take_new()
    plan, *tiles = queue.standing()
    assert plan is PLAN
    assert [(tile.tile, tile.state) for tile in tiles] == [(0, TileState.DONE), (1, TileState.DONE)]


def test_tiles_without_a_plan_leave_nothing_behind(queue):
    for number in range(100):
        queue.put(TileDecoded(number, TILES[0], LATENTS[0]))
        queue.put(AudioArrived(number))
        queue.take_new()
    assert queue._events == {}


def test_tiles_of_an_encoder_stand_until_it_is_done(queue):
    for event in (PLAN, advanced(0, 1), StageFinished(Stage.ENCODING, 1.0)):
        queue.put(event)
    assert queue.standing() == []


def test_sound_passes_only_while_its_run_is_on_show(run, playback, listener):
    listener.hear(CHUNK)
    assert np.isnan(playback.samples).all()
    with run.sound.opening((16_000, 1)):
        listener_thread = threading.Thread(target=listener.hear, args=(CHUNK,))
        listener_thread.start()
        assert np.isnan(playback.samples).all()  # it waits for the end of the block
    listener_thread.join()
    assert playback.samples[:16_000].sum() == 16_000
    run.sound.shut()
    listener.hear(AudioChunk(16_000, CHUNK.samples))
    assert np.isnan(playback.samples[16_000:]).all()


def test_of_sound_the_window_hears_only_how_far_it_got(run, listener, buffer):
    listener.hear(CHUNK)
    listener.hear(AudioChunk(16_000, CHUNK.samples))
    assert run.events.take_new() == [AudioArrived(32_000)]
    assert buffer.ahead_s == 2.0


def test_sound_and_picture_are_recorded(run, listener):
    listener.hear(CHUNK)
    listener.hear(decoded(0))
    kinds = [type(piece) for piece in run.recording.pieces()]
    assert kinds == [TileDecoded, AudioChunk]


def test_events_wait_for_the_window_and_are_delivered_soon(qtbot, run, listener):
    arrived, looks = [], []
    delivery = EventDelivery(arrived.append, lambda: looks.append(threading.current_thread()))
    delivery.begin(run)
    thread = threading.Thread(target=lambda: [listener.hear(step(n)) for n in range(1, 26)])
    thread.start()
    thread.join()
    assert arrived == []
    qtbot.waitUntil(lambda: arrived == [step(25)])
    delivery.end()
    assert set(looks) == {threading.main_thread()}


def test_the_last_events_are_delivered_before_the_end(qapp, run, listener):
    arrived = []
    delivery = EventDelivery(arrived.append, lambda: None)
    delivery.begin(run)
    listener.hear(Notice("nearly there"))
    delivery.end()
    assert arrived == [Notice("nearly there")]


@pytest.fixture
def stopwatch(clock):
    return TileStopwatch(clock)


def took_s(stopwatch, tile, state):
    return stopwatch.time(advanced(tile, 1, state)).took_s


def test_turns_of_a_tile_are_summed_without_the_waits_between(stopwatch, clock):
    took_s(stopwatch, 0, TileState.RUNNING)
    clock.now_s = 1.0
    assert took_s(stopwatch, 0, TileState.PARKED) == 1.0
    took_s(stopwatch, 1, TileState.RUNNING)
    clock.now_s = 5.0
    assert took_s(stopwatch, 1, TileState.PARKED) == 4.0
    took_s(stopwatch, 0, TileState.RUNNING)
    clock.now_s = 5.5
    assert took_s(stopwatch, 0, TileState.DONE) == 1.5


def test_a_new_plan_starts_every_stopwatch_at_zero(stopwatch, clock):
    took_s(stopwatch, 0, TileState.RUNNING)
    clock.now_s = 1.0
    stopwatch.time(PLAN)
    assert took_s(stopwatch, 0, TileState.DONE) == 0.0


def test_events_without_a_tile_pass_the_stopwatch_unchanged(stopwatch):
    notice = Notice("one")
    assert stopwatch.time(notice) is notice
