from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.editing.effect import check_effect

LENGTH_S, TOP_HZ = 5.0, 8000.0


def _repair(**values: Any) -> Edit:
    return Edit(kind=EditKind.REGENERATE, **{"start_s": 1.0, "stop_s": 2.0, **values})


def _fault(edit: Edit) -> str | None:
    """The field that leaves nothing to do; None for an edit that passes."""
    try:
        check_effect(edit, LENGTH_S, TOP_HZ)
    except InvalidRequestError as error:
        return error.field
    return None


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (Edit(kind=EditKind.CONTINUE_RIGHT), "added_s"),
        (Edit(kind=EditKind.CONTINUE_LEFT), "added_s"),
        (_repair(stop_s=1.0), "stop_s"),
        (_repair(start_s=LENGTH_S, stop_s=9.0), "start_s"),
        (_repair(low_hz=TOP_HZ), "low_hz"),
        (_repair(low_hz=300.0, high_hz=300.0), "high_hz"),
        (_repair(strength=0.0), "strength"),
    ],
)
def test_an_edit_without_effect_names_the_field(edit: Edit, field: str) -> None:
    assert _fault(edit) == field


@pytest.mark.parametrize(
    "edit",
    [
        Edit(kind=EditKind.LOOP),
        Edit(kind=EditKind.CONTINUE_LEFT, added_s=0.5),
        _repair(stop_s=99.0, low_hz=7999.0, high_hz=9000.0, strength=0.1),
    ],
)
def test_an_edit_that_changes_something_passes(edit: Edit) -> None:
    assert _fault(edit) is None


seconds = st.floats(0.0, 10.0)
hertz = st.floats(0.0, 9000.0)


@given(seconds, seconds, hertz, hertz, st.floats(0.0, 1.0))
def test_an_edit_without_effect_never_passes(
    start_s: float, length_s: float, low_hz: float, width_hz: float, strength: float
) -> None:
    edit = _repair(
        start_s=start_s,
        stop_s=start_s + length_s,
        low_hz=low_hz,
        high_hz=low_hz + width_hz,
        strength=strength,
    )
    assert _fault(edit) is not None or not edit.changes_nothing


def test_each_region_has_an_effect() -> None:
    assert _fault(_repair(more_regions=[{"start_s": 3.0, "stop_s": 4.0}])) is None
    assert _fault(_repair(more_regions=[{"start_s": 9.0, "stop_s": 10.0}])) == "start_s"
