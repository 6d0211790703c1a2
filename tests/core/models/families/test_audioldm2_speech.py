"""AudioLDM2 that speaks, beside diffusers' pipeline with a transcription."""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.api.config import EngineConfig, TilingConfig
from core.api.errors import Cancelled, ModelLoadError
from core.api.progress import Progress
from core.api.request import GenerationRequest, Scheduler
from core.engine import Engine
from core.models.capabilities import read_capabilities
from core.models.families import phoneme_encoder
from core.models.families.audioldm2_speech import AudioLdm2Speech
from core.models.folder import open_folder
from core.models.loader import load_model
from core.pipeline.edge_fades import Edge
from tests.stock_pipelines import stock_audioldm2
from tests.tiny_speech import (
    MAX_PHONEMES,
    NUM_SPEECH_STATES,
    PHONEME_DIM,
    build_tiny_speech,
    tiny_phoneme_tokenizer,
)

TEXT = "wish you have a good day"
LETTERS = st.sampled_from("abcxyz ,!")
SPOKEN = st.text(LETTERS, min_size=1, max_size=MAX_PHONEMES).filter(str.strip)  # as the peer asks
PROMPTS = st.text(LETTERS, max_size=20)
SECONDS = 0.4


def load(folder: Path, dtype: torch.dtype = torch.float32) -> AudioLdm2Speech:
    loaded = load_model(str(folder), device=torch.device("cpu"), dtype=dtype, progress=Progress())
    assert isinstance(loaded, AudioLdm2Speech)
    return loaded


@pytest.fixture(
    scope="module", params=[False, True], ids=["published", "attends to phonemes besides"]
)
def original(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("speech") / "model"
    return build_tiny_speech(folder, attends_to_phonemes=request.param)


@pytest.fixture(scope="module")
def model(original: Path) -> AudioLdm2Speech:
    return load(original)


@pytest.fixture(scope="module")
def pipeline(original: Path) -> Any:
    return stock_audioldm2(original)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build_tiny_speech(tmp_path / "model")


def read(model: AudioLdm2Speech, prompt: str, negative: str, spoken: str) -> list[Tensor]:
    """Phonemes, mask and states of the negative prompt and the prompt, in the pipeline's order."""
    conditioning = model.encode_speech(prompt, negative, spoken, Progress())
    names = ("encoder_hidden_states_1", "encoder_attention_mask_1", "encoder_hidden_states")
    return [torch.cat([conditioning.negative[n], conditioning.positive[n]]) for n in names]


def test_texts_are_read_as_the_pipeline_reads_them(
    model: AudioLdm2Speech, pipeline: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for library in ("transformers", "diffusers"):  # the peer warns of prompts that are too long
        caplog.set_level(logging.ERROR, library)

    @settings(max_examples=20)
    @given(prompt=PROMPTS, negative=PROMPTS, spoken=SPOKEN)
    def texts_are_read_alike(prompt: str, negative: str, spoken: str) -> None:
        with torch.inference_mode():
            theirs = pipeline.encode_prompt(
                prompt,
                "cpu",
                1,
                True,
                transcription=spoken,
                negative_prompt=negative,
                max_new_tokens=NUM_SPEECH_STATES,
            )
        for mine, other in zip(read(model, prompt, negative, spoken), theirs, strict=True):
            torch.testing.assert_close(mine, other.to(mine), rtol=1e-4, atol=1e-5)

    texts_are_read_alike()


@pytest.mark.parametrize(
    ("prompt", "negative", "guidance"), [("a reporter", None, 3.5), ("", "a crowd", 2.0)]
)
def test_latents_and_samples_equal_the_pipelines(
    original: Path, pipeline: Any, prompt: str, negative: str | None, guidance: float
) -> None:
    theirs = {
        kind: pipeline(
            prompt,
            transcription=TEXT,
            negative_prompt=negative,
            num_inference_steps=4,
            guidance_scale=guidance,
            audio_length_in_s=SECONDS,
            max_new_tokens=NUM_SPEECH_STATES,
            generator=torch.Generator().manual_seed(3),
            output_type=kind,
        ).audios[0]
        for kind in ("latent", "np")
    }
    request = GenerationRequest(
        prompt=prompt,
        negative_prompt=negative or "",
        transcription=TEXT,
        num_inference_steps=4,
        guidance_scale=guidance,
        duration_s=SECONDS,
        scheduler=Scheduler.DDIM,
        seed=3,
        model=str(original),
    )
    take = Engine(EngineConfig(device="cpu", tiling=TilingConfig(mode="off"))).generate(request)
    np.testing.assert_allclose(take.latents, theirs["latent"].numpy(), atol=1e-4)
    edge = Edge.at_rate(take.sample_rate).length  # of our fades
    samples = theirs["np"][: len(take.waveform)]
    np.testing.assert_allclose(take.waveform[edge:-edge], samples[edge:-edge], atol=1e-4)
    assert np.abs(take.waveform).max() > 0.01


def test_what_is_spoken_changes_the_sound(model: AudioLdm2Speech) -> None:
    latents = torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(0))
    one, other = (
        model.predict(
            latents, torch.tensor(500), model.encode_speech("", "", text, Progress()).positive
        )
        for text in (TEXT, "have a wish")
    )
    assert (one - other).abs().max() > 1e-5


def test_a_folder_states_what_the_loaded_model_states(folder: Path) -> None:
    model = load(folder)
    assert model.capabilities.speaks
    assert not model.capabilities.reads_word_order
    assert read_capabilities(open_folder(folder)) == model.capabilities


def test_a_long_text_is_cut_where_the_tokenizer_says(model: AudioLdm2Speech) -> None:
    assert model.count_spoken(TEXT) == (len(TEXT), MAX_PHONEMES)
    assert model.count_spoken("x" * 500) == (500, MAX_PHONEMES)
    phonemes, mask, states = read(model, "", "", "x" * 500)
    assert phonemes.shape == (2, MAX_PHONEMES, PHONEME_DIM)
    assert states.shape[1] == NUM_SPEECH_STATES
    assert mask.sum(dim=1).tolist() == [0, MAX_PHONEMES]


def test_phonemes_are_read_as_they_are_and_others_left_out(tmp_path: Path, folder: Path) -> None:
    asked = load(build_tiny_speech(tmp_path / "asked", phonemize=True))
    letters = load(folder)  # whose tokenizer takes the same symbols, and asks nobody
    for spoken, same in (("/wˈɪʃ juː!/", "wˈɪʃ juː!"), ("/(w)ˈɪ☃ʃ/", "wˈɪʃ")):
        for mine, other in zip(
            read(asked, "a man", "", spoken), read(letters, "a man", "", same), strict=True
        ):
            assert torch.equal(mine, other)


def test_a_text_is_written_in_phonemes_in_small_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(phoneme_encoder, "to_phonemes", lambda text: asked.append(text) or "wɪʃ")
    model = load(build_tiny_speech(tmp_path / "asked", phonemize=True))
    assert model.count_spoken("Wish YOU") == (3, MAX_PHONEMES)
    assert asked == ["wish you"]


def test_reading_a_text_can_be_cancelled(model: AudioLdm2Speech) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        model.encode_speech("a man", "", TEXT, progress)


def test_without_a_text_the_model_still_predicts(model: AudioLdm2Speech) -> None:
    conditioning = model.encode_prompt("a reporter", "")
    assert conditioning.positive["encoder_attention_mask_1"].sum() == 1  # the end of a text
    latents = torch.zeros(1, 4, 8, 16)
    assert model.predict(latents, torch.tensor(500), conditioning.positive).isfinite().all()


def test_low_precision_stays_near_the_full(model: AudioLdm2Speech, original: Path) -> None:
    low = load(original, torch.bfloat16)
    latents = torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(0))
    full, half = (
        each.predict(
            latents, torch.tensor(500), each.encode_speech("a", "", TEXT, Progress()).positive
        )
        for each in (model, low)
    )
    assert (half - full).norm() < 0.1 * full.norm()


def test_a_table_of_positions_of_another_length_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "tokenizer_2")
    tiny_phoneme_tokenizer(length=MAX_PHONEMES - 1).save_pretrained(folder / "tokenizer_2")
    with pytest.raises(ModelLoadError, match=r"tokenizer_2 gives 39 phonemes.*positions for 40"):
        load(folder)


def test_phonemes_without_a_stated_limit_are_refused(folder: Path) -> None:
    change_config(folder, "projection_model", use_learned_position_embedding=None)
    file = folder / "projection_model/diffusion_pytorch_model.safetensors"
    tensors = load_file(file)
    del tensors["learnable_positional_embedding"]
    save_file(tensors, file, metadata={"format": "pt"})
    load(folder)
    change_config(folder, "tokenizer_2", "tokenizer_config.json", model_max_length=10**30)
    with pytest.raises(ModelLoadError, match="has no positions left after"):
        load(folder)


def test_an_encoder_with_too_few_tokens_is_refused(folder: Path) -> None:
    change_config(folder, "text_encoder_2", vocab_size=182)
    file = folder / "text_encoder_2/model.safetensors"
    tensors = load_file(file)
    name = "text_encoder.embed_tokens.weight"
    save_file({**tensors, name: tensors[name][:182].clone()}, file, metadata={"format": "pt"})
    with pytest.raises(ModelLoadError, match="has 182 tokens, and the end of a text is token 182"):
        load(folder)


def test_phonemes_of_another_width_are_refused(folder: Path) -> None:
    change_config(folder, "projection_model", text_encoder_1_dim=PHONEME_DIM + 1)
    file = folder / "projection_model/diffusion_pytorch_model.safetensors"
    tensors = load_file(file)
    name = "learnable_positional_embedding"
    tensors["projection_1.weight"] = torch.zeros(16, PHONEME_DIM + 1)
    tensors[name] = torch.zeros(1, PHONEME_DIM + 1, MAX_PHONEMES)
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(ModelLoadError, match=r"text_encoder_2 has vectors of 24 values.*25"):
        load(folder)


def change_config(folder: Path, component: str, name: str = "config.json", **changes: Any) -> None:
    file = folder / component / name
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
