"""The text encoders of an original checkpoint: transformers' names, and configs.

Sources, read as facts: haoheliu/AudioLDM (audioldm/clap/open_clip/model.py), haoheliu/AudioLDM2
(audioldm2/utils.py, audioldm2/audiomae_gen/sequence_input.py, encoders/modules.py and
phoneme_encoder/ in audioldm2/latent_diffusion/modules), the configs of roberta-base,
google/flan-t5-large and gpt2, which these load, and diffusers' conversion scripts. Sizes come from
the tensors. What these do not say is the same in every checkpoint, since it is that of the
pretrained encoder: heads of 64 channels, RoBERTa's epsilon of 1e-5 (the configs on the hub say
1e-12), and eight states of GPT-2, or 512 where it speaks.
"""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from core.models.conversion.stored_tensor import (
    ComputedTensor,
    StoredTensor,
    Tensors,
    WritableTensors,
)

CLAP_NAMES = (
    (r"^text_branch\.", "text_model."),
    (r"^text_projection\.0\.", "text_projection.linear1."),
    (r"^text_projection\.2\.", "text_projection.linear2."),
)
CLAP_BUFFERS = (".position_ids", ".token_type_ids")
GPT2_BUFFERS = (".attn.bias", ".attn.masked_bias")
PROJECTION_NAMES = {
    "input_sequence_embed_linear.0.weight": "projection.weight",
    "input_sequence_embed_linear.0.bias": "projection.bias",
    "input_sequence_embed_linear.1.weight": "projection_1.weight",
    "input_sequence_embed_linear.1.bias": "projection_1.bias",
}
PROJECTION_ROWS = {  # of a table with one row for each encoder
    "start_of_sequence_tokens.weight": ("sos_embed", "sos_embed_1"),
    "end_of_sequence_tokens.weight": ("eos_embed", "eos_embed_1"),
}
VITS_NAMES = (
    (r"\.emb\.", ".embed_tokens."),
    (r"\.proj\.", ".project."),
    (r"\.attn_layers\.(\d+)\.conv_([qkv])\.", r".layers.\1.attention.\2_proj."),
    (r"\.attn_layers\.(\d+)\.conv_o\.", r".layers.\1.attention.out_proj."),
    (r"\.attn_layers\.(\d+)\.", r".layers.\1.attention."),
    (r"\.norm_layers_1\.(\d+)\.", r".layers.\1.layer_norm."),
    (r"\.norm_layers_2\.(\d+)\.", r".layers.\1.final_layer_norm."),
    (r"\.ffn_layers\.(\d+)\.", r".layers.\1.feed_forward."),
    (r"\.gamma$", ".weight"),
    (r"\.beta$", ".bias"),
)
POSITIONS = "learnable_positional_embedding"
"""The table that an original keeps beside the encoder of phonemes, and diffusers in the projection
model, which adds it next."""
_HEAD_CHANNELS = 64
_ROBERTA_EPS = 1e-5
NUM_STATES, NUM_SPEECH_STATES = 8, 512


def convert_clap(tensors: Tensors) -> tuple[WritableTensors, dict[str, Any]]:
    """CLAP's text branch; the audio branch and what served its training are left out.

    Raises:
        KeyError: It is no CLAP with RoBERTa.
    """
    renamed: WritableTensors = {}
    for name, tensor in tensors.items():
        is_text = name.startswith(("text_branch.", "text_projection."))
        if is_text and not name.endswith(CLAP_BUFFERS):
            renamed[_substituted(name, CLAP_NAMES)] = tensor
    embeddings = "text_model.embeddings"
    vocabulary, width = renamed[f"{embeddings}.word_embeddings.weight"].shape
    layers = "text_model.encoder.layer"
    positions = renamed[f"{embeddings}.position_embeddings.weight"].shape[0]
    renamed[f"{embeddings}.position_ids"] = _integers(np.arange(positions))
    renamed[f"{embeddings}.token_type_ids"] = _integers(np.zeros(positions))
    return renamed, {
        "architectures": ["ClapTextModelWithProjection"],
        "model_type": "clap_text_model",
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_hidden_layers": _count(renamed, rf"{layers}\.(\d+)\."),
        "num_attention_heads": width // _HEAD_CHANNELS,
        "intermediate_size": renamed[f"{layers}.0.intermediate.dense.weight"].shape[0],
        "max_position_embeddings": positions,
        "type_vocab_size": renamed[f"{embeddings}.token_type_embeddings.weight"].shape[0],
        "projection_dim": renamed["text_projection.linear1.weight"].shape[0],
        "hidden_act": "gelu",
        "projection_hidden_act": "relu",
        "layer_norm_eps": _ROBERTA_EPS,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
    }


def convert_t5(tensors: Tensors) -> tuple[WritableTensors, dict[str, Any]]:
    """T5's encoder; its names are transformers' own.

    Raises:
        KeyError: It is no T5 encoder with gated layers.
    """
    block = "encoder.block.0.layer"
    buckets, heads = tensors[f"{block}.0.SelfAttention.relative_attention_bias.weight"].shape
    vocabulary, width = tensors["shared.weight"].shape
    kept = {name: tensor for name, tensor in tensors.items() if "embed_tokens" not in name}
    return dict(kept), {
        "architectures": ["T5EncoderModel"],
        "model_type": "t5",
        "vocab_size": vocabulary,
        "d_model": width,
        "d_kv": tensors[f"{block}.0.SelfAttention.q.weight"].shape[0] // heads,
        "d_ff": tensors[f"{block}.1.DenseReluDense.wi_0.weight"].shape[0],
        "num_layers": _count(tensors, r"encoder\.block\.(\d+)\."),
        "num_heads": heads,
        "relative_attention_num_buckets": buckets,
        "relative_attention_max_distance": 128,
        "feed_forward_proj": "gated-gelu",
        "layer_norm_epsilon": 1e-6,
        "tie_word_embeddings": False,
        "pad_token_id": 0,
        "eos_token_id": 1,
    }


def convert_vits(tensors: Tensors) -> tuple[WritableTensors, dict[str, Any]]:
    """VITS's encoder of phonemes, whose projections are convolutions of width 1 there.

    Raises:
        KeyError: It is none.
    """
    renamed: WritableTensors = {}
    for name, tensor in tensors.items():
        if name.startswith("text_encoder."):
            is_linear = re.search(r"\.conv_[qkvo]\.weight$", name)
            renamed[_substituted(name, VITS_NAMES)] = (
                tensor.reshaped(tensor.shape[:2]) if is_linear else tensor
            )
    vocabulary, width = renamed["text_encoder.embed_tokens.weight"].shape
    layer = "text_encoder.encoder.layers.0"
    _, offsets, head_channels = renamed[f"{layer}.attention.emb_rel_k"].shape
    inner, _, kernel = renamed[f"{layer}.feed_forward.conv_1.weight"].shape
    return renamed, {
        "architectures": ["VitsModel"],
        "model_type": "vits",
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_hidden_layers": _count(renamed, r"text_encoder\.encoder\.layers\.(\d+)\."),
        "num_attention_heads": width // head_channels,
        "window_size": offsets // 2,
        "ffn_dim": inner,
        "ffn_kernel_size": kernel,
        "flow_size": renamed["text_encoder.project.weight"].shape[0] // 2,
        "layer_norm_eps": 1e-5,
        "hidden_act": "relu",
        "pad_token_id": 0,
    }


def convert_gpt2(tensors: Tensors, num_states: int) -> tuple[WritableTensors, dict[str, Any]]:
    """GPT-2 without its masks; its names are transformers' own.

    Raises:
        KeyError: It is no GPT-2.
    """
    kept = {name: each for name, each in tensors.items() if not name.endswith(GPT2_BUFFERS)}
    vocabulary, width = tensors["wte.weight"].shape
    return dict(kept), {
        "architectures": ["GPT2Model"],
        "model_type": "gpt2",
        "vocab_size": vocabulary,
        "n_positions": tensors["wpe.weight"].shape[0],
        "n_embd": width,
        "n_layer": _count(tensors, r"h\.(\d+)\."),
        "n_head": width // _HEAD_CHANNELS,
        "n_inner": tensors["h.0.mlp.c_fc.weight"].shape[1],  # (I, O): a Conv1D of GPT-2
        "max_new_tokens": num_states,
        "bos_token_id": vocabulary - 1,
        "eos_token_id": vocabulary - 1,
    }


def convert_projection(
    tensors: Tensors, positions: StoredTensor | None
) -> tuple[WritableTensors, dict[str, Any]]:
    """What brings CLAP's vector and the words' states to GPT-2's width, with marks around each.

    Args:
        tensors: Those of the language model and its encoders.
        positions: What is added to the phonemes' states (1, D, N); None = nothing, or no phonemes.

    Raises:
        KeyError: It is not there.
    """
    renamed: WritableTensors = {new: tensors[old] for old, new in PROJECTION_NAMES.items()}
    for table, rows in PROJECTION_ROWS.items():
        renamed |= {new: tensors[table].row(index) for index, new in enumerate(rows)}
    learned: dict[str, Any] = {}
    if positions is not None:
        renamed[POSITIONS] = positions
        learned = {"use_learned_position_embedding": True, "max_seq_length": positions.shape[2]}
    return renamed, {
        "_class_name": "AudioLDM2ProjectionModel",
        "text_encoder_dim": renamed["projection.weight"].shape[1],
        "text_encoder_1_dim": renamed["projection_1.weight"].shape[1],
        "langauge_model_dim": renamed["projection.weight"].shape[0],
        **learned,
    }


def _integers(values: "np.ndarray[Any, Any]") -> ComputedTensor:
    """A row of whole numbers (1, N), as transformers keeps positions."""
    return ComputedTensor("I64", (1, len(values)), values.astype("<i8").tobytes())


def _substituted(name: str, rules: Iterable[tuple[str, str]]) -> str:
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    return name


def _count(names: Iterable[str], pattern: str) -> int:
    """How many layers the names count from 0."""
    return 1 + max(int(found[1]) for found in (re.match(pattern, name) for name in names) if found)
