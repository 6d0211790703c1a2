"""AudioLDM that reads its prompt with T5 alone."""

import shutil
from pathlib import Path

import pytest
import torch
from diffusers.pipelines.audioldm2.modeling_audioldm2 import AudioLDM2UNet2DConditionModel
from torch import Tensor
from transformers import T5EncoderModel, T5TokenizerFast

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.models.capabilities import read_capabilities
from core.models.families.audioldm_t5 import AudioLdmT5
from core.models.folder import open_folder
from core.models.loader import load_model
from core.models.text_to_audio_model import TextToAudioModel
from tests.original_models import LATENT_CHANNELS, audioldm_48k_unet, build_model

WORDS = "rain then organ"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_model("audioldm-t5", tmp_path_factory.mktemp("model") / "audioldm-t5")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    copied: Path = shutil.copytree(original, tmp_path / "model")
    return copied


def open_model(folder: Path) -> TextToAudioModel:
    cpu = torch.device("cpu")
    return load_model(str(folder), device=cpu, dtype=torch.float32, progress=Progress())


def load(folder: Path) -> AudioLdmT5:
    model = open_model(folder)
    assert isinstance(model, AudioLdmT5)
    return model


@pytest.fixture(scope="module")
def model(original: Path) -> AudioLdmT5:
    return load(original)


@torch.inference_mode()
def expected(folder: Path, prompt: str, latents: Tensor) -> Tensor:
    """What diffusers' UNet predicts for T5's words, each prompt read by itself as in training."""
    path = folder / "unet"
    unet = AudioLDM2UNet2DConditionModel.from_pretrained(path, low_cpu_mem_usage=False).eval()
    encoder = T5EncoderModel.from_pretrained(folder / "text_encoder_2").eval()
    tokens = T5TokenizerFast.from_pretrained(folder / "tokenizer_2")(prompt, return_tensors="pt")
    words = encoder(**tokens).last_hidden_state
    found: Tensor = unet(
        latents, 500, encoder_hidden_states=words, encoder_attention_mask=tokens.attention_mask
    ).sample
    return found


@pytest.mark.parametrize("negative", ["", "a", "a much longer prompt than the other"])
def test_it_predicts_what_its_networks_predict(
    model: AudioLdmT5, original: Path, negative: str
) -> None:
    latents = torch.randn(1, LATENT_CHANNELS, 24, 16, generator=torch.Generator().manual_seed(3))
    conditioning = model.encode_prompt(WORDS, negative)
    for prompt, read in ((WORDS, conditioning.positive), (negative, conditioning.negative)):
        found = model.predict(latents, torch.tensor(500), read)
        torch.testing.assert_close(found, expected(original, prompt, latents), rtol=1e-4, atol=1e-5)


def test_the_order_of_words_matters(model: AudioLdmT5) -> None:
    latents = torch.randn(1, LATENT_CHANNELS, 24, 16)
    both = model.encode_prompt("dog then rain", "rain then dog")
    one, other = (
        model.predict(latents, torch.tensor(500), read) for read in (both.positive, both.negative)
    )
    assert (one - other).abs().max() > 1e-4
    assert model.capabilities.reads_word_order


def test_a_long_prompt_is_cut_where_the_tokenizer_says(model: AudioLdmT5, original: Path) -> None:
    most = model.capabilities.max_prompt_tokens
    assert model.count_tokens("x" * 500) == (501, most)
    words = model.encode_prompt("x" * 500, "").positive["encoder_hidden_states"]
    assert words.shape[1] == most + 1  # and the mark at the end
    assert read_capabilities(open_folder(original)) == model.capabilities


def test_an_encoder_of_another_width_is_refused(folder: Path) -> None:
    encoder = T5EncoderModel.from_pretrained(folder / "text_encoder_2")
    encoder.config.d_model = 32
    T5EncoderModel(encoder.config).save_pretrained(folder / "text_encoder_2")
    with pytest.raises(ModelLoadError, match="attends to vectors of another width"):
        load(folder)


def test_words_beside_claps_vector_are_refused(tmp_path: Path) -> None:
    folder = build_model("audioldm-48k", tmp_path / "model")
    config = dict(audioldm_48k_unet().config)
    config["cross_attention_dim"] = ((None, 24),) * 2
    AudioLDM2UNet2DConditionModel.from_config(config).save_pretrained(folder / "unet")
    with pytest.raises(ModelLoadError, match="attends to words as well as to CLAP's vector"):
        open_model(folder)


@pytest.mark.parametrize("component", ["text_encoder_2", "tokenizer_2"])
def test_a_model_without_its_reader_is_refused(folder: Path, component: str) -> None:
    shutil.rmtree(folder / component)
    with pytest.raises(ModelLoadError, match=f"{component}/.* is missing"):
        load(folder)
