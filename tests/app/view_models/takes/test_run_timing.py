"""Times of earlier runs, and the time left of a run."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.takes.run_timing import RemainingTime, RunTiming, _num_windows
from core.api.config import EngineConfig, TilingConfig
from core.api.edit import Edit, EditKind
from core.api.events import Stage
from core.api.request import GenerationRequest
from core.diffusion.windows import WindowPlan

REQUEST = GenerationRequest(duration_s=10.0, num_inference_steps=20)
WINDOW_S = 10.0
TOOK = {Stage.DENOISING: 8.0, Stage.DECODING: 4.0}


def test_what_was_never_measured_is_not_guessed(memory):
    assert RunTiming(memory).expected_s(REQUEST, EngineConfig(), WINDOW_S) is None


def test_the_same_run_takes_the_same_time_and_a_longer_one_more(memory):
    pace = RunTiming(memory)
    pace.learn(REQUEST, EngineConfig(), WINDOW_S, TOOK)
    assert pace.expected_s(REQUEST, EngineConfig(), WINDOW_S) == pytest.approx(12.0)
    longer = GenerationRequest(duration_s=25.0, num_inference_steps=40)  # three windows
    assert pace.expected_s(longer, EngineConfig(), WINDOW_S) == pytest.approx(6 * 8.0 + 2.5 * 4.0)


def test_a_short_sound_counts_as_a_whole_window(memory):
    pace = RunTiming(memory)
    short = GenerationRequest(duration_s=0.5, num_inference_steps=20)
    pace.learn(short, EngineConfig(), WINDOW_S, {Stage.DENOISING: 8.0, Stage.DECODING: 0.2})
    assert pace.expected_s(REQUEST, EngineConfig(), WINDOW_S) == pytest.approx(12.0)


@given(st.integers(1, 400_000), st.integers(1, 1000))
def test_windows_are_counted_as_the_denoiser_plans_them(num_frames, quarter_frames):
    windows = WindowPlan(num_frames, 4 * quarter_frames, quarter_frames).windows
    request = GenerationRequest(duration_s=float(num_frames))
    assert _num_windows(request, 4.0 * quarter_frames) == len(windows)


def test_an_edit_teaches_nothing(memory):
    pace = RunTiming(memory)
    edited = replace(REQUEST, edits=(Edit(kind=EditKind.LOOP),))
    pace.learn(edited, EngineConfig(), WINDOW_S, TOOK)
    assert pace.expected_s(REQUEST, EngineConfig(), WINDOW_S) is None


def test_every_mode_and_precision_has_its_own_pace(memory):
    pace = RunTiming(memory)
    pace.learn(REQUEST, EngineConfig(), WINDOW_S, TOOK)
    for tiling in (TilingConfig(mode="streaming"), TilingConfig(compute_dtype="bfloat16")):
        assert pace.expected_s(REQUEST, EngineConfig(tiling=tiling), WINDOW_S) is None


def test_a_pace_is_kept_between_starts_and_follows_slowly(memory):
    RunTiming(memory).learn(REQUEST, EngineConfig(), WINDOW_S, TOOK)
    pace = RunTiming(memory)
    pace.learn(
        REQUEST, EngineConfig(), WINDOW_S, {stage: 2 * took_s for stage, took_s in TOOK.items()}
    )
    assert pace.expected_s(REQUEST, EngineConfig(), WINDOW_S) == pytest.approx(18.0)


def test_a_run_that_was_not_measured_whole_teaches_nothing(memory):
    pace = RunTiming(memory)
    pace.learn(REQUEST, EngineConfig(), WINDOW_S, {Stage.DENOISING: 8.0})
    assert pace.expected_s(REQUEST, EngineConfig(), WINDOW_S) is None


@pytest.mark.parametrize("text", ["{", "7", '{"a": 1}', '{"a": ["x", 2]}'])
def test_a_damaged_memory_is_none(memory, text):
    memory.keep("window_pace", text)
    assert RunTiming(memory).expected_s(REQUEST, EngineConfig(), WINDOW_S) is None


def after_a_run_of(duration_s: float) -> RemainingTime:
    """An estimator that saw one run: 20 steps at 0.1 s, and 0.5 s of decoding a second."""
    remaining = RemainingTime()
    remaining.begin_run(duration_s, 20)
    remaining.begin_stage(Stage.DENOISING, 0.0)
    remaining.finish_stage(Stage.DENOISING, duration_s * 20 * 0.1)
    remaining.begin_stage(Stage.DECODING, 0.0)
    remaining.finish_stage(Stage.DECODING, duration_s * 0.5)
    return remaining


def test_nobody_knows_at_the_very_first_beginning():
    remaining = RemainingTime()
    remaining.begin_run(10.0, 20)
    assert remaining.estimate_s(0.0, 0.0) is None
    remaining.begin_stage(Stage.DENOISING, 0.0)
    assert remaining.estimate_s(0.01, 1.0) is None


@given(st.floats(0.1, 1.0), st.floats(1.0, 1000.0))
def test_a_stage_is_extrapolated_from_its_own_pace(fraction, elapsed_s):
    remaining = RemainingTime()
    remaining.begin_run(10.0, 20)
    remaining.begin_stage(Stage.DENOISING, 0.0)
    estimate_s = remaining.estimate_s(fraction, elapsed_s)
    assert estimate_s + elapsed_s == pytest.approx(elapsed_s / fraction)


@given(st.floats(1.0, 100.0))
def test_the_estimate_is_proportional_to_the_length(duration_s):
    remaining = after_a_run_of(10.0)
    remaining.begin_run(duration_s, 20)
    remaining.begin_stage(Stage.DENOISING, 0.0)
    assert remaining.estimate_s(0.0, 0.0) == pytest.approx(duration_s * 2.5)


def test_stages_to_come_are_added_and_those_done_are_not():
    remaining = after_a_run_of(10.0)
    remaining.begin_run(10.0, 20)
    remaining.begin_stage(Stage.DENOISING, 0.0)
    assert remaining.estimate_s(0.5, 10.0) == pytest.approx(10.0 + 5.0)
    remaining.finish_stage(Stage.DENOISING, 20.0)
    remaining.begin_stage(Stage.DECODING, 20.0)
    assert remaining.estimate_s(0.5, 22.0) == pytest.approx(2.0)


def test_the_estimate_never_falls_below_nothing():
    remaining = after_a_run_of(1.0)
    remaining.begin_run(1.0, 20)
    remaining.begin_stage(Stage.DECODING, 0.0)
    assert remaining.estimate_s(0.0, 999.0) >= 0.0


def test_shared_work_has_a_pace_of_its_own(memory):
    pace = RunTiming(memory)
    pace.learn(REQUEST, EngineConfig(), WINDOW_S, TOOK)
    shared = EngineConfig(other_devices=("cpu",))
    assert pace.expected_s(REQUEST, shared, WINDOW_S) is None
