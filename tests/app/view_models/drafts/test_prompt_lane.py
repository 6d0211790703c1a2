"""The lane of prompts: in step with the draft, one step of its history for each thing done."""

import pytest

from app.session.undo_stack import UndoStack
from core.api.model_card import ListedModel, ModelCard, Place
from core.api.request import GenerationRequest, PromptSegment


@pytest.fixture
def lane(session):
    session.document.draft.fill({"prompt": "rain", "duration_s": 20.0})
    return session.document.prompt_lane


def lay(lane, *starts_and_prompts):
    for start_s, prompt in starts_and_prompts:
        assert lane.begin_insert(start_s)
        lane.rename(lane.chosen, prompt)


def shown(lane):
    return [(block.start_s, block.stop_s, block.prompt) for block in lane.blocks]


def test_one_prompt_is_one_block_over_the_whole_take(lane, session):
    assert shown(lane) == [(0.0, 20.0, "rain")]
    session.document.draft.set_value("prompt", "wind")
    session.document.draft.set_value("duration_s", 8.0)
    assert shown(lane) == [(0.0, 8.0, "wind")]


def test_the_lane_writes_the_request(lane, session):
    lay(lane, (12.0, "thunder"), (6.0, "wind"))
    assert shown(lane) == [(0.0, 6.0, "rain"), (6.0, 12.0, "wind"), (12.0, 20.0, "thunder")]
    request = session.document.draft.to_request()
    assert request.segments == (
        PromptSegment(0.0, "rain"),
        PromptSegment(6.0, "wind"),
        PromptSegment(12.0, "thunder"),
    )


def test_the_prompt_field_and_the_first_block_are_one_text(lane, session):
    lay(lane, (6.0, "wind"))
    session.document.draft.set_value("prompt", "sea")
    assert lane.blocks[0].prompt == "sea"
    lane.rename(0, "birds")
    assert session.document.draft.value("prompt") == "birds"


def test_a_new_block_without_a_prompt_was_never_there(lane, session):
    lane.begin_insert(5.0)
    assert len(lane.blocks) == 2
    assert session.document.draft.value("segments") == ()
    lane.rename(lane.chosen, "  ")
    assert shown(lane) == [(0.0, 20.0, "rain")]


def test_a_drag_changes_the_draft_when_it_ends(lane, session):
    lay(lane, (6.0, "wind"))
    before = session.document.draft.value("segments")
    lane.drag_to(1, 9.0)
    assert lane.blocks[1].start_s == 9.0
    assert session.document.draft.value("segments") == before
    lane.cancel_drag()
    assert lane.blocks[1].start_s == 6.0
    lane.drag_to(1, 9.0)
    lane.finish_drag()
    assert session.document.draft.value("segments")[1].start_s == 9.0


def test_taking_out_the_last_but_one_leaves_a_plain_prompt(lane, session):
    lay(lane, (6.0, "wind"))
    lane.remove(0)
    assert session.document.draft.value("segments") == ()
    assert session.document.draft.value("prompt") == "wind"
    assert lane.chosen == 0


def test_prompts_beyond_the_end_go_once_the_length_is_settled(lane, session):
    lay(lane, (6.0, "wind"), (12.0, "thunder"))
    draft = session.document.draft
    draft.set_value("duration_s", 1.0)  # on the way to 15
    assert lane.num_beyond == 2
    draft.set_value("duration_s", 15.0)
    draft.cut_prompts()
    assert len(lane.blocks) == 3
    draft.set_value("duration_s", 10.0)
    assert [one.prompt for one in draft.to_request().segments] == ["rain", "wind"]
    draft.set_value("duration_s", 20.0)
    assert shown(lane) == [(0.0, 6.0, "rain"), (6.0, 20.0, "wind")]


def show(session, prompt, duration_s=20.0, **values):
    request = GenerationRequest(prompt=prompt, duration_s=duration_s, **values)
    session.document.shown.show_run(prompt, request)
    session.document.spectrogram.begin_seconds(duration_s)


def test_the_lane_shows_what_is_above_it_until_the_draft_changes(lane, session):
    parts = (PromptSegment(0.0, "sea"), PromptSegment(4.0, "wind"))
    show(session, "sea", 8.0, segments=parts)
    assert shown(lane) == [(0.0, 4.0, "sea"), (4.0, 8.0, "wind")]
    assert not lane.is_draft
    assert lane.shares_axis
    session.document.draft.set_value("prompt", "thunder")
    assert shown(lane) == [(0.0, 20.0, "thunder")]
    assert lane.is_draft
    assert not lane.shares_axis
    session.document.draft.fill({"duration_s": 8.0, "segments": parts})
    assert not lane.is_draft


def test_a_change_of_what_is_above_becomes_the_draft(lane, session):
    show(session, "sea", 8.0)
    assert lane.begin_insert(4.0)
    lane.rename(1, "wind")
    assert shown(lane) == [(0.0, 4.0, "sea"), (4.0, 8.0, "wind")]
    assert lane.is_draft
    request = session.document.draft.to_request()
    assert (request.prompt, request.duration_s, len(request.segments)) == ("sea", 8.0, 2)


def test_a_prompt_being_edited_stays_when_another_take_comes_on_show(lane, session):
    lay(lane, (6.0, "wind"))
    lane.hold()
    show(session, "sea", 8.0)
    lane.rename(1, "bells")
    assert shown(lane) == [(0.0, 6.0, "rain"), (6.0, 20.0, "bells")]


def test_each_thing_done_is_one_step_back(qtbot, lane, session):
    steps = UndoStack(session.document.draft)

    def settle():
        qtbot.waitUntil(lambda: not steps._settled.isActive())

    lay(lane, (6.0, "wind"))
    settle()
    for time_s in (7.0, 8.0, 9.0):
        lane.drag_to(1, time_s)
    lane.finish_drag()
    steps._clock = lambda: 1e9  # much later than what came before
    settle()
    lane.remove(0)
    settle()
    steps.undo()
    assert shown(lane) == [(0.0, 9.0, "rain"), (9.0, 20.0, "wind")]
    steps.redo()
    assert shown(lane) == [(0.0, 20.0, "wind")]


def test_letters_typed_into_the_first_prompt_are_one_step(qtbot, lane, session):
    lay(lane, (6.0, "wind"))
    steps = UndoStack(session.document.draft, clock=lambda: 0.0)
    for text in ("s", "se", "sea"):
        session.document.draft.set_value("prompt", text)
        qtbot.waitUntil(lambda: not steps._settled.isActive())
    steps.undo()
    assert lane.blocks[0].prompt == session.document.draft.value("prompt") == "rain"


def test_the_axis_is_the_clips_own_where_both_are_as_long(lane, session):
    session.document.spectrogram.begin_seconds(20.0)
    lane.show_range(4.0, 8.0)
    assert lane.visible_s == (4.0, 8.0)
    session.document.draft.set_value("duration_s", 30.0)
    assert lane.visible_s == (0.0, 30.0)


def test_another_prompt_begins_at_the_play_head_or_in_the_middle(lane, session):
    assert lane.insert_time_s == 10.0
    session.document.spectrogram.begin_seconds(20.0)
    session.document.transport.begin(20.0, 16000)
    session.document.transport.seek(3.0)
    assert lane.insert_time_s == 3.0


def test_fades_are_as_long_as_the_models_windows_overlap(lane, session):
    assert lane.fade_s == 0.0
    card = ModelCard(name="M", description="", licence="MIT", window_frames=512)
    session.document.models.current = ListedModel(
        source="bundled", place=Place.BUNDLED, name="M", description="", licence="MIT", card=card
    )
    assert lane.fade_s == pytest.approx(1.28)


def test_a_prompt_too_long_to_be_read_can_still_be_drawn(lane, session):
    session.document.draft.set_value("prompt", "x" * 5000)
    assert len(lane.blocks) == 1
