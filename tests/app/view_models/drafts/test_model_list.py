"""The list of models: its state and requests, without a worker."""

import pytest

from app.view_models.drafts.model_list import ModelListModel
from app.view_models.drafts.prompt_hint import PromptHint
from app.view_models.drafts.request_draft import RequestDraft
from core.api.model_card import Place
from core.api.request import PromptSegment
from tests.app.fake_model_store import VOCABULARY, model


@pytest.fixture
def draft(qapp):
    return RequestDraft()


@pytest.fixture
def model_list(draft):
    return ModelListModel(draft)


def test_folders_and_recent_models_survive_a_restart(draft, model_list):
    model_list.add_folder("/models/own")
    model_list.choose("/models/own")
    model_list.choose("owner/large")
    again = ModelListModel(draft)
    again.restore(model_list.to_json())
    assert again.folders == ["/models/own"]
    assert again.recent == ["owner/large", "/models/own"]


def test_each_choice_describes_the_model_once(model_list):
    described = []
    model_list.describe_requested.connect(described.append)
    for _ in range(2):
        model_list.choose("/models/own")
    assert described == ["/models/own"] * 2


@pytest.mark.parametrize("text", ["", "{}", "7", '{"folders": 1, "recent": []}'])
def test_damaged_settings_leave_an_empty_list(model_list, text):
    model_list.restore(text)
    assert (model_list.folders, model_list.recent) == ([], [])


def test_a_folder_that_is_forgotten_is_no_longer_chosen(draft, model_list):
    model_list.add_folder("/models/own")
    model_list.choose("/models/own")
    model_list.forget_folder("/models/own")
    assert (model_list.folders, draft.value("model")) == ([], "bundled")


def test_an_answer_about_another_model_comes_too_late(model_list):
    model_list.show_current(model("owner/other", Place.DOWNLOADED))
    assert model_list.current is None


def test_a_guidance_set_by_hand_is_kept(draft, model_list):
    draft.set_value("guidance_scale", 7.0)
    model_list.show_current(model("bundled", Place.BUNDLED))
    assert draft.value("guidance_scale") == 7.0
    assert draft.default("guidance_scale") == 2.5


def test_an_unknown_word_is_hinted_at_when_typing_pauses(qtbot, draft, model_list):
    hint = PromptHint(draft, model_list)
    model_list.show_current(model("bundled", Place.BUNDLED, vocabulary=VOCABULARY))
    with qtbot.waitSignal(hint.changed):
        draft.set_value("prompt", "slow theremin")
    assert hint.hint.nearest == ("synth lead", "violin")
    with qtbot.waitSignal(hint.changed):
        draft.set_value("prompt", "slow violin")
    assert hint.hint is None


def test_hints_cover_the_prompts_that_are_heard(qtbot, draft, model_list):
    hint = PromptHint(draft, model_list)
    model_list.show_current(model("bundled", Place.BUNDLED, vocabulary=VOCABULARY))
    with qtbot.waitSignal(hint.changed):
        segments = (PromptSegment(0.0, "violin"), PromptSegment(8.0, "theremin"))
        draft.set_value("segments", segments)
    assert hint.hint.unknown == ("theremin",)
    with qtbot.waitSignal(hint.changed):
        draft.set_value("duration_s", 5.0)
    assert hint.hint is None


def test_what_to_keep_away_from_gives_no_hint(qtbot, draft, model_list):
    hint = PromptHint(draft, model_list)
    model_list.show_current(model("bundled", Place.BUNDLED, vocabulary=VOCABULARY))
    draft.set_value("negative_prompt", "theremin")
    draft.set_value("prompt", "violin")
    hint._timer.timeout.emit()
    assert hint.hint is None


def test_a_model_without_a_vocabulary_gives_no_hint(draft, model_list):
    hint = PromptHint(draft, model_list)
    draft.set_value("prompt", "theremin")
    model_list.show_current(model("bundled", Place.BUNDLED))
    assert (hint.hint, hint.examples) == (None, ())


def test_windows_are_known_of_the_listed_models(model_list):
    assert model_list.window_s("bundled") is None
    model_list.show_current(model("bundled", Place.BUNDLED))
    model_list.show([model("/models/a", Place.FOLDER), model("/models/b", Place.FOLDER, card=None)])
    assert [model_list.window_s(name) for name in ("bundled", "/models/a", "/models/b", "c")] == [
        5.12,
        5.12,
        None,
        None,
    ]
