"""`main.py generate` with a model whose sample rate the file's format does not have."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli.main import main
from tests.app.generate_args import generate_args
from tests.tiny_model import build_tiny_model
from tests.tiny_stable_audio import HOP_LENGTH, build_tiny_stable_audio


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 22,050 Hz; Opus has 24,000 Hz next."""
    folder = build_tiny_model(tmp_path_factory.mktemp("model"))
    file = folder / "vocoder/config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "sampling_rate": 22_050}))
    return folder


def test_the_sound_keeps_its_length_at_another_rate(model: Path, tmp_path: Path) -> None:
    assert main(generate_args(model, tmp_path / "rain.opus")) == 0
    written = soundfile.info(tmp_path / "rain.opus")
    assert (written.samplerate, written.frames) == (24_000, 12_000)


def test_an_endless_sound_needs_a_format_with_its_rate(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(generate_args(model, tmp_path / "rain.opus", "--endless")) == 2
    assert "hold no sound of 22,050 samples a second" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_stereo_model_writes_both_channels(tmp_path: Path) -> None:
    folder = build_tiny_stable_audio(tmp_path / "stereo")
    assert main(generate_args(folder, tmp_path / "rain.wav", "--editable")) == 0
    written = soundfile.info(tmp_path / "rain.wav")
    assert (written.samplerate, written.channels) == (8_000, 2)
    place = ["--from", "0.2", "--to", "0.3", "-o", str(tmp_path / "repaired.wav")]
    assert main(["repair", str(tmp_path / "rain.wav"), *place]) == 0
    before, after = (
        soundfile.read(tmp_path / name, dtype="int16")[0] for name in ("rain.wav", "repaired.wav")
    )
    is_changed = np.flatnonzero((before != after).any(axis=1))
    assert 1_600 - 5 * HOP_LENGTH <= is_changed[0] < is_changed[-1] < 2_400 + 5 * HOP_LENGTH
