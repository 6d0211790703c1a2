"""A tiny AudioLDM2 folder that speaks: the real classes with seeded random weights."""

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers.pipelines.audioldm2.modeling_audioldm2 import AudioLDM2ProjectionModel
from transformers import VitsConfig, VitsModel, VitsTokenizer

from tests.tiny_families import (
    AUDIOLDM2_BUILDERS,
    AUDIOLDM2_INDEX,
    STATE_DIM,
    tiny_language_model,
    tiny_unet2,
)
from tests.tiny_model import PROJECTION_DIM, write_model

PHONEME_DIM = 24
MAX_PHONEMES = 40
NUM_SPEECH_STATES = 12
NUM_POSITIONS = MAX_PHONEMES + 5 + NUM_SPEECH_STATES  # with special tokens and the vector
LETTERS = "_ ,.!?abcdefghijklmnopqrstuvwxyzˈˌːæɐɪʃʊɡŋθəɚɾ"
NUM_TOKENS = 183  # of the published models, so that the end of a text has their token
SPEECH_INDEX = {
    **AUDIOLDM2_INDEX,
    "text_encoder_2": ["transformers", "VitsModel"],
    "tokenizer_2": ["transformers", "VitsTokenizer"],
}


def build_tiny_speech(folder: Path, *, attends_to_phonemes: bool = False, **tokenizer: Any) -> Path:
    """Write an AudioLDM2 model that speaks to `folder` and return it.

    Args:
        folder: Where it goes.
        attends_to_phonemes: Whether its UNet attends to the phonemes besides GPT-2's states.
        tokenizer: Settings of the tokenizer of phonemes.
    """
    phonemes = (PHONEME_DIM,) if attends_to_phonemes else ()
    builders: Mapping[str, Callable[[], Any]] = {
        **AUDIOLDM2_BUILDERS,
        "unet": lambda: tiny_unet2(STATE_DIM, *phonemes),
        "text_encoder_2": tiny_vits,
        "tokenizer_2": lambda: tiny_phoneme_tokenizer(**tokenizer),
        "projection_model": tiny_speech_projection,
        "language_model": lambda: tiny_language_model(NUM_POSITIONS),
    }
    return write_model(folder, builders, SPEECH_INDEX, seed=0)


def tiny_vits() -> VitsModel:
    """Return the whole of VITS in small, of which only the text encoder is read."""
    config = VitsConfig(
        vocab_size=NUM_TOKENS,
        hidden_size=PHONEME_DIM,
        num_hidden_layers=2,
        num_attention_heads=2,
        ffn_dim=32,
        flow_size=PHONEME_DIM,
        spectrogram_bins=9,
        upsample_initial_channel=16,
        upsample_rates=[2, 2],
        upsample_kernel_sizes=[4, 4],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1]],
        duration_predictor_filter_channels=8,
        prior_encoder_num_flows=1,
        prior_encoder_num_wavenet_layers=1,
        posterior_encoder_num_wavenet_layers=1,
        use_stochastic_duration_prediction=False,
        pad_token_id=0,
    )
    return VitsModel(config)


def tiny_phoneme_tokenizer(
    *, phonemize: bool = False, length: int = MAX_PHONEMES, symbols: str = LETTERS
) -> VitsTokenizer:
    """Return VITS's tokenizer with few symbols, "_" for padding, and no phonemizer by default."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vocab.json"
        file.write_text(json.dumps({symbol: index for index, symbol in enumerate(symbols)}))
        return VitsTokenizer(
            str(file),
            pad_token="_",
            unk_token="_",
            add_blank=False,
            phonemize=phonemize,
            model_max_length=length,
        )


def tiny_speech_projection(state_dim: int = STATE_DIM) -> AudioLDM2ProjectionModel:
    """Return the projection with a learned table of positions."""
    model = AudioLDM2ProjectionModel(
        text_encoder_dim=PROJECTION_DIM,
        text_encoder_1_dim=PHONEME_DIM,
        langauge_model_dim=state_dim,
        use_learned_position_embedding=True,
        max_seq_length=MAX_PHONEMES,
    )
    marks = ("sos_embed", "eos_embed", "sos_embed_1", "eos_embed_1")
    for name in (*marks, "learnable_positional_embedding"):
        torch.nn.init.normal_(getattr(model, name))
    return model
