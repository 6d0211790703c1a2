"""request.json: what is written is read back, and a stranger's is checked."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.description import (
    NAME,
    Description,
    annotated,
    read_description,
    write_annotations,
)
from app.library.library_error import LibraryError
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import TakeRecord
from core.api.config import EngineConfig, TilingConfig, TilingMode
from core.api.request import GenerationRequest
from tests.app.library.takes import make_take

WHEN = datetime(2026, 1, 31, 12, tzinfo=UTC)
CONFIG = EngineConfig(device="cpu", tiling=TilingConfig(mode=TilingMode.STREAMING))
WRITTEN_CONFIG = {
    "device": "cpu",
    "precision": None,
    "tiling": {
        "mode": "streaming",
        "tile_frames": None,
        "tile_bins": None,
        "decoder_padding": 11,
        "encoder_padding": 32,
        "fast": False,
        "offload": "none",
        "memory_budget": None,
        "context": "clip",
        "compute_dtype": None,
        "store_dtype": None,
    },
    "context_of_take": True,
    "blend": "average",
    "windows_at_once": None,
    "other_devices": [],
}


def test_a_description_comes_back_as_it_was(tmp_path):
    take = replace(make_take("Regen über Zürich 雨"), gain=1.7)
    description = Description.of(take, WHEN)
    description.write(tmp_path)
    assert read_description(tmp_path) == description
    assert description.duration_s == 1.0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("request", {"prompt": 7}),
        ("request", {"duration_s": "long"}),
        ("request", None),
        ("created_at", "yesterday"),
        ("created_at", "2026-01-31T12:00:00"),
        ("created_at", 5),
        ("sample_rate", 0),
        ("sample_rate", True),
        ("num_samples", -1),
        ("num_samples", 1.5),
        ("gain", 0),
        ("gain", "loud"),
        ("engine", 5),
    ],
)
def test_a_value_of_no_use_is_a_sentence(tmp_path, field, value):
    Description.of(make_take(), WHEN).write(tmp_path)
    values = json.loads((tmp_path / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps(values | {field: value}))
    with pytest.raises(LibraryError, match="cannot be read"):
        read_description(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"request": {}}', "\x00"])
def test_a_text_that_is_no_description_is_a_sentence(tmp_path, text):
    (tmp_path / NAME).write_text(text)
    with pytest.raises(LibraryError, match="cannot be read"):
        read_description(tmp_path)


def test_entries_of_a_newer_version_are_ignored(tmp_path):
    Description.of(make_take("rain"), WHEN).write(tmp_path)
    values = json.loads((tmp_path / NAME).read_text())
    values["request"]["mood"] = "calm"
    (tmp_path / NAME).write_text(json.dumps(values | {"weather": "fair"}))
    assert read_description(tmp_path).request == GenerationRequest(prompt="rain", duration_s=1.0)


def a_record(**values):
    return TakeRecord(
        take_id="take", request=GenerationRequest(), created_at=WHEN, duration_s=1.0, **values
    )


def typed(text):
    """Without lone surrogates: nobody can type them."""
    return text.encode("utf-8", "ignore").decode()


@given(
    is_starred=st.booleans(),
    notes=st.text().map(typed),
    labels=st.builds(TakeLabels, st.lists(st.text().map(typed)).map(tuple), st.text().map(typed)),
)
def test_remarks_come_back_as_they_were(tmp_path_factory, is_starred, notes, labels):
    folder = tmp_path_factory.mktemp("take")
    record = a_record(is_starred=is_starred, notes=notes, labels=labels)
    write_annotations(folder, record)
    assert annotated(a_record(), folder) == record


@pytest.mark.parametrize("text", ["", "[]", '{"starred": 1}', "{"])
def test_remarks_of_no_use_are_none(tmp_path, text):
    (tmp_path / "remarks.json").write_text(text)
    assert annotated(a_record(), tmp_path) == a_record()


@pytest.mark.parametrize("labels", [{}, {"tags": "drums"}, {"tags": [5]}, {"project": None}])
def test_remarks_without_labels_of_use_keep_the_notes(tmp_path, labels):
    text = json.dumps({"starred": True, "notes": "good", "mood": "calm"} | labels)
    (tmp_path / "remarks.json").write_text(text)
    assert annotated(a_record(), tmp_path) == a_record(is_starred=True, notes="good")


@pytest.mark.parametrize("mode", [None, 7, "newer", "auto"])
def test_an_executor_that_nobody_knows_is_none(tmp_path, mode):
    Description.of(make_take(), WHEN).write(tmp_path)
    values = json.loads((tmp_path / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps(values | {"mode": mode}))
    assert read_description(tmp_path).mode is None


def test_how_a_take_was_made_comes_back(tmp_path):
    take = replace(make_take(), config=CONFIG, plan="Two tiles.", mode=TilingMode.STREAMING)
    Description.of(take, WHEN).write(tmp_path)
    found = read_description(tmp_path)
    assert (found.config, found.plan, found.mode) == (CONFIG, "Two tiles.", TilingMode.STREAMING)


def test_a_config_is_written_as_it_always_was(tmp_path):
    Description.of(replace(make_take(), config=CONFIG), WHEN).write(tmp_path)
    assert json.loads((tmp_path / NAME).read_text())["engine"] == WRITTEN_CONFIG


@pytest.mark.parametrize("engine", [{}, {"device": 5}, {"tiling": {"mode": "newer"}}])
def test_a_config_that_cannot_be_read_is_none(tmp_path, engine):
    Description.of(make_take(), WHEN).write(tmp_path)
    values = json.loads((tmp_path / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps(values | {"engine": engine}))
    assert read_description(tmp_path).config is None
