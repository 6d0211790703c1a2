"""Fields, what is usual for them, and the way back."""

import pytest

from app.view_models.drafts.draft import Draft


@pytest.fixture
def draft(qapp):
    return Draft({"guidance_scale": 3.5, "steps": 25})


def test_a_reset_field_is_as_usual_again(draft):
    draft.set_value("steps", 50)
    assert not draft.is_default("steps")
    draft.reset("steps")
    assert draft.value("steps") == 25
    assert draft.is_default("steps")


def test_a_field_left_alone_follows_what_is_usual(qtbot, draft):
    with qtbot.waitSignal(draft.changed, check_params_cb=lambda field: field == "guidance_scale"):
        draft.set_defaults({"guidance_scale": 2.5})
    assert draft.value("guidance_scale") == 2.5


def test_a_field_that_was_touched_keeps_its_value(draft):
    draft.set_value("guidance_scale", 7.0)
    draft.set_defaults({"guidance_scale": 2.5})
    assert draft.value("guidance_scale") == 7.0
    draft.reset("guidance_scale")
    assert draft.value("guidance_scale") == 2.5


def test_unknown_names_are_ignored(draft):
    draft.fill({"steps": 9, "colour": "red"})
    assert draft.value("steps") == 9
