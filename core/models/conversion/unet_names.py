"""The UNet of an original checkpoint: its names in diffusers' terms, and its config.

Sources, read as facts: `UNetModel` in haoheliu/AudioLDM (audioldm/latent_diffusion/openaimodel.py)
and haoheliu/AudioLDM2 (audioldm2/latent_diffusion/modules/diffusionmodules/openaimodel.py), and
diffusers' scripts/convert_original_audioldm_to_diffusers.py and ..._audioldm2_to_diffusers.py.

**Attention heads.** The tensors do not say how many heads there are. The original makes
`channels // num_head_channels` of them, with 32 channels a head, and 64 in the large model of 256
channels (audioldm/utils.py, `default_audioldm_config`). So the heads grow with the level: 8, 12 and
20 in the small model. diffusers' `attention_head_dim` is the number of heads, not their width, by a
naming error of UNet2DConditionModel that it keeps for its old configs (diffusers#2011); its scripts
leave it at the default of 8 for every level, and so do the configs on the hub. Weights that were
trained with 12 heads are therefore computed with 8 there. A checkpoint that is converted here gets
the heads that it was trained with, as a list with one number for each level; it sounds as it does
in its authors' program, and a little different from the folder of the same name on the hub.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from core.models.conversion.stored_tensor import Tensors, WritableTensors

HEAD_CHANNELS = {256: 64}
"""Channels of an attention head, by the UNet's own channels."""
_USUAL_HEAD_CHANNELS = 32
FIXED_NAMES = {
    "time_embed.0": "time_embedding.linear_1",
    "time_embed.2": "time_embedding.linear_2",
    "film_emb": "class_embedding",
    "input_blocks.0.0": "conv_in",
    "out.0": "conv_norm_out",
    "out.2": "conv_out",
}
RESNET_NAMES = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "emb_layers.1": "time_emb_proj",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "skip_connection": "conv_shortcut",
}
"""Parts of a ResBlock; those of a SpatialTransformer have the same names in both."""
_PART = re.compile(r"(input_blocks|middle_block|output_blocks)\.(\d+)(?:\.(\d+))?\.")
_TO_KEYS = "transformer_blocks.0.attn2.to_k.weight"


@dataclass(frozen=True, slots=True)
class UnetLayout:
    """How the blocks of a UNet follow one another.

    Attributes:
        modules: Names of modules in diffusers, by their names in the checkpoint.
        resnets: The first ResBlock of each level, by its name in the checkpoint.
        transformers: The transformers after one ResBlock of each level, by name; empty = none.
        num_layers: ResBlocks of each level on the way down.
    """

    modules: dict[str, str]
    resnets: tuple[str, ...]
    transformers: tuple[tuple[str, ...], ...]
    num_layers: int


def convert_unet(tensors: Tensors) -> tuple[WritableTensors, dict[str, Any]]:
    """The tensors of a UNet by diffusers' names, and its config.

    Raises:
        KeyError, ValueError: It has another structure than the originals.
    """
    layout = _read_layout(tensors)
    names = {**FIXED_NAMES, **layout.modules}
    renamed = {_renamed(name, names): tensor for name, tensor in tensors.items()}
    return dict(renamed), _config(tensors, layout)


def _renamed(name: str, names: dict[str, str]) -> str:
    """A tensor's name in diffusers."""
    module = next((each for each in _prefixes(name) if each in names), None)
    if module is None:
        raise ValueError(f"its UNet has a part that is unknown, {name}")
    new, rest = names[module], name[len(module) + 1 :]
    if ".resnets." in new:
        part, _, leaf = rest.rpartition(".")
        return f"{new}.{RESNET_NAMES[part]}.{leaf}"
    return f"{new}.{rest}"


def _prefixes(name: str) -> list[str]:
    """All beginnings of a dotted name, the longest first."""
    words = name.split(".")
    return [".".join(words[:count]) for count in range(len(words) - 1, 0, -1)]


def _read_layout(names: Collection[str]) -> UnetLayout:
    parts: dict[str, dict[int, set[int]]] = {}
    for name in names:
        if found := _PART.match(name):
            blocks = parts.setdefault(found[1], {})
            blocks.setdefault(int(found[2]), set()).add(int(found[3] or 0))
    modules: dict[str, str] = {}
    levels: list[list[int]] = [[]]
    for index in sorted(parts["input_blocks"])[1:]:
        if f"input_blocks.{index}.0.op.weight" in names:
            level = len(levels) - 1
            modules[f"input_blocks.{index}.0.op"] = f"down_blocks.{level}.downsamplers.0.conv"
            levels.append([])
        else:
            levels[-1].append(index)
    num_layers = len(levels[0])
    if {len(level) for level in levels} != {num_layers} or not num_layers:
        raise ValueError("its levels differ in their number of layers")
    for level, indices in enumerate(levels):
        for layer, index in enumerate(indices):
            block, num = f"input_blocks.{index}", len(parts["input_blocks"][index])
            modules |= _layer(block, f"down_blocks.{level}", layer, num)
    modules |= _middle(len(parts["middle_block"]))
    for index, inner in parts["output_blocks"].items():
        level, layer = divmod(index, num_layers + 1)
        block, num = f"output_blocks.{index}", len(inner)
        if f"{block}.{num - 1}.conv.weight" in names:
            num -= 1
            modules[f"{block}.{num}"] = f"up_blocks.{level}.upsamplers.0"
        modules |= _layer(block, f"up_blocks.{level}", layer, num)
    firsts = [level[0] for level in levels]
    return UnetLayout(
        modules,
        tuple(f"input_blocks.{first}.0" for first in firsts),
        tuple(
            tuple(
                f"input_blocks.{first}.{part}" for part in sorted(parts["input_blocks"][first])[1:]
            )
            for first in firsts
        ),
        num_layers,
    )


def _layer(block: str, new: str, layer: int, num_parts: int) -> dict[str, str]:
    """A ResBlock and the transformers that follow it."""
    per_layer = num_parts - 1
    attentions = {
        f"{block}.{part}": f"{new}.attentions.{layer * per_layer + part - 1}"
        for part in range(1, num_parts)
    }
    return {f"{block}.0": f"{new}.resnets.{layer}", **attentions}


def _middle(num_parts: int) -> dict[str, str]:
    """A ResBlock, transformers, a ResBlock."""
    attentions = {
        f"middle_block.{part}": f"mid_block.attentions.{part - 1}"
        for part in range(1, num_parts - 1)
    }
    ends = {"middle_block.0": "mid_block.resnets.0"}
    return {**ends, **attentions, f"middle_block.{num_parts - 1}": "mid_block.resnets.1"}


def _config(tensors: Tensors, layout: UnetLayout) -> dict[str, Any]:
    first = tensors["input_blocks.0.0.weight"].shape
    channels = [tensors[f"{name}.out_layers.3.weight"].shape[0] for name in layout.resnets]
    head = HEAD_CHANNELS.get(first[0], _USUAL_HEAD_CHANNELS)
    has_attention = [bool(names) for names in layout.transformers]
    config: dict[str, Any] = {
        "sample_size": 128,
        "in_channels": first[1],
        "out_channels": tensors["out.2.weight"].shape[0],
        "block_out_channels": channels,
        "layers_per_block": layout.num_layers,
        "down_block_types": [
            "CrossAttnDownBlock2D" if each else "DownBlock2D" for each in has_attention
        ],
        "up_block_types": [
            "CrossAttnUpBlock2D" if each else "UpBlock2D" for each in reversed(has_attention)
        ],
        "attention_head_dim": [max(1, each // head) for each in channels],
        **_attention(tensors, layout, channels),
    }
    if "film_emb.weight" in tensors:
        embedding = tensors["film_emb.weight"].shape
        mixed = tensors[f"{layout.resnets[0]}.emb_layers.1.weight"].shape[1]
        config |= {
            "class_embed_type": "simple_projection",
            "projection_class_embeddings_input_dim": embedding[1],
            "class_embeddings_concat": mixed == 2 * embedding[0],
        }
    return config


def _attention(tensors: Tensors, layout: UnetLayout, channels: list[int]) -> dict[str, Any]:
    """Which class of UNet it is, and what its transformers attend to.

    One transformer that attends to its own input is AudioLDM's; UNet2DConditionModel then has the
    level's channels as `cross_attention_dim`. Several, or others, are AudioLDM2's: None for its
    own input, else the width of what a prompt is read to.
    """
    lowest = layout.transformers[-1]
    if not lowest:
        raise ValueError("its lowest level has no attention")
    widths = [tensors[f"{name}.{_TO_KEYS}"].shape[1] for name in lowest]
    attends_to = [None if width == channels[-1] else width for width in widths]
    depth = sum(
        name.startswith(f"{lowest[0]}.transformer_blocks.") and name.endswith(".norm1.weight")
        for name in tensors
    )
    if attends_to == [None]:
        name, dims = "UNet2DConditionModel", list[Any](channels)
    else:
        name, dims = "AudioLDM2UNet2DConditionModel", [attends_to] * len(channels)
    return {
        "_class_name": name,
        "cross_attention_dim": dims,
        "transformer_layers_per_block": depth,
    }
