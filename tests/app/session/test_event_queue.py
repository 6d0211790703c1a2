"""Laws of the box between a run and the window."""

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.session.event_queue import EventQueue
from core.api.config import TilingMode
from core.api.events import (
    BarrierPassed,
    DenoisingStep,
    Notice,
    Stage,
    StageStarted,
    TileAdvanced,
    TilePlanned,
    TileState,
)

LATENTS = np.zeros((1, 1, 1), np.float32)


def advanced(tile: int, task: int) -> TileAdvanced:
    return TileAdvanced(tile, TileState.RUNNING, task, 9, "conv", "cpu")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 99))))
def test_the_last_news_of_every_tile_arrives_and_nothing_older(news):
    inbox = EventQueue()
    for tile, task in news:
        inbox.put(advanced(tile, task))
    arrived = inbox.take_all()
    assert {event.tile: event.task for event in arrived} == dict(news)
    assert len(arrived) == len({tile for tile, _ in news})


def test_the_order_of_what_is_left_is_the_order_of_arrival():
    inbox = EventQueue()
    events = [StageStarted(Stage.DENOISING), DenoisingStep(1, 3, LATENTS), Notice("one")]
    later = [DenoisingStep(2, 3, LATENTS), Notice("two"), BarrierPassed(1, 2, "norm")]
    for event in events + later:
        inbox.put(event)
    assert inbox.take_all() == [events[0], events[2], *later]


def test_taking_all_empties_the_box():
    inbox = EventQueue()
    inbox.put(Notice("one"))
    inbox.take_all()
    assert inbox.take_all() == []


def test_a_new_plan_forgets_the_tiles_of_the_old_one():
    inbox = EventQueue()
    inbox.put(advanced(3, 1))
    plan = TilePlanned(TilingMode.EXACT, (), (), "")
    inbox.put(plan)
    inbox.put(advanced(0, 2))
    assert inbox.take_all() == [plan, advanced(0, 2)]


def test_no_notice_is_lost_while_another_thread_looks():
    inbox, arrived = EventQueue(), []
    sentences = [str(number) for number in range(5000)]
    writer = threading.Thread(target=lambda: [inbox.put(Notice(text)) for text in sentences])
    writer.start()
    while writer.is_alive():
        arrived += inbox.take_all()
    arrived += inbox.take_all()
    assert [event.sentence for event in arrived] == sentences
