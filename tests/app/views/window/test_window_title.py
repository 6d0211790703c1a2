"""The window's title through a run."""

import pytest
from PySide6.QtWidgets import QWidget

from app.view_models.takes.run_status import RunStatusModel
from app.views.window.window_title import WindowTitle
from core.api.errors import DeviceMemoryError
from core.api.events import Stage, StageFinished
from core.api.request import GenerationRequest
from tests.app.clock import Clock


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


def run(status, clock):
    """A run of two stages; yields after every second of it."""
    status.begin_run(GenerationRequest(num_inference_steps=10))
    for stage in (Stage.DENOISING, Stage.DECODING, Stage.VOCODING):
        status.begin_stage(stage)
        for step in range(1, 11):
            clock.now_s += 1.0
            status.note_fraction(step / 10)
            yield
        status.finish_stage(StageFinished(stage, 10.0))
    status.finish()


def test_the_title_shows_progress_once_all_stages_are_known(window):
    clock = Clock()
    status = RunStatusModel(clock=clock)
    WindowTitle(window, status)
    titles = [window.windowTitle() for _ in run(status, clock)]
    assert titles[0] == "Generating – Tessera"
    assert window.windowTitle() == "Tessera"
    percents = [int(window.windowTitle().split()[0]) for _ in run(status, clock)]
    assert percents == [round(100 * second / 30) for second in range(1, 31)]
    assert window.windowTitle() == "Tessera"


def test_a_failed_run_leaves_the_plain_name(window):
    status = RunStatusModel()
    WindowTitle(window, status)
    status.begin_run(GenerationRequest())
    status.fail(DeviceMemoryError("Too large."))
    assert window.windowTitle() == "Tessera"
    assert status.run_fraction is None
