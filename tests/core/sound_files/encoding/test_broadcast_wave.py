"""Chunks of a WAV, parsed byte by byte as another program does."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.sound_files.audio_format import AudioFormat
from core.sound_files.encoding.broadcast_wave import broadcast_chunk, cue_chunks
from core.sound_files.reading.cue_points import CuePoint

CUES = st.lists(
    st.builds(CuePoint, st.integers(0, 2**32 - 1), st.text(st.characters(exclude_characters="\0"))),
    min_size=1,
)


def read_labels(content: bytes) -> dict[int, str]:
    """The labels of a list chunk by the numbers of their points."""
    assert content[:4] == b"adtl"
    place, labels = 4, {}
    while place < len(content):
        name, size = struct.unpack_from("<4sI", content, place)
        assert name == b"labl"
        number = struct.unpack_from("<I", content, place + 8)[0]
        labels[number] = content[place + 12 : place + 8 + size].rstrip(b"\0").decode()
        place += 8 + size + size % 2
    return labels


@given(CUES)
@example([CuePoint(0, "rain \ud800")])
def test_each_cue_point_has_its_frame_and_label(cues: list[CuePoint]) -> None:
    (cue_name, points), (list_name, labels) = cue_chunks(cues)
    assert (cue_name, list_name) == (b"cue ", b"LIST")
    assert struct.unpack_from("<I", points)[0] == len(cues)
    found = read_labels(labels)
    for index, cue in enumerate(cues):
        number, position, chunk, start, block, frame = struct.unpack_from(
            "<II4sIII", points, 4 + 24 * index
        )
        assert (position, frame) == (cue.frame, cue.frame)
        assert (chunk, start, block) == (b"data", 0, 0)
        assert found[number] == cue.label.encode("utf-8", "replace").decode()  # lone surrogates: ?


def test_without_cue_points_there_are_no_chunks() -> None:
    assert cue_chunks([]) == []


@pytest.mark.parametrize("description", ["rain", "a" * 300, "雨"])
def test_a_description_has_the_layout_of_ebu(description: str) -> None:
    chunk = broadcast_chunk(description, "Tessera 1", AudioFormat.WAV_24, 48_000, 2)
    text, originator = chunk[:256], chunk[256:288]
    (version,) = struct.unpack_from("<H", chunk, 346)
    expected = description.encode("ascii", "replace")[:256]
    assert text.rstrip(b"\0") == expected
    assert originator.rstrip(b"\0") == b"Tessera 1"
    assert version == 1
    assert chunk[602:] == b"A=PCM,F=48000,W=24,M=stereo,T=Tessera 1\r\n"
