from collections import namedtuple

import numpy as np
import pytest

from app.cli.main import main
from app.cli.sound_making import RESERVED_BYTES, write_endless
from core.api.errors import Cancelled, NonFiniteError
from core.pipeline.endless import EndlessStretch
from core.sound_files.audio_file import read_audio
from core.sound_files.encoding.audio_writer import AudioWriter
from tests.tiny_model import build_tiny_model

NOTHING = np.zeros((0, 64), np.float32)


def stretches(count, then=None):
    """Passages of rising level, and what happens after them."""
    for number in range(count):
        yield EndlessStretch(
            number * 200, np.full(200, (number + 1) / 10, np.float32), NOTHING, NOTHING
        )
    if then is not None:
        raise then


def test_what_came_until_it_was_stopped_is_a_whole_file(tmp_path):
    with AudioWriter(tmp_path / "rain.wav", 16000) as writer:
        write_endless(stretches(3, then=Cancelled()), writer)
    samples, _ = read_audio(tmp_path / "rain.wav")
    assert samples.shape == (1, 600)
    np.testing.assert_allclose(samples[0, 1::200], [0.1, 0.2, 0.3], atol=1e-4)
    assert not samples[0, -80:].any()  # faded out


def test_a_failure_is_reported_and_the_file_is_whole(tmp_path, capsys):
    failure = NonFiniteError("vocoder")
    with AudioWriter(tmp_path / "rain.wav", 16000) as writer:
        assert write_endless(stretches(3, then=failure), writer) is failure
    assert read_audio(tmp_path / "rain.wav")[0].shape == (1, 600)
    assert "the sound ends here" in capsys.readouterr().err


def test_the_command_keeps_the_file_and_says_that_it_failed(tmp_path, capsys, monkeypatch):
    model = build_tiny_model(tmp_path / "model")
    failure = NonFiniteError("vocoder")
    monkeypatch.setattr(
        "core.engine.endless_stretches", lambda *_, **__: stretches(2, then=failure)
    )
    path = tmp_path / "rain.wav"
    args = ["generate", "rain", "--endless", "--model", str(model), "-o", str(path)]
    assert main(args) == 1
    assert read_audio(path)[0].shape == (1, 400)
    assert str(failure) in capsys.readouterr().err


def test_a_wav_ends_before_it_is_too_large_for_its_header(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("core.sound_files.encoding.audio_writer.MAX_WAV_BYTES", 2 * 500)
    with AudioWriter(tmp_path / "rain.wav", 16000) as writer:
        assert write_endless(stretches(5), writer) is None
    assert read_audio(tmp_path / "rain.wav")[0].shape == (1, 400)
    assert "as large as a WAV can be" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "error"), [(0, Cancelled()), (0, NonFiniteError("vocoder")), (2, MemoryError())]
)
def test_a_stop_before_the_first_sound_leaves_no_file(tmp_path, count, error):
    with pytest.raises(type(error)), AudioWriter(tmp_path / "rain.wav", 16000) as writer:
        write_endless(stretches(count, then=error), writer)
    assert not list(tmp_path.iterdir())


def test_it_ends_before_the_disk_is_full(tmp_path, monkeypatch, capsys):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(RESERVED_BYTES - 1))
    with AudioWriter(tmp_path / "rain.wav", 16000) as writer:
        write_endless(stretches(5), writer)
    assert read_audio(tmp_path / "rain.wav")[0].shape == (1, 200)
    assert "nearly full" in capsys.readouterr().err


@pytest.mark.parametrize("other", [["--normalise"], ["--prompts", "list.txt"]])
def test_what_needs_an_end_is_refused(tmp_path, capsys, other):
    prompt = [] if "--prompts" in other else ["rain"]
    assert main(["generate", *prompt, "--endless", "-o", str(tmp_path / "a.wav"), *other]) == 2
    assert "--endless" in capsys.readouterr().err
