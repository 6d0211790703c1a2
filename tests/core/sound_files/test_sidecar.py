"""Settings in a file beside a sound: written whole, and read with care."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import SettingsFileError
from core.api.request import GenerationRequest
from core.sound_files.sidecar import MAX_BYTES, read_sidecar, sidecar_path, write_sidecar

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from([*GenerationRequest().to_dict(), "newer"])


@given(
    st.builds(
        GenerationRequest,
        prompt=st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
        seed=st.integers(0, 2**64 - 1),
        duration_s=st.floats(0.1, 1e6),
    )
)
def test_settings_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, request: GenerationRequest
) -> None:
    sound = tmp_path_factory.mktemp("sidecar") / "orgel süß.wav"
    path = write_sidecar(sound, request, {"channels": 2})
    assert path == sidecar_path(sound)
    assert path.name == "orgel süß.wav.tessera.json"
    assert read_sidecar(path) == request
    assert [entry.name for entry in sound.parent.iterdir()] == [path.name]


def test_a_sidecar_names_the_sound_and_its_export(tmp_path: Path) -> None:
    path = write_sidecar(tmp_path / "a.wav", GenerationRequest(), {"sample_rate": 48000})
    content = json.loads(path.read_text("utf-8"))
    assert (content["sound"], content["export"]) == ("a.wav", {"sample_rate": 48000})


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SettingsFileError, match="does not exist"):
        write_sidecar(tmp_path / "missing" / "a.wav", GenerationRequest())


@given(st.dictionaries(FIELDS, JSON))
def test_any_values_are_settings_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("strange") / "a.tessera.json"
    path.write_text(json.dumps({"format": "tessera-take", "request": values}), "utf-8")
    with suppress(SettingsFileError):
        assert isinstance(read_sidecar(path), GenerationRequest)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is no JSON"),
        (b"\xff\xfe\x00", "it is no JSON"),
        (b'{"format": "tessera-take", "request":', "it is no JSON"),
        (b"[" * 200_000, "it is no JSON"),
        (b'{"a": ' * 100_000, "it is no JSON"),
        (b'{"format": "tessera-take", "x": ' + b"9" * 10_000 + b"}", "it is no JSON"),
        (b" " * (MAX_BYTES + 1), "too large"),
        (b"[]", "no settings file of Tessera"),
        (b'"tessera-take"', "no settings file of Tessera"),
        (b'{"format": "other", "request": {}}', "no settings file of Tessera"),
        (b'{"format": "tessera-take"}', "holds no settings"),
        (b'{"format": "tessera-take", "request": [1]}', "holds no settings"),
        (b'{"format": "tessera-take", "request": {"seed": "1"}}', "seed has to be a whole"),
        (b'{"format": "tessera-take", "request": {"duration_s": NaN}}', "has to be a number"),
        (b'{"format": "tessera-take", "request": {"duration_s": 1e999}}', "has to be a number"),
        (b'{"format": "tessera-take", "request": {"prompt": {}}}', "has to be text"),
    ],
)
def test_foreign_content_is_refused_in_a_sentence(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.tessera.json"
    path.write_bytes(content)
    with pytest.raises(SettingsFileError, match=sentence):
        read_sidecar(path)


def test_what_is_no_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for name, sentence in (("", "ordinary"), ("pipe.json", "ordinary"), ("none.json", "no such")):
        with pytest.raises(SettingsFileError, match=sentence):
            read_sidecar(tmp_path / name)
