"""Garbage collected in the window's thread."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from app.studio.garbage_collector import GarbageCollector, collect_due


class Knot(QObject):
    """An object that only a collection finds, and that tells where it was found."""

    def __init__(self, found_in):
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: found_in.append(threading.current_thread()))


@pytest.fixture(autouse=True)
def quick_thresholds():
    gc.collect()
    before = gc.get_threshold()
    gc.set_threshold(50, 1, 1)
    yield
    gc.set_threshold(*before)


def litter():
    for _ in range(200):
        knot = []
        knot.append(knot)


def litter_in_a_thread():
    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()


def test_what_another_thread_makes_due_is_collected_here(qtbot):
    gc.enable()
    collector = GarbageCollector()
    found_in = []
    Knot(found_in)
    litter_in_a_thread()
    assert found_in == []

    def is_found():
        litter_in_a_thread()  # again: what Qt deletes meanwhile counts against what is due
        return bool(found_in)

    qtbot.waitUntil(is_found)
    assert found_in == [threading.main_thread()]
    collector.deleteLater()


def test_nothing_is_collected_before_it_is_due():
    gc.set_threshold(1_000_000, 1, 1)
    found_in = []
    Knot(found_in)
    collect_due()
    assert found_in == []
    gc.set_threshold(1, 1, 1)
    litter()
    collect_due()
    assert found_in == [threading.current_thread()]


def test_without_thresholds_nothing_is_collected():
    gc.set_threshold(0, 0, 0)
    found_in = []
    Knot(found_in)
    litter()
    collect_due()
    assert found_in == []
