"""Whether there is room for a request."""

from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError
from core.api.request import GenerationRequest
from core.pipeline import resources
from core.pipeline.resources import check_edit_space, check_space, spooled_bytes

Usage = namedtuple("Usage", "total used free")
HOUR = GenerationRequest(duration_s=3600.0)


def set_free(monkeypatch: pytest.MonkeyPatch, disk: int, memory: int) -> None:
    monkeypatch.setattr(resources.shutil, "disk_usage", lambda folder: Usage(0, 0, disk))
    monkeypatch.setattr(resources, "available_host_bytes", lambda: memory)


def has_room(request: GenerationRequest) -> bool:
    try:
        check_space(request)
    except InvalidRequestError:
        return False
    return True


def test_an_hour_takes_less_than_a_gigabyte_of_disk() -> None:
    assert 0.2e9 < spooled_bytes(HOUR) < 0.6e9


@pytest.mark.parametrize(("missing_bytes", "passes"), [(0, True), (1, False)])
def test_a_request_passes_if_it_fits_to_the_last_byte(
    monkeypatch: pytest.MonkeyPatch, missing_bytes: int, passes: bool
) -> None:
    set_free(monkeypatch, disk=spooled_bytes(HOUR) - missing_bytes, memory=10**9)
    assert has_room(HOUR) == passes


def test_a_disk_too_small_is_refused_with_the_length_that_fits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "spool_folder", lambda: tmp_path)
    set_free(monkeypatch, disk=160_000_000, memory=10**12)
    with pytest.raises(InvalidRequestError, match="ask for less than 1,000 s") as caught:
        check_space(HOUR)
    assert caught.value.field == "duration_s"
    assert str(tmp_path) in str(caught.value)


def test_no_length_is_advised_where_none_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    set_free(monkeypatch, disk=8000, memory=10**12)
    with pytest.raises(InvalidRequestError, match=r"are free in .*; free some space"):
        check_space(HOUR)


def test_a_memory_too_small_for_a_source_sound_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_free(monkeypatch, disk=10**12, memory=200_000_000)
    assert has_room(HOUR)
    with pytest.raises(InvalidRequestError, match=r"MB of memory .* less than 1,000 s"):
        check_space(replace(HOUR, init_audio="rain.wav"))


@pytest.mark.parametrize("added_s", [1e6, 1e300])
def test_a_continuation_beyond_memory_is_refused_with_the_length_that_fits(
    monkeypatch: pytest.MonkeyPatch, added_s: float
) -> None:
    set_free(monkeypatch, disk=0, memory=320_000_000)
    check_edit_space(10.0, Edit(kind=EditKind.CONTINUE_LEFT, added_s=5.0))
    with pytest.raises(
        InvalidRequestError, match="ask for less than 1,000 s, or free some mem"
    ) as e:
        check_edit_space(10.0, Edit(kind=EditKind.CONTINUE_RIGHT, added_s=added_s))
    assert e.value.field == "added_s"
