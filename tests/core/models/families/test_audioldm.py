from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from core.api.progress import Progress
from core.models.families.audioldm import AudioLdm
from core.models.loader import load_model

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def model(tiny_model_folder: Path) -> AudioLdm:
    loaded = load_model(
        str(tiny_model_folder), device=CPU, dtype=torch.float32, progress=Progress()
    )
    assert isinstance(loaded, AudioLdm)
    return loaded


def test_the_geometry_comes_from_the_networks(model: AudioLdm) -> None:
    assert (model.time_scale, model.latent_channels, model.latent_bins) == (4, 4, 16)
    assert model.scaling_factor == 0.9
    assert (model.mel.sample_rate, model.mel.hop_length, model.mel.n_mels) == (16000, 160, 64)
    assert model.vocoder.sampling_rate == 16000


@given(prompt=st.text(max_size=60))
def test_every_prompt_becomes_one_vector_of_length_one(model: AudioLdm, prompt: str) -> None:
    vector = model.encode_prompt(prompt, "").positive["class_labels"]
    assert vector.shape == (1, 32)
    torch.testing.assert_close(vector.norm(), torch.tensor(1.0))


def test_different_prompts_are_different_vectors(model: AudioLdm) -> None:
    conditioning = model.encode_prompt("church organ", "rain")
    positive, negative = (
        part["class_labels"] for part in (conditioning.positive, conditioning.negative)
    )
    assert not torch.allclose(positive, negative, atol=1e-3)


def test_padding_would_give_the_same_vector(model: AudioLdm) -> None:
    padded = model.clap.tokenizer("organ", padding="max_length", max_length=32, return_tensors="pt")
    with torch.inference_mode():
        output = model.clap.text_encoder(padded.input_ids, attention_mask=padded.attention_mask)
    ours = model.encode_prompt("organ", "").positive["class_labels"]
    torch.testing.assert_close(F.normalize(output.text_embeds, dim=-1), ours, rtol=1e-5, atol=1e-6)


def test_tokens_are_counted_without_the_marks_at_both_ends(model: AudioLdm) -> None:
    assert model.count_tokens("") == (0, 30)
    assert model.count_tokens("organ") == (5, 30)
    assert model.count_tokens("x" * 2000) == (2000, 30)


def test_words_past_the_last_token_read_change_nothing(model: AudioLdm) -> None:
    one, other = (
        model.encode_prompt("x" * 30 + tail, "").positive["class_labels"] for tail in ("", "yz")
    )
    assert torch.equal(one, other)


@given(num_frames=st.integers(1, 20), batch=st.integers(1, 2))
def test_predictions_have_the_shape_of_the_latents(
    model: AudioLdm, num_frames: int, batch: int
) -> None:
    latents = torch.zeros(batch, 4, num_frames, 16)
    labels = {"class_labels": torch.zeros(batch, 32)}
    prediction = model.predict(latents, torch.tensor(500), labels)
    assert prediction.shape == latents.shape
    assert prediction.dtype == torch.float32


def test_low_precision_stays_near_the_full(model: AudioLdm, tiny_model_folder: Path) -> None:
    low = load_model(str(tiny_model_folder), device=CPU, dtype=torch.bfloat16, progress=Progress())
    latents = torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(0))
    full, half = (
        each.predict(latents, torch.tensor(500), each.encode_prompt("organ", "").positive)
        for each in (model, low)
    )
    assert half.dtype == torch.float32
    assert (half - full).norm() < 0.05 * full.norm()
