"""A model whose text encoders do not run as their settings say is refused with a sentence."""

from pathlib import Path
from typing import Never

import pytest
import torch

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.prompts import encode_prompts
from core.models.loader import load_model
from core.models.text_to_audio_model import Conditioning, TextToAudioModel


def load(folder: Path) -> TextToAudioModel:
    return load_model(
        str(folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )


def encode(model: TextToAudioModel, folder: Path) -> None:
    encode_prompts(model, GenerationRequest(prompt="rain", model=str(folder)), Progress())


def test_an_encoder_that_gives_nan_is_refused(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, spoilt = load(tiny_model_folder), {"class_labels": torch.tensor([[torch.nan]])}
    monkeypatch.setattr(model, "encode_prompt", lambda *_: Conditioning(spoilt, spoilt))
    with pytest.raises(ModelLoadError, match="values that are not finite: class_labels"):
        encode(model, tiny_model_folder)


@pytest.mark.parametrize("error", [RuntimeError("shapes differ"), IndexError("out of range")])
def test_an_encoder_that_cannot_run_is_refused(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> Never:
        raise error

    model = load(tiny_model_folder)
    monkeypatch.setattr(model, "encode_prompt", fail)
    with pytest.raises(ModelLoadError, match=str(error)):
        encode(model, tiny_model_folder)


def test_memory_that_runs_out_is_no_damage(
    tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Never:
        raise torch.OutOfMemoryError

    model = load(tiny_model_folder)
    monkeypatch.setattr(model, "encode_prompt", fail)
    with pytest.raises(torch.OutOfMemoryError):
        encode(model, tiny_model_folder)
