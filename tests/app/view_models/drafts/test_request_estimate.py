"""Estimates while a request is being filled in."""

import pytest

from app.view_models.drafts.engine_draft import EngineDraft
from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.request_draft import RequestDraft
from app.view_models.drafts.request_estimate import EstimateModel
from app.view_models.takes.run_timing import RunTiming
from core.api.config import EngineConfig, TilingMode
from core.api.errors import DeviceMemoryError
from core.api.estimate import Estimate
from core.api.events import Stage
from core.api.model_card import Place
from tests.app.fake_model_store import model as a_model

ANSWER = Estimate(
    model="bundled",
    mode=TilingMode.EXACT,
    device="cpu",
    precision="float32",
    networks_bytes=3,
    libraries_bytes=4,
    working_bytes=2,
    result_bytes=1,
    explanation="Exact.",
)


@pytest.fixture
def model(qapp):
    draft, engine_draft = RequestDraft(), EngineDraft()
    model_list = ModelListModel(draft)
    model = EstimateModel(draft, engine_draft, model_list)
    model.parts = draft, engine_draft, model_list
    return model


def test_nothing_is_asked_before_there_is_an_engine(qtbot, model):
    asked = []
    model.requested.connect(lambda *question: asked.append(question))
    model.parts[0].set_value("duration_s", 20.0)
    qtbot.waitUntil(lambda: not model._timer.isActive())
    assert asked == []
    with qtbot.waitSignal(model.requested):
        model.begin()


def test_many_changes_are_one_question(qtbot, model):
    asked = []
    model.requested.connect(lambda *question: asked.append(question))
    model.begin()
    for duration_s in range(1, 30):
        model.parts[0].set_value("duration_s", float(duration_s))
    qtbot.waitUntil(lambda: len(asked) > 0)
    assert [request.duration_s for request, _ in asked] == [29.0]
    assert asked[0][1] == EngineDraft().to_config()


def test_a_change_during_a_request_leads_to_another(qtbot, model):
    with qtbot.waitSignal(model.requested):
        model.begin()
    model.parts[1].set_value("mode", "off")
    qtbot.waitUntil(lambda: not model._timer.isActive())
    with qtbot.waitSignal(model.requested) as asked:
        model.show(ANSWER)
    assert model.estimate.total_bytes == 10
    assert asked.args[1].tiling.mode is TilingMode.OFF


def test_a_prompt_changes_no_plan(model):
    model.engine_ready = True
    model.parts[0].set_value("prompt", "rain")
    assert not model._timer.isActive()


def test_what_cannot_be_planned_says_why(model):
    model.show(DeviceMemoryError("It does not fit."))
    assert (model.estimate, model.problem) == (None, "It does not fit.")
    model.show(ANSWER)
    assert model.problem == ""


def test_a_request_that_cannot_be_made_is_a_problem(qtbot, model):
    model.parts[0].set_value("duration_s", -1.0)
    model.begin()
    qtbot.waitUntil(lambda: "duration" in model.problem)


def test_times_are_estimated_after_a_similar_run(qtbot, model, memory):
    with qtbot.waitSignal(model.requested) as asked:
        model.begin()
    assert model.expected_s is None
    model.use_timing(RunTiming(memory))
    assert model.expected_s is None
    request, config = asked.args
    assert isinstance(config, EngineConfig)
    model.learn(request, config, {Stage.DENOISING: 3.0, Stage.DECODING: 2.0})
    assert model.expected_s is None  # nobody knows the model's windows yet
    with qtbot.waitSignal(model.changed):
        model.parts[2].show_current(a_model("bundled", Place.BUNDLED))
    model.learn(request, config, {Stage.DENOISING: 3.0, Stage.DECODING: 2.0})
    assert model.expected_s == pytest.approx(5.0)
