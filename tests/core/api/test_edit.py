import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.edit import Edit, EditKind, EditRegion, gaps_between, joined_regions
from core.api.errors import InvalidRequestError
from core.api.request import MAX_SEED, GenerationRequest

SECONDS = st.floats(0, 1e6)
EDITS = st.builds(
    Edit,
    kind=st.sampled_from(EditKind),
    prompt=st.text(max_size=50),
    seed=st.integers(0, MAX_SEED),
    start_s=st.just(0.0) | st.floats(0, 5),
    stop_s=st.floats(5, 1e6),
    high_hz=st.none() | SECONDS,
    added_s=SECONDS,
    strength=st.floats(0, 1),
)


@given(st.lists(EDITS, max_size=3))
def test_a_request_with_edits_survives_json_unchanged(edits: list[Edit]) -> None:
    request = GenerationRequest(edits=tuple(edits))
    assert GenerationRequest.from_dict(json.loads(json.dumps(request.to_dict()))) == request


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "pitch"),
        ("seed", -1),
        ("start_s", -0.1),
        ("start_s", float("nan")),
        ("stop_s", 0.5),
        ("high_hz", 10.0),
        ("strength", 1.1),
        ("added_s", "long"),
        ("prompt", 3),
    ],
)
def test_a_value_that_cannot_be_used_is_named(field: str, value: Any) -> None:
    good = {"kind": "regenerate", "start_s": 1.0, "stop_s": 2.0, "low_hz": 20.0}
    with pytest.raises(InvalidRequestError) as caught:
        Edit.from_dict({**good, field: value})
    assert caught.value.field == field
    with pytest.raises(InvalidRequestError, match="One of the edits cannot be used") as caught:
        GenerationRequest.from_dict({"edits": [{**good, field: value}]})
    assert caught.value.field == "edits"


@pytest.mark.parametrize("values", [3, "loop", [3], [{}], [{"prompt": "rain"}], {"kind": "loop"}])
def test_what_is_no_list_of_edits_is_refused(values: Any) -> None:
    with pytest.raises(InvalidRequestError):
        GenerationRequest(edits=values)


def test_entries_of_newer_versions_are_ignored() -> None:
    assert Edit.from_dict({"kind": "loop", "mood": "calm"}) == Edit(kind=EditKind.LOOP)


@pytest.mark.parametrize(
    ("edit", "changes_nothing"),
    [
        (Edit(kind=EditKind.REGENERATE, start_s=2.0, stop_s=2.0), True),
        (Edit(kind=EditKind.REGENERATE, start_s=1.0, stop_s=2.0), False),
        (Edit(kind=EditKind.REGENERATE, stop_s=2.0, low_hz=100.0, high_hz=100.0), True),
        (Edit(kind=EditKind.REGENERATE, stop_s=2.0, strength=0.0), True),
        (Edit(kind=EditKind.CONTINUE_RIGHT), True),
        (Edit(kind=EditKind.CONTINUE_LEFT, added_s=1.0), False),
        (Edit(kind=EditKind.LOOP), False),
    ],
)
def test_an_edit_knows_whether_it_changes_anything(edit: Edit, changes_nothing: bool) -> None:
    assert edit.changes_nothing is changes_nothing


def test_an_edit_of_several_regions_is_one_of_each_with_its_own_seed() -> None:
    regions = (EditRegion(start_s=3.0, stop_s=4.0), EditRegion(start_s=5.0, stop_s=6.0, low_hz=9.0))
    values = {"kind": EditKind.REGENERATE, "prompt": "rain", "strength": 0.5}
    edit = Edit(**values, start_s=1.0, stop_s=2.0, seed=MAX_SEED, more_regions=regions)
    assert edit.parts == (
        Edit(**values, start_s=1.0, stop_s=2.0, seed=MAX_SEED),
        Edit(**values, start_s=3.0, stop_s=4.0, seed=0),
        Edit(**values, start_s=5.0, stop_s=6.0, low_hz=9.0, seed=1),
    )
    assert Edit.from_dict(json.loads(json.dumps(edit.to_dict()))) == edit


@pytest.mark.parametrize(
    "regions",
    [3, [3], [{}], [{"start_s": 2.0, "stop_s": 1.0}], [{"start_s": 0.0, "stop_s": 1.0, "x": 1}]],
)
def test_regions_that_cannot_be_used_are_refused(regions: Any) -> None:
    with pytest.raises(InvalidRequestError):
        Edit.from_dict({"kind": "regenerate", "stop_s": 1.0, "more_regions": regions})


@pytest.mark.parametrize("kind", [EditKind.LOOP, EditKind.CONTINUE_RIGHT, EditKind.CROP])
def test_an_edit_of_the_whole_has_no_several_regions(kind: EditKind) -> None:
    with pytest.raises(InvalidRequestError, match="several regions"):
        Edit(kind=kind, more_regions=(EditRegion(start_s=0.0, stop_s=1.0),))


def test_stretches_to_cut_out_do_not_overlap() -> None:
    with pytest.raises(InvalidRequestError, match=r"overlap at 1\.5 s"):
        Edit(kind="cut", stop_s=2.0, more_regions=(EditRegion(start_s=1.5, stop_s=3.0),))
    Edit(kind="cut", stop_s=2.0, more_regions=(EditRegion(start_s=2.0, stop_s=3.0),))


def test_samples_are_edited_from_the_last_region_to_the_first() -> None:
    regions = (EditRegion(start_s=5.0, stop_s=6.0), EditRegion(start_s=3.0, stop_s=4.0))
    edit = Edit(kind="gain", gain_db=-6.0, stop_s=1.0, more_regions=regions)
    assert [part.start_s for part in edit.parts] == [5.0, 3.0, 0.0]


@pytest.mark.parametrize(
    ("edit", "moved"),
    [
        (Edit(kind="cut", start_s=2.0, stop_s=4.0), {1.0: 1.0, 2.0: None, 3.9: None, 4.0: 2.0}),
        (Edit(kind="crop", start_s=2.0, stop_s=4.0), {1.9: None, 2.0: 0.0, 4.0: 2.0, 4.1: None}),
        (Edit(kind="silence", start_s=2.0, stop_s=2.0, added_s=1.0), {1.9: 1.9, 2.0: 3.0}),
        (Edit(kind="reverse", start_s=2.0, stop_s=4.0), {1.0: 1.0, 2.5: 3.5, 4.0: 2.0}),
        (Edit(kind="gain", start_s=2.0, stop_s=4.0, gain_db=6.0), {3.0: 3.0}),
        (Edit(kind="continue-right", added_s=5.0), {3.0: 3.0}),
        (
            Edit(
                kind="cut",
                start_s=1.0,
                stop_s=2.0,
                more_regions=(EditRegion(start_s=4.0, stop_s=6.0),),
            ),
            {0.5: 0.5, 3.0: 2.0, 5.0: None, 7.0: 4.0},
        ),
    ],
)
def test_an_edit_knows_where_moments_go(edit: Edit, moved: dict[float, float | None]) -> None:
    assert {time_s: edit.moved_s(time_s, 10.0, 9.0) for time_s in moved} == moved


def test_a_continuation_to_the_left_moves_all_by_what_it_adds() -> None:
    edit = Edit(kind="continue-left", added_s=5.0)
    assert edit.moved_s(3.0, 10.0, 15.02) == pytest.approx(8.02)


def test_a_cut_that_would_leave_nothing_moves_nothing() -> None:
    assert Edit(kind="cut", stop_s=10.0).moved_s(3.0, 10.0, 10.0) == 3.0


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 5)).map(
            lambda one: EditRegion(start_s=float(one[0]), stop_s=float(sum(one)))
        ),
        max_size=6,
    )
)
def test_joined_stretches_and_their_gaps_fill_the_clip_once(chosen: list[EditRegion]) -> None:
    joined = joined_regions(chosen)
    covered = [any(one.start_s <= at + 0.5 < one.stop_s for one in chosen) for at in range(30)]
    inside = [sum(one.start_s <= at + 0.5 < one.stop_s for one in joined) for at in range(30)]
    gaps = gaps_between(joined, 30.0)
    outside = [sum(one.start_s <= at + 0.5 < one.stop_s for one in gaps) for at in range(30)]
    assert inside == [int(one) for one in covered]
    assert outside == [int(not one) for one in covered]


def test_stretches_of_other_bands_are_not_joined() -> None:
    low = EditRegion(start_s=0.0, stop_s=2.0, high_hz=500.0)
    high = EditRegion(start_s=1.0, stop_s=3.0, low_hz=500.0)
    assert joined_regions([high, low]) == (low, high)
