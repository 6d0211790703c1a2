"""What earlier runs say about the next one."""

import pytest

from app.models.run_pace import RunPace
from core.config import EngineConfig, TilingConfig
from core.events import Stage
from core.request import GenerationRequest

REQUEST = GenerationRequest(duration_s=10.0, num_inference_steps=20)
TOOK = {Stage.DENOISING: 8.0, Stage.DECODING: 4.0}


def test_what_was_never_measured_is_not_guessed(memory):
    assert RunPace(memory).expected_s(REQUEST, EngineConfig()) is None


def test_the_same_run_takes_the_same_time_and_a_longer_one_more(memory):
    pace = RunPace(memory)
    pace.learn(REQUEST, EngineConfig(), TOOK)
    assert pace.expected_s(REQUEST, EngineConfig()) == pytest.approx(12.0)
    longer = GenerationRequest(duration_s=20.0, num_inference_steps=40)
    assert pace.expected_s(longer, EngineConfig()) == pytest.approx(4 * 8.0 + 2 * 4.0)


def test_every_mode_and_precision_has_its_own_pace(memory):
    pace = RunPace(memory)
    pace.learn(REQUEST, EngineConfig(), TOOK)
    for tiling in (TilingConfig(mode="streaming"), TilingConfig(compute_dtype="bfloat16")):
        assert pace.expected_s(REQUEST, EngineConfig(tiling=tiling)) is None


def test_a_pace_is_kept_between_starts_and_follows_slowly(memory):
    RunPace(memory).learn(REQUEST, EngineConfig(), TOOK)
    pace = RunPace(memory)
    pace.learn(REQUEST, EngineConfig(), {stage: 2 * took_s for stage, took_s in TOOK.items()})
    assert pace.expected_s(REQUEST, EngineConfig()) == pytest.approx(18.0)


def test_a_run_that_was_not_measured_whole_teaches_nothing(memory):
    pace = RunPace(memory)
    pace.learn(REQUEST, EngineConfig(), {Stage.DENOISING: 8.0})
    assert pace.expected_s(REQUEST, EngineConfig()) is None


@pytest.mark.parametrize("text", ["{", "7", '{"a": 1}', '{"a": ["x", 2]}'])
def test_a_damaged_memory_is_none(memory, text):
    memory.keep("pace", text)
    assert RunPace(memory).expected_s(REQUEST, EngineConfig()) is None
