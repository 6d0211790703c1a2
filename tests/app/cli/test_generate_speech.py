"""`main.py generate` and `continue` with a model that speaks."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli.main import main
from core.api.request import GenerationRequest
from core.sound_files.audio_file import read_metadata
from tests.app.generate_args import generate_args
from tests.tiny_model import build_tiny_model
from tests.tiny_speech import build_tiny_speech


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_speech(tmp_path_factory.mktemp("speech") / "model")


def spoken(path: Path) -> tuple[str, list[str]]:
    """The texts that a file says were spoken in it: of its request, and of its edits."""
    request = GenerationRequest.from_dict(read_metadata(path))
    return request.transcription, [edit.transcription for edit in request.edits]


def test_a_text_is_spoken_and_stored_in_the_file(model: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("day.wav", "night.wav")]
    for file in files:
        text = f"have a good {file.stem}"
        assert main(generate_args(model, file, "--transcription", text)) == 0
        assert spoken(file) == (text, [])
    day, night = (soundfile.read(file)[0] for file in files)
    assert day.shape == (8000,)
    assert not np.array_equal(day, night)


def test_a_take_is_continued_with_another_text(model: Path, tmp_path: Path) -> None:
    take, longer = tmp_path / "day.wav", tmp_path / "longer.wav"
    assert main(generate_args(model, take, "--transcription", "good day", "--editable")) == 0
    args = ["continue", str(take), "--seconds", "0.5", "-o", str(longer)]
    assert main([*args, "--transcription", "and good night"]) == 0
    assert spoken(longer) == ("good day", ["and good night"])


def test_without_a_text_it_says_what_to_write(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(generate_args(model, tmp_path / "day.wav", "--json")) != 0
    assert "speaks a text: write what it is to say" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_text_for_a_model_that_makes_sounds_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, output = build_tiny_model(tmp_path / "model"), tmp_path / "day.wav"
    assert main(generate_args(model, output, "--transcription", "good day")) != 0
    assert "does not speak: leave out the text" in capsys.readouterr().err
    assert not output.exists()
