"""A long session grows by what it lists, and by nothing else."""

import gc
from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from core.api.events import Event

FEW, MANY = 3, 20
# One row of the history and the requests in it.
LISTED = {"TakeRecord", "GenerationRequest", "QueueEntry"}


@pytest.fixture
def studio(studio):
    studio.library.open()
    studio.session.document.draft.fill({"num_inference_steps": 2, "duration_s": 1.0})
    return studio


def generate(qtbot, studio) -> None:
    with qtbot.waitSignal(studio.library.library_worker.added):
        studio.session.generate()


def census(studio) -> Counter[str]:
    """How many there are of each kind: Qt's objects, ours, and numbers in arrays."""
    QApplication.processEvents()
    gc.collect()
    things = gc.get_objects()
    owners = (studio, studio.session, studio.window)
    ours = [one for one in things if str(type(one).__module__).startswith(("app.", "core."))]
    return Counter(
        {
            "QObject": sum(len(owner.findChildren(QObject)) for owner in owners),
            "array bytes": sum(one.nbytes for one in things if issubclass(type(one), np.ndarray)),
            "events": sum(issubclass(type(one), Event) for one in ours),
            **Counter(type(one).__name__ for one in ours),
        }
    )


def test_twenty_takes_leave_nothing_behind_but_their_rows(qtbot, studio):
    for _ in range(FEW):
        generate(qtbot, studio)
    few = census(studio)
    for _ in range(MANY - FEW):
        generate(qtbot, studio)

    def nothing_is_left_behind() -> None:
        """One more of a kind is the latest, such as the level that was heard last."""
        grown = {kind: number - few[kind] for kind, number in census(studio).items()}
        assert {kind: more for kind, more in grown.items() if more > 1 and kind not in LISTED} == {}
        assert grown["TakeRecord"] == MANY - FEW

    qtbot.waitUntil(nothing_is_left_behind)  # on a busy machine the last take is still leaving
