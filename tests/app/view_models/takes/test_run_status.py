"""Where a run stands."""

import numpy as np
import pytest

from app.view_models.takes.run_status import Outcome, RunStatusModel
from core.api.events import BytesReceived, DenoisingStep, Stage, StageFinished
from core.api.request import GenerationRequest

LATENTS = np.zeros((1, 1, 1), np.float32)


@pytest.fixture
def status(qapp, clock):
    status = RunStatusModel(clock=clock)
    status.begin_run(GenerationRequest())
    return status


def test_a_step_says_how_much_of_denoising_is_done(status, clock):
    status.begin_stage(Stage.DENOISING)
    clock.now_s += 4.0
    status.note_step(DenoisingStep(5, 25, LATENTS))
    assert status.fraction == pytest.approx(0.2)
    assert status.remaining_s == pytest.approx(16.0)


def test_a_download_of_unknown_size_does_not_divide_by_nothing(status):
    status.begin_stage(Stage.DOWNLOADING)
    status.note_bytes(BytesReceived(5, 0))
    assert status.fraction == 0.0


def test_the_end_of_an_older_stage_keeps_the_current_one(status):
    status.begin_stage(Stage.DENOISING)
    status.begin_stage(Stage.DECODING)
    status.finish_stage(StageFinished(Stage.DENOISING, 1.0))
    assert status.stage is Stage.DECODING
    assert status.fraction is None


def test_a_stage_that_ended_stays_on_show_until_the_next_begins(status):
    status.begin_stage(Stage.DENOISING)
    status.finish_stage(StageFinished(Stage.DENOISING, 1.0))
    assert (status.stage, status.fraction) == (Stage.DENOISING, 1.0)


def test_a_stage_that_comes_back_took_all_its_times_together(status):
    for took_s in (1.0, 2.0):
        status.finish_stage(StageFinished(Stage.DENOISING, took_s))
    assert status.stages_took_s == {Stage.DENOISING: 3.0}


def test_a_run_whose_engine_is_not_here_yet_is_loading(status):
    assert status.stage is Stage.LOADING


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda status: status.finish(), Outcome.FINISHED),
        (lambda status: status.cancel(), Outcome.CANCELLED),
        (lambda status: status.fail(ValueError()), Outcome.FAILED),
    ],
)
def test_every_ending_leaves_no_stage_and_says_how_long_it_took(status, clock, end, outcome):
    status.begin_stage(Stage.DECODING)
    clock.now_s += 7.0
    end(status)
    assert (status.stage, status.outcome, status.took_s) == (None, outcome, 7.0)


def test_the_next_run_forgets_the_error_of_the_last(status):
    status.fail(ValueError())
    status.begin_run(GenerationRequest())
    assert status.error is None
    assert status.outcome is Outcome.NONE


def test_a_failure_outside_a_run_leaves_the_run_alone(status):
    status.begin_stage(Stage.DECODING)
    status.note_failure(ValueError())
    assert status.stage is Stage.DECODING
    status.clear_failure()
    assert status.error is None


@pytest.mark.parametrize(("played_s", "heard_s"), [(8.5, 8.5), (120.0, None)])
def test_a_take_that_is_played_later_was_not_heard_after_that_time(
    status, clock, played_s, heard_s
):
    status.begin_stage(Stage.VOCODING)
    clock.now_s = 8.0
    status.finish()
    clock.now_s = played_s
    status.note_heard()
    assert status.first_sound_s == heard_s


def test_the_first_sound_is_timed_from_the_start_and_only_once(status, clock):
    assert status.first_sound_s is None
    clock.now_s = 3.5
    status.note_heard()
    clock.now_s = 10.0
    status.note_heard()
    assert status.first_sound_s == 3.5
