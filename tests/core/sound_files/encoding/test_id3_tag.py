"""The tag of an MP3 is read by libsndfile, and leaves the sound as it was."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.sound_files.encoding.id3_tag import id3_tag, prepend_tag

SOUND = (0.2 * np.random.default_rng(0).standard_normal(20_017)).astype(np.float32)


@pytest.mark.parametrize("title", ["rain", "Café 雨 🎹", ""])
@pytest.mark.parametrize("comment", ['{"prompt": "雨"}', "x" * 40_000, ""])
def test_texts_in_any_letters_come_back(tmp_path: Path, title: str, comment: str) -> None:
    path = tmp_path / "a.mp3"
    soundfile.write(path, SOUND, 16_000, format="MP3", subtype="MPEG_LAYER_III")
    before = soundfile.read(path, dtype="float32")[0]

    prepend_tag(path, id3_tag(title=title, software="Tessera 1", comment=comment))

    with soundfile.SoundFile(path) as file:
        assert (file.title, file.comment, file.software) == (title, comment, "Tessera 1")
        assert np.allclose(file.read(dtype="float32"), before, atol=1e-6)
    assert list(tmp_path.iterdir()) == [path]


def test_sizes_are_written_in_seven_bits_a_byte() -> None:
    tag = id3_tag(title="", software="", comment="x" * 300)
    assert tag[:6] == b"ID3\x03\x00\x00"
    first, second, third, fourth = tag[6:10]
    assert len(tag) - 10 == first << 21 | second << 14 | third << 7 | fourth
    assert max(tag[6:10]) < 0x80


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert "?".encode("utf-16-le") in id3_tag(title="a\udce9", software="", comment="")
