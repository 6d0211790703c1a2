"""Laws of tags and projects, of one take and of several."""

from hypothesis import given
from hypothesis import strategies as st

from app.view_models.takes.take_labels import LabelEdit, TakeLabels, read_tags, sorted_names

NAMES = st.sampled_from(["drums", "Drums", "dark", "for the intro", "Straße", "STRASSE", ""])
TAGS = st.lists(NAMES, max_size=4).map(tuple)
LABELS = st.builds(TakeLabels, TAGS, st.sampled_from(["", "Film", "film", "Game"]))
EDITS = st.dictionaries(st.sampled_from("abcd"), LABELS, min_size=1).map(LabelEdit)


def folded(names):
    return {name.casefold() for name in names}


@given(st.lists(st.text()).map(tuple), st.text())
def test_cleaned_labels_are_clean(tags, project):
    labels = TakeLabels(tags, project)
    assert TakeLabels(labels.tags, labels.project) == labels
    assert len(folded(labels.tags)) == len(labels.tags) <= 32
    assert all(tag and tag == tag.strip() and "," not in tag for tag in labels.tags)


@given(st.lists(st.text()).map(tuple))
def test_tags_are_read_as_they_are_written(tags):
    tags = TakeLabels(tags).tags
    assert read_tags(", ".join(tags)) == tags


def test_a_line_of_tags_is_read():
    assert read_tags(" drums,Dark  night,, DRUMS ") == ("drums", "Dark night")


@given(st.lists(NAMES))
def test_names_are_sorted_each_once(names):
    found = sorted_names(names)
    assert list(map(str.casefold, found)) == sorted(folded(names) - {""})
    assert set(found) <= set(names)


@given(EDITS)
def test_an_edit_that_changes_nothing_changes_nothing(edit):
    assert edit.changed(edit.common_tags, edit.project) == edit.labels


@given(EDITS, TAGS, st.sampled_from([None, "", "Film"]))
def test_an_edit_sets_what_is_common_and_keeps_the_rest(edit, tags, project):
    changed = edit.changed(tags, project)
    for take_id, before in edit.labels.items():
        own = folded(before.tags) - folded(edit.common_tags)
        assert folded(changed[take_id].tags) == own | folded(filter(None, tags))
        assert changed[take_id].is_of_project(before.project if project is None else project)
