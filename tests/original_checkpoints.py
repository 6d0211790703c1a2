"""Tiny models with the sizes of their originals, and the checkpoints that the authors would have.

The names are made from diffusers' modules, block by block, as the authors' programs build theirs;
nothing of `core.models.conversion` is used.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.audioldm2.modeling_audioldm2 import (
    AudioLDM2ProjectionModel,
    AudioLDM2UNet2DConditionModel,
)
from safetensors.torch import load_file
from torch import Tensor
from transformers import (
    ClapTextConfig,
    ClapTextModelWithProjection,
    GPT2Config,
    GPT2Model,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
)

from tests.tiny_families import (
    AUDIOLDM2_INDEX,
    MUSICLDM_INDEX,
    WORD_DIM,
    tiny_word_encoder,
    tiny_word_tokenizer,
)
from tests.tiny_model import (
    MAX_TOKENS,
    MODEL_INDEX,
    PROJECTION_DIM,
    tiny_scheduler,
    tiny_tokenizer,
    tiny_vocoder,
    write_model,
)

LATENT_CHANNELS = 4
SCALING_FACTOR = 0.9
STATE_DIM = 128
NUM_BETAS = 1000
TensorMap = dict[str, Tensor]

_UNET_SIZE: dict[str, Any] = {
    "sample_size": 16,
    "in_channels": LATENT_CHANNELS,
    "out_channels": LATENT_CHANNELS,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "block_out_channels": (32, 64),
    "layers_per_block": 2,
    "attention_head_dim": (1, 2),  # 32 channels a head
}
_CLASS_EMBEDDING = {
    "class_embed_type": "simple_projection",
    "projection_class_embeddings_input_dim": PROJECTION_DIM,
    "class_embeddings_concat": True,
}
_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def audioldm_unet() -> UNet2DConditionModel:
    """Return AudioLDM's UNet with 32 groups and 32 channels a head."""
    return UNet2DConditionModel(**_UNET_SIZE, cross_attention_dim=(32, 64), **_CLASS_EMBEDDING)


def audioldm2_unet() -> AudioLDM2UNet2DConditionModel:
    """Return AudioLDM2's UNet."""
    attends_to = (None, STATE_DIM, WORD_DIM)
    return AudioLDM2UNet2DConditionModel(**_UNET_SIZE, cross_attention_dim=(attends_to,) * 2)


def audioldm_48k_unet() -> AudioLDM2UNet2DConditionModel:
    """Return the UNet of AudioLDM2's program that reads its prompt as AudioLDM does."""
    attends_to = (None, None)
    return AudioLDM2UNet2DConditionModel(
        **_UNET_SIZE, cross_attention_dim=(attends_to,) * 2, **_CLASS_EMBEDDING
    )


def original_vae() -> AutoencoderKL:
    """Return AudioLDM's VAE with 32 groups."""
    return AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(32, 32, 64),
        layers_per_block=2,
        latent_channels=LATENT_CHANNELS,
        scaling_factor=SCALING_FACTOR,
    )


def original_clap() -> ClapTextModelWithProjection:
    """Return CLAP's text branch with RoBERTa's heads and epsilon."""
    config = ClapTextConfig(
        vocab_size=260,
        hidden_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=MAX_TOKENS + 8,
        projection_dim=PROJECTION_DIM,
        layer_norm_eps=1e-5,
    )
    return ClapTextModelWithProjection(config)


def original_gpt2() -> GPT2Model:
    """Return GPT-2 with heads of 64 channels."""
    return GPT2Model(
        GPT2Config(
            vocab_size=50,
            n_embd=STATE_DIM,
            n_layer=2,
            n_head=2,
            n_positions=199,
            max_new_tokens=8,
            bos_token_id=49,
            eos_token_id=49,
        )
    )


def original_vocoder_48k() -> SpeechT5HifiGan:
    """Return the vocoder of 48 kHz with few channels."""
    config = SpeechT5HifiGanConfig(
        model_in_dim=64,
        sampling_rate=48_000,
        upsample_initial_channel=32,
        upsample_rates=[6, 5, 4, 2, 2],
        upsample_kernel_sizes=[12, 10, 8, 4, 4],
        resblock_kernel_sizes=[3, 7],
        resblock_dilation_sizes=[[1, 3, 5]] * 2,
        normalize_before=False,
    )
    vocoder = SpeechT5HifiGan(config)
    for parameter in vocoder.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=parameter[0].numel() ** -0.5)
    return vocoder


def _projection() -> AudioLDM2ProjectionModel:
    model = AudioLDM2ProjectionModel(
        text_encoder_dim=PROJECTION_DIM, text_encoder_1_dim=WORD_DIM, langauge_model_dim=STATE_DIM
    )
    for name in ("sos_embed", "eos_embed", "sos_embed_1", "eos_embed_1"):
        torch.nn.init.normal_(getattr(model, name))
    return model


_SHARED = {
    "vae": original_vae,
    "text_encoder": original_clap,
    "vocoder": tiny_vocoder,
    "scheduler": tiny_scheduler,
    "tokenizer": tiny_tokenizer,
}
_CLAP_INDEX = {"text_encoder": ["transformers", "ClapTextModelWithProjection"]}
_UNET2_INDEX = {"unet": ["audioldm2", "AudioLDM2UNet2DConditionModel"]}
FAMILIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "audioldm": ({**_SHARED, "unet": audioldm_unet}, MODEL_INDEX),
    "musicldm": ({**_SHARED, "unet": audioldm_unet}, {**MUSICLDM_INDEX, **_CLAP_INDEX}),
    "audioldm-48k": (
        {**_SHARED, "unet": audioldm_48k_unet, "vocoder": original_vocoder_48k},
        {**MODEL_INDEX, **_UNET2_INDEX},
    ),
    "audioldm2": (
        {
            **_SHARED,
            "unet": audioldm2_unet,
            "text_encoder_2": tiny_word_encoder,
            "tokenizer_2": tiny_word_tokenizer,
            "projection_model": _projection,
            "language_model": original_gpt2,
        },
        {**AUDIOLDM2_INDEX, **_CLAP_INDEX},
    ),
}


def build_model(name: str, folder: Path, seed: int = 0) -> Path:
    """Write one of FAMILIES in diffusers' format."""
    builders, index = FAMILIES[name]
    return write_model(folder, builders, index, seed)


def original_state(folder: Path, name: str) -> TensorMap:
    """The state dict that the authors' program would have for the model of a folder."""
    networks = {
        file.parent.name: load_file(file) for file in sorted(folder.glob("*/*.safetensors"))
    }
    unet = dict(_unet(networks["unet"]))
    state = {f"model.diffusion_model.{key}": tensor for key, tensor in unet.items()}
    state |= {f"first_stage_model.{key}": tensor for key, tensor in _vae(networks["vae"])}
    state |= _vocoder(networks["vocoder"])
    clap = dict(_clap(networks["text_encoder"]))
    place = {"audioldm2": "cond_stage_models.0.cond_stage_models.0.model."}.get(
        name, "cond_stage_models.0.model." if "48k" in name else "cond_stage_model.model."
    )
    state |= {f"{place}{key}": tensor for key, tensor in clap.items()}
    if name == "audioldm2":
        state |= _sequence(networks)
    betas = torch.linspace(0.0015**0.5, 0.0195**0.5, NUM_BETAS, dtype=torch.float64) ** 2
    return {
        **state,
        "scale_factor": torch.tensor(SCALING_FACTOR),
        "betas": betas.float(),
        "logvar": torch.zeros(NUM_BETAS),
    }


def averaged(state: TensorMap) -> TensorMap:
    """A state dict whose denoiser is only right in its running average (EMA)."""
    prefix = "model.diffusion_model."
    names = [name for name in state if name.startswith(prefix)]
    averages = {
        "model_ema." + name.removeprefix("model.").replace(".", ""): state[name] for name in names
    }
    trained = {name: state[name] + 1 for name in names}
    return {**state, **averages, **trained, "model_ema.decay": torch.tensor(0.9999)}


def _unet(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    fixed = {
        "time_embedding.linear_1": "time_embed.0",
        "time_embedding.linear_2": "time_embed.2",
        "class_embedding": "film_emb",
        "conv_in": "input_blocks.0.0",
        "conv_norm_out": "out.0",
        "conv_out": "out.2",
    }
    layers = _UNET_SIZE["layers_per_block"]
    attentions = {
        int(found[1])
        for name in tensors
        if (found := re.match(r"mid_block.attentions.(\d+)", name))
    }
    each = len(attentions)
    for name, tensor in tensors.items():
        module, leaf = name.rsplit(".", 1)
        if module in fixed:
            yield f"{fixed[module]}.{leaf}", tensor
            continue
        block, *rest = name.split(".")
        if block == "mid_block":
            kind, index, part = rest[0], int(rest[1]), ".".join(rest[2:])
            place = 1 + index if kind == "attentions" else index * (each + 1)
            yield f"middle_block.{place}.{_part(kind, part)}", tensor
            continue
        level, kind, index, part = int(rest[0]), rest[1], int(rest[2]), ".".join(rest[3:])
        layer, inner = divmod(index, each) if kind == "attentions" else (index, -1)
        if block == "down_blocks":
            number = 1 + level * (layers + 1) + (layers if kind == "downsamplers" else layer)
            if kind == "downsamplers":
                yield f"input_blocks.{number}.0.op.{leaf}", tensor
            else:
                yield f"input_blocks.{number}.{inner + 1}.{_part(kind, part)}", tensor
            continue
        number = level * (layers + 1) + (layers if kind == "upsamplers" else layer)
        if kind == "upsamplers":  # after the last layer's attention
            has_attention = any(key.startswith(f"up_blocks.{level}.attentions") for key in tensors)
            yield f"output_blocks.{number}.{1 + has_attention * each}.conv.{leaf}", tensor
        else:
            yield f"output_blocks.{number}.{inner + 1}.{_part(kind, part)}", tensor


def _part(kind: str, part: str) -> str:
    if kind != "resnets":
        return part
    module, leaf = part.split(".")
    return f"{_RESNET[module]}.{leaf}"


def _vae(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    for new, tensor in tensors.items():
        name = new.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
        name = name.replace("mid_block.resnets.0", "mid.block_1")
        name = name.replace("mid_block.resnets.1", "mid.block_2")
        name = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", name)
        name = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", name)
        for level in range(3):
            name = name.replace(f"up_blocks.{level}.resnets", f"up.{2 - level}.block")
            name = name.replace(f"up_blocks.{level}.upsamplers.0", f"up.{2 - level}.upsample")
        if ".attentions.0." in name:
            part, leaf = name.split(".attentions.0.")[1].rsplit(".", 1)
            name = f"{name.split('.')[0]}.mid.attn_1.{_ATTENTION[part]}.{leaf}"
            yield name, tensor[:, :, None, None] if tensor.dim() == 2 else tensor
        else:
            yield name, tensor


def _vocoder(tensors: Mapping[str, Tensor]) -> TensorMap:
    prefix = "first_stage_model.vocoder."
    return {
        prefix + name.replace("upsampler", "ups"): tensor
        for name, tensor in tensors.items()
        if name not in ("mean", "scale")
    }


def _clap(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    for new, tensor in tensors.items():
        name = new.replace("text_model.", "text_branch.")
        name = name.replace("projection.linear1", "projection.0")
        name = name.replace("projection.linear2", "projection.2")
        yield name, tensor
    yield "text_branch.embeddings.position_ids", torch.arange(40)[None]
    yield "text_transform.sequential.0.weight", torch.zeros(4, 4)
    yield "audio_branch.patch_embed.proj.weight", torch.zeros(4, 4)
    yield "logit_scale_a", torch.tensor(1.0)


def _sequence(networks: Mapping[str, Mapping[str, Tensor]]) -> TensorMap:
    """AudioLDM2's language model with the encoders inside it, and T5 once more beside it."""
    inner = "cond_stage_models.0."
    words = {**networks["text_encoder_2"]}
    words["encoder.embed_tokens.weight"] = words["shared.weight"]
    marks = networks["projection_model"]
    tables = {
        "start_of_sequence_tokens.weight": ("sos_embed", "sos_embed_1"),
        "end_of_sequence_tokens.weight": ("eos_embed", "eos_embed_1"),
    }
    state = {
        f"{inner}{name}": torch.cat(
            [torch.stack([marks[row] for row in rows]), torch.ones(30, STATE_DIM)]
        )
        for name, rows in tables.items()
    }
    for index, module in enumerate(("projection", "projection_1")):
        for leaf in ("weight", "bias"):
            place = f"{inner}input_sequence_embed_linear.{index}.{leaf}"
            state[place] = marks[f"{module}.{leaf}"]
    for name, tensor in networks["language_model"].items():
        state[f"{inner}model.{name}"] = tensor
    state[f"{inner}model.h.0.attn.bias"] = torch.ones(1, 1, 4, 4, dtype=torch.bool)
    for place in (f"{inner}cond_stage_models.1.model.", "cond_stage_models.1.model."):
        state |= {f"{place}{name}": tensor for name, tensor in words.items()}
    return state
