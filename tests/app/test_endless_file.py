from collections import namedtuple

import numpy as np
import pytest

from app.command_line import main
from app.endless_file import ROOM_BYTES, write_endless
from core.endless import Passage
from core.errors import Cancelled
from core.sound_files.audio_file import AudioWriter, read_audio

NOTHING = np.zeros((0, 64), np.float32)


def passages(count, then=None):
    """Passages of rising level, and what happens after them."""
    for number in range(count):
        yield Passage(number * 100, np.full(100, (number + 1) / 10, np.float32), NOTHING, NOTHING)
    if then is not None:
        raise then


def test_what_came_until_it_was_stopped_is_a_whole_file(tmp_path):
    with AudioWriter(tmp_path / "rain.wav", 16000) as writer:
        write_endless(passages(3, then=Cancelled()), writer)
    samples, _ = read_audio(tmp_path / "rain.wav")
    assert samples.shape == (1, 300)
    np.testing.assert_allclose(samples[0, ::100], [0.1, 0.2, 0.3], atol=1e-4)


@pytest.mark.parametrize(("count", "error"), [(0, Cancelled()), (2, MemoryError())])
def test_an_end_that_nobody_wished_or_before_the_first_sound_leaves_no_file(tmp_path, count, error):
    with pytest.raises(type(error)), AudioWriter(tmp_path / "rain.wav", 16000) as writer:
        write_endless(passages(count, then=error), writer)
    assert not list(tmp_path.iterdir())


def test_it_ends_before_the_disk_is_full(tmp_path, monkeypatch, capsys):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(ROOM_BYTES - 1))
    with AudioWriter(tmp_path / "rain.wav", 16000) as writer:
        write_endless(passages(5), writer)
    assert read_audio(tmp_path / "rain.wav")[0].shape == (1, 100)
    assert "nearly full" in capsys.readouterr().err


@pytest.mark.parametrize("other", [["--normalise"], ["--prompts", "list.txt"]])
def test_what_needs_an_end_is_refused(tmp_path, capsys, other):
    prompt = [] if "--prompts" in other else ["rain"]
    assert main(["generate", *prompt, "--endless", "-o", str(tmp_path / "a.wav"), *other]) == 2
    assert "--endless" in capsys.readouterr().err
