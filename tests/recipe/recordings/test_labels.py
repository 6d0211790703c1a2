"""The tables that people read hold together."""

from pathlib import Path

import pytest
from bundled_model.data.concepts import CONCEPT_NAMES, CONCEPTS, PLAYED
from bundled_model.data.recordings.labels import LABELS_FILE, LabelTable
from bundled_model.data.recordings.packages import PACKAGES
from bundled_model.data.recordings.recorded_concepts import (
    CONCEPTS_FILE,
    RECORDED_CONCEPTS,
)

HEADING = "package\tpaths\tconcept\twords\tnotes"


@pytest.fixture(scope="module")
def table() -> LabelTable:
    """The table of the recipe."""
    return LabelTable.read()


def test_the_first_row_that_matches_counts() -> None:
    rows = ["# heading", "game\tdog/*\tdog barking\ta dog; two dogs", "game\t*\t-\t\tmusic"]
    table = LabelTable.parsed([HEADING, *rows])
    dog, music = table.label("game", "dog/a/b.wav"), table.label("game", "song.ogg")
    assert dog is not None
    assert (dog.concept, dog.words) == ("dog barking", ("a dog", "two dogs"))
    assert music is not None
    assert music.is_left_out
    assert music.notes == "music"
    assert table.label("other game", "dog/a.wav") is None


def test_there_are_at_least_150_concepts_and_each_has_a_row(table: LabelTable) -> None:
    names = [concept.name for concept in RECORDED_CONCEPTS]
    assert len(set(names)) == len(names) >= 150
    used = {label.concept for label in table.labels if not label.is_left_out}
    assert used == set(names)


def test_every_row_names_a_package_of_the_recipe(table: LabelTable) -> None:
    packages = {package.name for package in PACKAGES}
    assert {label.package for label in table.labels} == packages


def test_no_row_stands_twice(table: LabelTable) -> None:
    rows = [(label.package, label.paths) for label in table.labels]
    assert sorted(set(rows)) == sorted(rows)


def test_every_concept_has_other_words_in_lower_case() -> None:
    for concept in RECORDED_CONCEPTS:
        assert concept.synonyms
        for words in (concept.name, *concept.synonyms):
            assert words == words.lower().strip()


@pytest.mark.parametrize("file", [LABELS_FILE, CONCEPTS_FILE])
def test_the_tables_have_the_same_columns_in_every_row(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    columns = lines[0].count("\t")
    assert all(line.count("\t") <= columns for line in lines)


def test_recordings_stand_beside_the_instruments() -> None:
    recorded = {concept.name for concept in RECORDED_CONCEPTS}
    played = {concept.name for concept in PLAYED}
    assert {"rain", "thunder", "helicopter", "engine", "wind", "birds"} <= recorded - played
    assert len(CONCEPT_NAMES) == len(set(CONCEPT_NAMES))
    assert set(CONCEPT_NAMES) == played | recorded
    assert {c.name for c in CONCEPTS if c.is_recorded} == recorded
    assert {c.name for c in CONCEPTS if c.source} == played
