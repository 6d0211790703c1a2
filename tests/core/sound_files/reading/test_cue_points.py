"""Cue points of WAV files by any program: they come back, and damage does no harm."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.api.take import Marker
from core.sound_files.audio_file import read_header, read_markers
from core.sound_files.encoding.broadcast_wave import append_chunk, cue_chunks, packed_chunk
from core.sound_files.reading.cue_points import CuePoint, read_cues

CUES = st.lists(
    st.builds(
        CuePoint,
        st.integers(0, 2**32 - 1),
        st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20),
    ),
    max_size=5,
)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(1001), 1000)
    return path


def mark(path: Path, cues: list[CuePoint]) -> None:
    for name, content in cue_chunks(cues):
        append_chunk(path, name, content)


@given(cues=CUES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cue_points_come_back(wav: Path, cues: list[CuePoint]) -> None:
    soundfile.write(wav, np.zeros(1001), 1000)
    mark(wav, cues)
    assert read_cues(wav) == cues


def test_labels_follow_their_numbers_whatever_their_order(wav: Path) -> None:
    places = ((7, 5), (3, 9))
    points = [struct.pack("<II4sIII", number, 0, b"data", 0, 0, at) for number, at in places]
    names = ((3, b"later\0"), (7, b"caf\xe9\0"))
    labels = [struct.pack("<I", number) + name for number, name in names]
    note = packed_chunk(b"note", struct.pack("<I", 7) + b"a note\0")
    texts = note + b"".join(packed_chunk(b"labl", label) for label in labels)
    append_chunk(wav, b"LIST", b"INFO" + packed_chunk(b"ICMT", b"a comment"))
    append_chunk(wav, b"LIST", b"adtl" + texts)
    append_chunk(wav, b"cue ", struct.pack("<I", 2) + b"".join(points))
    assert read_cues(wav) == [CuePoint(5, "café"), CuePoint(9, "later")]


def test_points_before_the_samples_and_in_rf64_are_found(wav: Path) -> None:
    content = wav.read_bytes()
    chunks = b"".join(packed_chunk(*chunk) for chunk in cue_chunks([CuePoint(3, "x")]))
    wav.write_bytes(content[:36] + chunks + content[36:])
    assert read_cues(wav) == [CuePoint(3, "x")]
    sizes = packed_chunk(b"ds64", struct.pack("<QQQI", 0, 2002, 1001, 0))
    data = b"data" + struct.pack("<I", 2**32 - 1) + content[44:]
    wav.write_bytes(b"RF64\xff\xff\xff\xffWAVE" + sizes + content[12:36] + data + chunks)
    assert soundfile.info(wav).frames == 1001
    assert read_cues(wav) == [CuePoint(3, "x")]


def test_markers_are_the_points_within_the_sound(wav: Path) -> None:
    mark(wav, [CuePoint(900, "b"), CuePoint(250, " a\n"), CuePoint(5000, "beyond")])
    assert read_markers(wav, read_header(wav)) == (Marker(0.25, "a"), Marker(0.9, "b"))


def test_other_sounds_have_none(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", np.zeros(100), 1000)
    assert read_cues(tmp_path / "a.flac") == []


@given(cut=st.integers(0, 150), nonsense=st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_chunks_do_no_harm(wav: Path, cut: int, nonsense: bytes) -> None:
    soundfile.write(wav, np.zeros(3), 1000)
    mark(wav, [CuePoint(1, "one"), CuePoint(2, "two")])
    content = wav.read_bytes()
    wav.write_bytes(content[: len(content) - cut] + nonsense)
    assert len(read_cues(wav)) <= 50
