"""The checkpoints that the authors would have of the models in tests.original_models.

The names are made from diffusers' modules, block by block, as the authors' programs build theirs;
nothing of `core.models.conversion` is used.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from tests.original_models import LAYERS_PER_BLOCK, SCALING_FACTOR, STATE_DIM

NUM_BETAS = 1000
TensorMap = dict[str, Tensor]

_OUTER_LAYERS = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "class_embedding": "film_emb",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_CLAP = {  # where a checkpoint holds CLAP; in those of other models it is `cond_stage_model.model.`
    "audioldm-48k": "cond_stage_models.0.model.",
    "audioldm2": "cond_stage_models.0.cond_stage_models.0.model.",
    "audioldm2-speech": "cond_stage_models.0.cond_stage_models.0.model.",
}
_VITS_LAYER = {
    "attention.q_proj": "attn_layers.{}.conv_q",
    "attention.k_proj": "attn_layers.{}.conv_k",
    "attention.v_proj": "attn_layers.{}.conv_v",
    "attention.out_proj": "attn_layers.{}.conv_o",
    "attention.emb_rel_k": "attn_layers.{}.emb_rel_k",
    "attention.emb_rel_v": "attn_layers.{}.emb_rel_v",
    "layer_norm": "norm_layers_1.{}",
    "final_layer_norm": "norm_layers_2.{}",
    "feed_forward.conv_1": "ffn_layers.{}.conv_1",
    "feed_forward.conv_2": "ffn_layers.{}.conv_2",
}
_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def original_state(folder: Path, name: str) -> TensorMap:
    """The state dict that the authors' program would have for the model of a folder."""
    networks = {
        file.parent.name: load_file(file) for file in sorted(folder.glob("*/*.safetensors"))
    }
    unet = dict(_unet(networks["unet"]))
    state = {f"model.diffusion_model.{key}": tensor for key, tensor in unet.items()}
    state |= {f"first_stage_model.{key}": tensor for key, tensor in _vae(networks["vae"])}
    state |= _vocoder(networks["vocoder"])
    if name == "audioldm-t5":
        words = _words(networks["text_encoder_2"])
        state |= {f"cond_stage_models.0.model.{key}": tensor for key, tensor in words.items()}
    else:
        place = _CLAP.get(name, "cond_stage_model.model.")
        clap = _clap(networks["text_encoder"])
        state |= {f"{place}{key}": tensor for key, tensor in clap}
    if name == "audioldm2":
        state |= _sequence(networks) | _words_twice(networks["text_encoder_2"])
    if name == "audioldm2-speech":
        state |= _sequence(networks) | _phonemes(networks)
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
    attentions = {
        match[0] for name in tensors if (match := re.match(r"mid_block\.att\w+\.\d+", name))
    }
    attending = {
        int(match[1]) for name in tensors if (match := re.match(r"up_blocks\.(\d+)\.att", name))
    }
    for name, tensor in tensors.items():
        yield _unet_name(name, len(attentions), attending), tensor


def _unet_name(name: str, attentions: int, attending: set[int]) -> str:
    """The name of a tensor of the denoiser.

    Args:
        name: Its name in diffusers.
        attentions: Attentions after each residual block that has any.
        attending: The levels of `up_blocks` with attention.
    """
    module, leaf = name.rsplit(".", 1)
    if module in _OUTER_LAYERS:
        return f"{_OUTER_LAYERS[module]}.{leaf}"
    block, *rest = name.split(".")
    level = 0 if block == "mid_block" else int(rest.pop(0))
    kind, index, part = rest[0], int(rest[1]), _part(rest[0], ".".join(rest[2:]))
    if block == "mid_block":
        place = 1 + index if kind == "attentions" else index * (attentions + 1)
        return f"middle_block.{place}.{part}"
    layer, place = index, 0
    match kind:
        case "attentions":
            layer, place = index // attentions, 1 + index % attentions
        case "downsamplers":
            layer, part = LAYERS_PER_BLOCK, f"op.{leaf}"
        case "upsamplers":  # after the last layer's attention
            layer, place = LAYERS_PER_BLOCK, 1 + (level in attending) * attentions
    number = level * (LAYERS_PER_BLOCK + 1) + layer
    if block == "down_blocks":
        return f"input_blocks.{1 + number}.{place}.{part}"
    return f"output_blocks.{number}.{place}.{part}"


def _part(kind: str, part: str) -> str:
    if kind != "resnets":
        return part
    module, leaf = part.split(".")
    return f"{_RESNET[module]}.{leaf}"


def _vae(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    up_levels = {match[1] for name in tensors if (match := re.search(r"up_blocks\.(\d)", name))}
    for new, tensor in tensors.items():
        name = new.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
        name = name.replace("mid_block.resnets.0", "mid.block_1")
        name = name.replace("mid_block.resnets.1", "mid.block_2")
        name = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", name)
        name = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", name)
        for level in range(len(up_levels)):
            place = len(up_levels) - 1 - level  # the originals count from the full size
            name = name.replace(f"up_blocks.{level}.resnets", f"up.{place}.block")
            name = name.replace(f"up_blocks.{level}.upsamplers.0", f"up.{place}.upsample")
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


def _words(tensors: Mapping[str, Tensor]) -> TensorMap:
    """T5's encoder, with its embeddings under both of their names."""
    return {**tensors, "encoder.embed_tokens.weight": tensors["shared.weight"]}


def _sequence(networks: Mapping[str, Mapping[str, Tensor]]) -> TensorMap:
    """AudioLDM2's language model, with what brings its encoders to one width."""
    inner = "cond_stage_models.0."
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
    return state


def _words_twice(tensors: Mapping[str, Tensor]) -> TensorMap:
    """T5 inside AudioLDM2's language model, and once more beside it."""
    places = ("cond_stage_models.0.cond_stage_models.1.model.", "cond_stage_models.1.model.")
    words = _words(tensors)
    return {f"{place}{name}": tensor for place in places for name, tensor in words.items()}


def _phonemes(networks: Mapping[str, Mapping[str, Tensor]]) -> TensorMap:
    """The encoder of phonemes with its table of positions, and AudioMAE, which only trains."""
    place = "cond_stage_models.0.cond_stage_models.1."
    learned = "learnable_positional_embedding"
    state = {f"{place}{learned}": networks["projection_model"][learned]}
    for name, tensor in networks["text_encoder_2"].items():
        if name.startswith("text_encoder."):
            is_projection = name.endswith("_proj.weight")
            state[place + _vits_name(name)] = tensor[:, :, None] if is_projection else tensor
    state["cond_stage_models.0.cond_stage_models.2.audiomae.norm.weight"] = torch.ones(4)
    return state


def _vits_name(name: str) -> str:
    name = name.replace(".embed_tokens.", ".emb.").replace(".project.", ".proj.")
    layer = re.match(r"text_encoder\.encoder\.layers\.(\d+)\.(.*?)(\.weight|\.bias)?$", name)
    if layer is None:
        return name
    number, module, leaf = layer.groups(default="")
    if "norm" in module:
        leaf = {".weight": ".gamma", ".bias": ".beta"}[leaf]
    return f"text_encoder.encoder.{_VITS_LAYER[module].format(number)}{leaf}"
