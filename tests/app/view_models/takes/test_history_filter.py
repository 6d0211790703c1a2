"""Laws of the history's filter."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.view_models.takes.history_filter import HistoryFilter
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.api.request import GenerationRequest

RECORDS = st.builds(
    TakeRecord,
    take_id=st.just("take"),
    request=st.sampled_from(["church organ", "rain"]).map(
        lambda one: GenerationRequest(prompt=one)
    ),
    created_at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    duration_s=st.just(1.0),
    is_starred=st.booleans(),
    notes=st.sampled_from(["", "for the intro"]),
    labels=st.builds(
        TakeLabels,
        st.lists(st.sampled_from(["dark", "drums"])).map(tuple),
        st.sampled_from(["", "Film"]),
    ),
    place=st.sampled_from(TakePlace),
)
FILTERS = st.builds(
    HistoryFilter,
    search=st.sampled_from(["", "organ", "DARK", "film intro"]),
    only_starred=st.booleans(),
    tag=st.sampled_from(["", "dark"]),
    project=st.sampled_from(["", "Film"]),
)


@given(FILTERS, RECORDS)
def test_a_take_is_shown_if_each_part_of_the_filter_shows_it(shown, record):
    parts = [
        HistoryFilter(search=shown.search),
        HistoryFilter(only_starred=shown.only_starred),
        HistoryFilter(tag=shown.tag),
        HistoryFilter(project=shown.project),
    ]
    assert shown.shows(record) == all(part.shows(record) for part in parts)


@given(RECORDS)
def test_without_a_filter_all_but_deleted_takes_are_shown(record):
    assert HistoryFilter().shows(record) == (record.place is not TakePlace.TRASH)


@given(RECORDS)
def test_a_take_is_found_by_its_tags_and_its_project(record):
    for name in (*record.labels.tags, record.labels.project):
        found = HistoryFilter(search=name.upper()).shows(record)
        assert found == (record.place is not TakePlace.TRASH)


@given(FILTERS)
def test_names_that_no_take_has_filter_nothing(shown):
    assert shown.among((), ()) == HistoryFilter(
        search=shown.search, only_starred=shown.only_starred
    )
    assert shown.among(["dark"], ["Film"]) == shown


def test_names_are_spelled_as_the_takes_spell_them_now():
    respelled = HistoryFilter(tag="dark", project="Film").among(["Dark"], ["FILM"])
    assert respelled == HistoryFilter(tag="Dark", project="FILM")
