"""`generate` and edits with a model whose weights are pickles: refused without --convert."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from app.cli.main import main
from tests.app.generate_args import generate_args
from tests.original_checkpoints import original_state
from tests.original_models import build_model


def test_a_checkpoint_needs_convert_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    model = build_model("audioldm", tmp_path / "model")
    shutil.copytree(model / "tokenizer", tmp_path / "tokenizer")
    checkpoint = tmp_path / "rain.ckpt"
    torch.save({"state_dict": original_state(model, "audioldm")}, checkpoint)

    assert main(generate_args(checkpoint, tmp_path / "a.wav")) == 1
    assert "--convert on the command line" in capsys.readouterr().err
    assert main(generate_args(checkpoint, tmp_path / "a.wav", "--convert")) == 0
    assert "converting the weights: " in capsys.readouterr().err
    assert main(generate_args(checkpoint, tmp_path / "b.wav")) == 0
    assert main(generate_args(model, tmp_path / "c.wav")) == 0
    a, b, c = (soundfile.read(tmp_path / f"{name}.wav")[0] for name in "abc")
    assert np.array_equal(a, b)
    assert np.array_equal(a, c)


def test_an_edit_converts_again_what_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    model = build_model("audioldm", tmp_path / "model")
    shutil.copytree(model / "tokenizer", tmp_path / "tokenizer")
    checkpoint, sound = tmp_path / "rain.ckpt", tmp_path / "a.wav"
    torch.save({"state_dict": original_state(model, "audioldm")}, checkpoint)
    assert main(generate_args(checkpoint, sound, "--convert", "--editable")) == 0
    shutil.rmtree(data)

    repair = ["repair", str(sound), "--from", "0", "--to", "0.5", "-o", str(tmp_path / "b.wav")]
    assert main(repair) == 1
    assert "--convert on the command line" in capsys.readouterr().err
    assert main([*repair, "--convert"]) == 0
