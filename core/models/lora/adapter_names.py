"""The names that programs give to the tensors of a LoRA, and the layers they mean.

PEFT: base_model.model.LAYER.lora_A.weight (peft/utils/save_and_load.py). diffusers: UNET.LAYER.
with lora_A and lora_B, before 0.22 with lora.down and lora.up, before 0.17 with the name of an
attention processor (diffusers/utils/state_dict_utils.py). kohya-ss: lora_unet_LAYER with
underscores for points (kohya-ss/sd-scripts, networks/lora.py). ACE-Step's own program: as PEFT,
with names of projections that diffusers has renamed. stable-audio-tools:
LAYER.parametrizations.weight.0.lora_A (stable_audio_tools/models/lora). LoRAW: LAYER with slashes
for points, then /lora_down.weight.
"""

from dataclasses import dataclass
from enum import Enum

from core.models.lora.stable_audio_names import COMPONENT as TRANSFORMER
from core.models.lora.stable_audio_names import diffusers_layer

ADAPTABLE = ("unet", TRANSFORMER, "text_encoder", "text_encoder_2")
"""The components that a LoRA may change."""


PARAMETRIZED = ".parametrizations.weight.0."
"""What stable-audio-tools puts between a layer and the parts of its change."""


class Role(Enum):
    """What a tensor of a LoRA is."""

    DOWN = "A"
    UP = "B"
    ALPHA = "alpha"


@dataclass(frozen=True, slots=True)
class LayerName:
    """The layer that a tensor belongs to.

    Attributes:
        component: The network.
        layer: Its name in the network.
        is_flat: Whether points of the name were replaced by underscores.
    """

    component: str
    layer: str
    is_flat: bool = False


_TOOLS_SUFFIXES = {
    f"{PARAMETRIZED}lora_A": Role.DOWN,
    f"{PARAMETRIZED}lora_B": Role.UP,
    "/lora_down.weight": Role.DOWN,
    "/lora_up.weight": Role.UP,
}
_SUFFIXES = {
    **_TOOLS_SUFFIXES,
    ".lora_A.weight": Role.DOWN,
    ".lora_B.weight": Role.UP,
    ".lora_A.default.weight": Role.DOWN,
    ".lora_B.default.weight": Role.UP,
    ".lora_down.weight": Role.DOWN,
    ".lora_up.weight": Role.UP,
    ".lora.down.weight": Role.DOWN,
    ".lora.up.weight": Role.UP,
    "_lora.down.weight": Role.DOWN,
    "_lora.up.weight": Role.UP,
    ".lora_linear_layer.down.weight": Role.DOWN,
    ".lora_linear_layer.up.weight": Role.UP,
    "_lora.alpha": Role.ALPHA,  # before the next one, which is its end
    ".alpha": Role.ALPHA,
}
WEIGHT_SUFFIXES = tuple(name for name, role in _SUFFIXES.items() if role is not Role.ALPHA)
"""The ends of names that only LoRAs have."""
PEFT_PREFIX = "base_model.model."
_FLAT_PREFIXES = {
    "lora_unet_": "unet",
    "lora_transformer_": TRANSFORMER,
    "lora_te_": "text_encoder",
    "lora_te1_": "text_encoder",
    "lora_te2_": "text_encoder_2",
}
_TOOLS_PREFIXES = ("model.", "diffusion_model.")
_FIRST_PARTS = {  # of a layer's name, where nothing else says which network it is in
    **dict.fromkeys(("down_blocks", "mid_block", "up_blocks"), "unet"),
    **dict.fromkeys(("conv_in", "conv_out", "time_embedding", "class_embedding"), "unet"),
    **dict.fromkeys(("layers", "transformer_blocks"), TRANSFORMER),
    **dict.fromkeys(("timestep_proj", "global_proj", "cross_attention_proj"), TRANSFORMER),
    **dict.fromkeys(("proj_in", "proj_out"), TRANSFORMER),
    **dict.fromkeys(("text_model", "text_projection"), "text_encoder"),
    "encoder": "text_encoder_2",
}

_PROJECTIONS = {"q_proj": "to_q", "k_proj": "to_k", "v_proj": "to_v", "o_proj": "to_out.0"}


def parse_name(name: str, component: str = "") -> tuple[LayerName, Role] | None:
    """The layer and the role of a tensor; None for a name that no program known here gives.

    Args:
        name: The tensor's name.
        component: The network, where the file's place says which.
    """
    suffix = next((each for each in _SUFFIXES if name.endswith(each)), None)
    if suffix is None:
        return None
    stem = name.removesuffix(suffix)
    for prefix, found in _FLAT_PREFIXES.items():
        if stem.startswith(prefix):
            return LayerName(found, stem.removeprefix(prefix), is_flat=True), _SUFFIXES[suffix]
    if suffix in _TOOLS_SUFFIXES or stem.startswith(_TOOLS_PREFIXES):
        own = diffusers_layer(stem.replace("/", "."))
        if own is not None:
            return LayerName(TRANSFORMER, own), _SUFFIXES[suffix]
    if suffix in _TOOLS_SUFFIXES:
        return None
    layer = _without_processor(stem.removeprefix(PEFT_PREFIX))
    first, _, rest = layer.partition(".")
    if first in ADAPTABLE and not component:
        component, layer = first, rest
    component = component or _FIRST_PARTS.get(first, "")
    if component == TRANSFORMER:
        layer = _renamed(layer)
    return (LayerName(component, layer), _SUFFIXES[suffix]) if component else None


def _renamed(layer: str) -> str:
    """A layer of a transformer as diffusers names it."""
    attention, point, projection = layer.rpartition(".")
    return f"{attention}{point}{_PROJECTIONS.get(projection, projection)}"


def _without_processor(layer: str) -> str:
    """The layer that an attention processor's part stands for: attn1.processor.to_q is attn1.to_q.

    Its to_out is the first of the two layers that an attention has there.
    """
    attention, mark, part = layer.partition(".processor.")
    if not mark:
        return layer
    return f"{attention}.{'to_out.0' if part == 'to_out' else part}"
