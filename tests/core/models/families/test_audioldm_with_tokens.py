"""A UNet of AudioLDM's architecture that attends to the prompt's tokens hears their order."""

from functools import partial
from pathlib import Path

import pytest
import torch

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.models.families.audioldm import AudioLdm
from core.models.loader import load_model
from tests.tiny_model import (
    BUILDERS,
    MODEL_INDEX,
    TOKEN_DIM,
    build_tiny_token_model,
    tiny_token_unet,
    write_model,
)

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_token_model(tmp_path_factory.mktemp("tiny_token_model"))


@pytest.fixture(scope="module")
def model(folder: Path) -> AudioLdm:
    loaded = load_model(str(folder), device=CPU, dtype=torch.float32, progress=Progress())
    assert isinstance(loaded, AudioLdm)
    return loaded


def predicted(model: AudioLdm, prompt: str, negative: str = "") -> torch.Tensor:
    latents = torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(0))
    conditioning = model.encode_prompt(prompt, negative).positive
    return model.predict(latents, torch.tensor(500), conditioning)


def test_both_prompts_have_as_many_tokens(model: AudioLdm) -> None:
    conditioning = model.encode_prompt("organ", "a long rain")
    for part in (conditioning.positive, conditioning.negative):
        assert part["class_labels"].shape == (1, 32)
        assert part["encoder_hidden_states"].shape == (1, 13, TOKEN_DIM)
        assert part["encoder_attention_mask"].shape == (1, 13)
    assert conditioning.positive["encoder_attention_mask"].sum() == 7
    assert conditioning.negative["encoder_attention_mask"].sum() == 13


def test_padding_changes_no_prediction(model: AudioLdm) -> None:
    padded = predicted(model, "organ", "a much longer negative")
    torch.testing.assert_close(padded, predicted(model, "organ"), rtol=1e-4, atol=1e-5)


def test_tokens_change_the_prediction_beside_the_vector(model: AudioLdm) -> None:
    one, other = (model.encode_prompt(text, "").positive for text in ("ab", "ba"))
    latents = torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(0))
    mixed = {**other, "class_labels": one["class_labels"]}
    first, second = (model.predict(latents, torch.tensor(500), part) for part in (one, mixed))
    assert not torch.allclose(first, second, atol=1e-4)


def test_the_order_of_words_is_read(model: AudioLdm) -> None:
    assert model.capabilities.reads_word_order
    first, second = predicted(model, "ab cd"), predicted(model, "cd ab")
    assert not torch.allclose(first, second, atol=1e-4)


def test_the_engine_generates_with_it(folder: Path) -> None:
    request = GenerationRequest(
        prompt="organ, then rain", model=str(folder), duration_s=1, num_inference_steps=2
    )
    take = Engine().generate(request)
    assert len(take.waveform) == 16000


def test_a_unet_for_tokens_of_another_width_is_refused(tmp_path: Path) -> None:
    builders = {**BUILDERS, "unet": partial(tiny_token_unet, 2 * TOKEN_DIM)}
    write_model(tmp_path, builders, MODEL_INDEX, seed=0)
    with pytest.raises(ModelLoadError, match="tokens of another width"):
        load_model(str(tmp_path), device=CPU, dtype=torch.float32, progress=Progress())
