import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers.pipelines.audioldm2.modeling_audioldm2 import AudioLDM2UNet2DConditionModel
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import GPT2LMHeadModel

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.models.families.audioldm2 import AudioLdm2
from core.models.loader import load_model
from tests.stock_pipelines import stock_audioldm2
from tests.tiny_families import NUM_STATES, STATE_DIM, WORD_DIM, tiny_unet2
from tests.tiny_model import UNET_SIZE

PROMPTS = st.text(st.sampled_from("abcxyz ,"), max_size=36)


def load(folder: Path, dtype: torch.dtype = torch.float32) -> AudioLdm2:
    loaded = load_model(str(folder), device=torch.device("cpu"), dtype=dtype, progress=Progress())
    assert isinstance(loaded, AudioLdm2)
    return loaded


@pytest.fixture(scope="module")
def model(tiny_audioldm2_folder: Path) -> AudioLdm2:
    return load(tiny_audioldm2_folder)


@pytest.fixture
def folder(tiny_audioldm2_folder: Path, tmp_path: Path) -> Path:
    copied: Path = shutil.copytree(tiny_audioldm2_folder, tmp_path / "model")
    return copied


def change_config(folder: Path, component: str, **changes: object) -> None:
    file = folder / component / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def read(model: AudioLdm2, prompt: str, negative: str = "") -> list[Tensor]:
    """States, words and mask of the negative prompt and the prompt, in the pipeline's order."""
    conditioning = model.encode_prompt(prompt, negative)
    names = ("encoder_hidden_states_1", "encoder_attention_mask_1", "encoder_hidden_states")
    return [torch.cat([conditioning.negative[n], conditioning.positive[n]]) for n in names]


def test_prompts_are_read_as_the_pipeline_reads_them(
    model: AudioLdm2, tiny_audioldm2_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline = stock_audioldm2(tiny_audioldm2_folder)
    for library in ("transformers", "diffusers"):  # the peer warns of prompts that are too long
        caplog.set_level(logging.ERROR, library)

    @settings(max_examples=20)
    @given(prompt=PROMPTS, negative=PROMPTS)
    def prompts_are_read_alike(prompt: str, negative: str) -> None:
        with torch.inference_mode():
            theirs = pipeline.encode_prompt(prompt, "cpu", 1, True, negative_prompt=negative)
        for mine, other in zip(read(model, prompt, negative), theirs, strict=True):
            torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-5)

    prompts_are_read_alike()


@settings(max_examples=20)
@given(prompt=PROMPTS, negative=PROMPTS)
def test_prompt_and_negative_prompt_have_the_same_shapes(
    model: AudioLdm2, prompt: str, negative: str
) -> None:
    words, mask, states = read(model, prompt, negative)
    assert words.shape == (2, mask.shape[1], WORD_DIM)
    assert states.shape == (2, NUM_STATES, STATE_DIM)
    assert mask[1].all()  # the prompt itself needs no padding


def test_the_order_of_words_matters(model: AudioLdm2) -> None:
    _, _, states = read(model, "dog then rain", "rain then dog")
    assert model.capabilities.reads_word_order
    assert not torch.allclose(states[0], states[1], atol=1e-4)


def test_tokens_are_counted_without_the_mark_at_the_end(model: AudioLdm2) -> None:
    assert model.count_tokens("") == (0, 39)
    assert model.count_tokens("organ") == (6, 39)  # and the space that T5 sets before it
    assert model.count_tokens("x" * 2000) == (2001, 39)
    assert model.capabilities.max_prompt_tokens == 39


def test_a_tokenizer_is_limited_by_the_language_model(
    folder: Path,
) -> None:
    file = folder / "tokenizer_2/tokenizer_config.json"
    config = json.loads(file.read_text())
    del config["model_max_length"]
    file.write_text(json.dumps(config))
    model = load(folder)
    assert model.count_tokens("")[1] == 99 - 5 - NUM_STATES - 1
    words, _, _ = read(model, "x" * 500)
    assert words.shape[1] == 99 - 5 - NUM_STATES


def test_a_language_model_kept_with_its_head_writes_the_same(
    model: AudioLdm2, folder: Path
) -> None:
    headed = GPT2LMHeadModel.from_pretrained(folder / "language_model")
    shutil.rmtree(folder / "language_model")
    headed.save_pretrained(folder / "language_model")
    ours, theirs = read(model, "organ")[2], read(load(folder), "organ")[2]
    assert torch.equal(ours, theirs)


def test_buffers_of_older_language_models_are_left_unread(
    folder: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log(r"masked_bias \| UNEXPECTED")
    file = folder / "language_model/model.safetensors"
    tensors = load_file(file)
    tensors["h.0.attn.bias"] = torch.ones(1, 1, 99, 99)
    tensors["h.0.attn.masked_bias"] = torch.tensor(-1e4)
    save_file(tensors, file, metadata={"format": "pt"})
    load(folder)


def test_words_where_a_model_that_speaks_has_phonemes_are_refused(folder: Path) -> None:
    file = folder / "model_index.json"
    index = json.loads(file.read_text())
    index["text_encoder_2"] = ["transformers", "VitsModel"]
    file.write_text(json.dumps(index))
    with pytest.raises(ModelLoadError, match="is a T5EncoderModel; Tessera knows VitsModel there"):
        load(folder)


@pytest.mark.parametrize("num_states", [1, 3])
def test_the_folder_states_the_number_of_states(folder: Path, num_states: int) -> None:
    change_config(folder, "language_model", max_new_tokens=num_states)
    assert read(load(folder), "organ")[2].shape[1] == num_states


@pytest.mark.parametrize("wrong", [0, "eight", None])
def test_a_number_of_states_that_is_none_is_refused(folder: Path, wrong: object) -> None:
    change_config(folder, "language_model", max_new_tokens=wrong)
    with pytest.raises(ModelLoadError, match="new states; at least 1 is needed"):
        load(folder)


def test_embeddings_of_another_width_are_refused(folder: Path) -> None:
    change_config(folder, "projection_model", text_encoder_1_dim=WORD_DIM + 1)
    file = folder / "projection_model/diffusion_pytorch_model.safetensors"
    tensors = load_file(file)
    tensors["projection_1.weight"] = torch.zeros(STATE_DIM, WORD_DIM + 1)
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(ModelLoadError, match=r"text_encoder_2 has vectors of 24 values.*25"):
        load(folder)


def test_a_unet_that_attends_to_other_widths_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.tiny_families.WORD_DIM", WORD_DIM + 8)
    tiny_unet2().save_pretrained(folder / "unet")
    with pytest.raises(ModelLoadError, match=r"the unet attends to vectors.*different models"):
        load(folder)


def test_the_width_of_a_block_without_attention_does_not_count(folder: Path) -> None:
    unet = AudioLDM2UNet2DConditionModel(
        **UNET_SIZE,
        attention_head_dim=2,
        cross_attention_dim=((None, WORD_DIM + 8), (None, STATE_DIM, WORD_DIM)),
    )
    unet.save_pretrained(folder / "unet")
    assert unet.config.down_block_types[0] == "DownBlock2D"
    assert isinstance(load(folder), AudioLdm2)


def test_a_language_model_with_its_head_gives_the_same_states(
    model: AudioLdm2, folder: Path
) -> None:
    file = folder / "language_model/model.safetensors"
    tensors = {f"transformer.{name}": value for name, value in load_file(file).items()}
    tensors["lm_head.weight"] = tensors["transformer.wte.weight"].clone()
    save_file(tensors, file, metadata={"format": "pt"})
    change_config(folder, "language_model", architectures=["GPT2LMHeadModel"])
    states = [
        each.encode_prompt("organ", "").positive["encoder_hidden_states"]
        for each in (model, load(folder))
    ]
    assert torch.equal(*states)


def test_a_tokenizer_whose_words_cannot_be_read_is_refused(folder: Path) -> None:
    (folder / "tokenizer_2/tokenizer.json").write_text("{}")
    with pytest.raises(ModelLoadError, match="the tokenizer_2 cannot be read"):
        load(folder)


def test_low_precision_stays_near_the_full(model: AudioLdm2, tiny_audioldm2_folder: Path) -> None:
    low = load(tiny_audioldm2_folder, torch.bfloat16)
    latents = torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(0))
    full, half = (
        each.predict(latents, torch.tensor(500), each.encode_prompt("organ", "").positive)
        for each in (model, low)
    )
    assert half.dtype == torch.float32
    assert (half - full).norm() < 0.1 * full.norm()  # five networks, one after another
