"""Markers of takes in the library, over several starts."""

from dataclasses import replace

import pytest

from core.api.take import Marker
from tests.app.library.takes import annotate, make_take

MARKERS = (Marker(0.25, "verse"), Marker(0.75))


def test_a_take_begins_with_its_own_markers(library, reopen):
    assert library.add(replace(make_take(), markers=MARKERS), "a").markers == MARKERS
    assert reopen().records()[0].markers == MARKERS
    assert library.take("a").markers == MARKERS


def test_markers_are_there_at_the_next_start(library, reopen):
    library.add(replace(make_take(), markers=MARKERS[:1]), "a")
    annotate(library, "a", markers=MARKERS)
    library = reopen()
    assert library.records()[0].markers == MARKERS
    assert library.take("a").markers == MARKERS


def test_markers_outlive_the_database(library, reopen):
    library.add(make_take(), "a")
    annotate(library, "a", markers=MARKERS)
    library.layout.database.unlink()
    assert reopen().records()[0].markers == MARKERS


@pytest.mark.parametrize("markers", ["x", "[[-1, 'x']]", '[["x", 1]]', "[[1]]", '{"a": 1}', "[1]"])
def test_markers_that_nobody_can_read_leave_the_take(library, reopen, markers):
    library.add(make_take(), "a")
    text = f'{{"starred": true, "notes": "", "markers": {markers}}}'
    (library.layout.takes / "a" / "remarks.json").write_text(text)
    library.layout.database.unlink()
    (record,) = reopen().records()
    assert record.markers == ()
