"""The field of the level shows the draft's level, and changes it."""

import pytest

from app.view_models.drafts.request_draft import RequestDraft
from app.views.prompt.request_fields import RequestFields
from app.views.widgets.choices import ChoiceBox
from app.views.widgets.theme import DARK
from core.api.request import Level
from tests.app.fake_dialogs import FakeDialogs


@pytest.fixture
def draft(qapp):
    return RequestDraft()


@pytest.fixture
def level_box(qtbot, draft):
    fields = RequestFields(draft, FakeDialogs(), DARK)
    qtbot.addWidget(fields)
    draft.fields = fields  # which nobody else keeps
    return fields.boxes["level"].findChild(ChoiceBox)


def choose(box, value):
    index = next(index for index, known in enumerate(box._values) if known == value)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_a_chosen_level_is_that_of_the_request(draft, level_box):
    assert level_box.value is Level.RECOMMENDED
    choose(level_box, -18.0)
    assert draft.to_request().level == -18.0
    choose(level_box, Level.UNCHANGED)
    assert draft.to_request().level is Level.UNCHANGED


def test_a_level_that_was_filled_in_is_shown(draft, level_box):
    draft.fill({"level": -19.5})
    assert (level_box.value, level_box.currentText()) == (-19.5, "−19.5 LUFS")
    draft.fill({"level": "unchanged"})
    assert level_box.value is Level.UNCHANGED


def test_a_reset_brings_back_the_recommendation(draft, level_box):
    choose(level_box, -18.0)
    box = draft.fields.boxes["level"]
    box.reset_requested.emit()
    assert draft.to_request().level is Level.RECOMMENDED
