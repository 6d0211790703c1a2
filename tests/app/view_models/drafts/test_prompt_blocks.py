"""Blocks of prompts: they cover the clip, follow each other, and never push one another aside."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.view_models.drafts.prompt_blocks import (
    blocks_of,
    inserted,
    moved,
    prompts_of,
    removed,
    with_prompt,
)
from core.api.edit import Edit, EditKind, EditRegion
from core.api.request import GenerationRequest, PromptSegment, as_segments

DURATION_S = 30.0
TIMES = st.floats(0.0, DURATION_S)


@st.composite
def segment_lists(draw, min_size=1):
    """Prompts as a hand lays them: at tenths of seconds, the first at 0."""
    tenths = draw(st.sets(st.integers(1, 299), min_size=min_size - 1, max_size=6))
    starts_s = [0.0, *(tenth / 10 for tenth in sorted(tenths))]
    return tuple(PromptSegment(start_s, f"prompt {n}") for n, start_s in enumerate(starts_s))


@given(segment_lists(), st.floats(0.1, 60.0))
def test_blocks_cover_the_clip_exactly_once(segments, duration_s):
    blocks = blocks_of(segments, duration_s)
    assert blocks[0].start_s == 0.0
    assert blocks[-1].stop_s == duration_s
    assert all(a.stop_s == b.start_s for a, b in pairwise(blocks))
    assert all(block.start_s < block.stop_s for block in blocks)


@given(segment_lists(), TIMES)
def test_an_inserted_prompt_moves_no_other(segments, time_s):
    try:
        more, place = inserted(segments, time_s, DURATION_S)
    except ValueError:
        assume(False)
    assert as_segments(more, DURATION_S) == more
    assert more[place].prompt == ""
    assert abs(more[place].start_s - time_s) <= 0.051
    assert (*more[:place], *more[place + 1 :]) == segments


@pytest.mark.parametrize("time_s", [-1.0, 0.0, 10.0, 10.04, 29.99, 30.0, 40.0])
def test_where_no_prompt_has_room_none_is_added(time_s):
    segments = (PromptSegment(0.0, "rain"), PromptSegment(10.0, "thunder"))
    with pytest.raises(ValueError, match="no prompt can begin"):
        inserted(segments, time_s, DURATION_S)


@given(segment_lists(min_size=2), st.data())
def test_a_block_moves_only_between_its_neighbours(segments, data):
    place = data.draw(st.integers(0, len(segments) - 1))
    after = moved(segments, place, data.draw(st.floats(-10.0, 40.0)), DURATION_S)
    assert as_segments(after, DURATION_S) == after
    assert [one.prompt for one in after] == [one.prompt for one in segments]
    others = [one for number, one in enumerate(after) if number != place]
    assert others == [one for number, one in enumerate(segments) if number != place]


@given(segment_lists(min_size=2), TIMES)
def test_moving_back_is_possible(segments, time_s):
    place = len(segments) - 1
    there = moved(segments, place, time_s, DURATION_S)
    assert moved(there, place, segments[place].start_s, DURATION_S) == segments


@given(segment_lists(min_size=2), st.data())
def test_what_is_taken_out_is_taken_over(segments, data):
    place = data.draw(st.integers(0, len(segments) - 1))
    left = removed(segments, place)
    assert as_segments(left, DURATION_S) == left
    assert [one.prompt for one in left] == [
        one.prompt for number, one in enumerate(segments) if number != place
    ]


def test_the_last_prompt_cannot_be_taken_out():
    alone = (PromptSegment(0.0, "rain"),)
    assert removed(alone, 0) == alone


def test_close_prompts_of_a_file_stay_where_they_are():
    close = tuple(PromptSegment(start_s, "x") for start_s in (0.0, 5.0, 5.04, 5.08))
    assert moved(close, 2, 20.0, DURATION_S) == close


def test_another_prompt_for_a_block_leaves_its_place():
    segments = (PromptSegment(0.0, "rain"), PromptSegment(10.0, "thunder"))
    assert with_prompt(segments, 1, "wind") == (segments[0], PromptSegment(10.0, "wind"))


def starts_and_prompts(prompt, *edits):
    """Starts and prompts of a take of 10 s that was edited."""
    segments = prompts_of(GenerationRequest(prompt=prompt, duration_s=10.0, edits=edits))
    return [(one.start_s, one.prompt) for one in segments]


def test_continuations_stand_where_they_are_heard():
    right = Edit(kind=EditKind.CONTINUE_RIGHT, prompt="sea", added_s=5.0)
    left = Edit(kind=EditKind.CONTINUE_LEFT, prompt="wind", added_s=2.5)
    assert starts_and_prompts("rain", right) == [(0.0, "rain"), (10.0, "sea")]
    assert starts_and_prompts("rain", right, left) == [(0.0, "wind"), (2.5, "rain"), (12.5, "sea")]
    assert starts_and_prompts("sea", right) == [(0.0, "sea")]


@pytest.mark.parametrize(
    ("start_s", "stop_s", "expected"),
    [
        (2.0, 4.0, [(0.0, "rain"), (2.0, "bells"), (4.0, "rain")]),
        (0.0, 4.0, [(0.0, "bells"), (4.0, "rain")]),
        (6.0, 10.0, [(0.0, "rain"), (6.0, "bells")]),
    ],
)
def test_a_regenerated_stretch_has_its_own_prompt(start_s, stop_s, expected):
    edit = Edit(kind=EditKind.REGENERATE, prompt="bells", start_s=start_s, stop_s=stop_s)
    assert starts_and_prompts("rain", edit) == expected


def test_a_band_and_a_loop_leave_the_prompts_as_they_are():
    band = Edit(kind=EditKind.REGENERATE, prompt="bells", stop_s=4.0, high_hz=800.0)
    assert starts_and_prompts("rain", band, Edit(kind=EditKind.LOOP, prompt="sea")) == [
        (0.0, "rain")
    ]


EDITS = st.builds(
    lambda kind, prompt, places, added_s: Edit(
        kind=kind,
        prompt=prompt,
        start_s=min(places),
        stop_s=max(places),
        added_s=added_s if kind.startswith("continue") else 0.0,
    ),
    st.sampled_from(EditKind),
    st.sampled_from(["rain", "wind", "sea"]),
    st.tuples(TIMES, TIMES),
    st.floats(0.1, 9.0),
)


@given(segment_lists(), st.lists(EDITS, max_size=4))
def test_prompts_of_any_take_follow_each_other(segments, edits):
    request = GenerationRequest(
        prompt="prompt 0",
        duration_s=DURATION_S,
        segments=segments if len(segments) > 1 else (),
        edits=tuple(edits),
    )
    duration_s = DURATION_S + sum(edit.added_s for edit in edits)
    found = prompts_of(request)
    assert as_segments(found, duration_s) == found


@pytest.mark.parametrize(
    "edit",
    [
        Edit(kind=EditKind.CROP),
        Edit(kind=EditKind.CUT, stop_s=DURATION_S),
        Edit(
            kind=EditKind.CUT,
            start_s=3.0,
            stop_s=DURATION_S,
            more_regions=(EditRegion(start_s=0.0, stop_s=3.0),),
        ),
    ],
)
def test_an_edit_that_would_leave_nothing_keeps_the_prompts(edit):
    segments = (PromptSegment(0.0, "rain"), PromptSegment(4.0, "wind"))
    request = GenerationRequest(duration_s=DURATION_S, segments=segments, edits=(edit,))
    assert prompts_of(request) == segments


def test_a_recording_has_its_name_in_place_of_a_prompt():
    edit = Edit(kind=EditKind.REGENERATE, prompt="a dog", start_s=2.0, stop_s=4.0)
    request = GenerationRequest(recording="/sounds/voice.wav", duration_s=6.0, edits=(edit,))
    assert [one.prompt for one in prompts_of(request)] == ["voice", "a dog", "voice"]


@pytest.mark.parametrize(
    ("edit", "starts_s"),
    [
        (Edit(kind=EditKind.GAIN, start_s=1.0, stop_s=9.0, gain_db=3.0), [0.0, 4.0, 8.0]),
        (Edit(kind=EditKind.CUT, start_s=1.0, stop_s=3.0), [0.0, 2.0, 6.0]),
        (Edit(kind=EditKind.CUT, start_s=3.0, stop_s=9.0), [0.0, 3.0]),
        (Edit(kind=EditKind.CUT, start_s=0.0, stop_s=5.0), [0.0, 3.0]),
        (Edit(kind=EditKind.CROP, start_s=2.0, stop_s=7.0), [0.0, 2.0]),
        (Edit(kind=EditKind.CROP, start_s=5.0, stop_s=12.0), [0.0, 3.0]),
        (Edit(kind=EditKind.SILENCE, start_s=5.0, stop_s=5.0, added_s=2.5), [0.0, 4.0, 10.5]),
    ],
)
def test_prompts_move_with_their_sound(edit, starts_s):
    segments = (PromptSegment(0.0, "a"), PromptSegment(4.0, "b"), PromptSegment(8.0, "c"))
    request = GenerationRequest(prompt="a", segments=segments, duration_s=12.0, edits=(edit,))
    assert [one.start_s for one in prompts_of(request)] == pytest.approx(starts_s)
