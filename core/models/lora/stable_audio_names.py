"""The names that Stability's programs give to the layers of a Stable Audio denoiser.

diffusers took the layers of a block apart that stable-audio-tools keeps as one: queries, keys and
values of an attention, or keys and values (huggingface/diffusers, scripts/convert_stable_audio.py).
"""

import re

COMPONENT = "transformer"
_PREFIXES = re.compile(r"(diffusion_model\.|model\.)*")
_OWN_NAMES = (
    ("transformer.layers.", "transformer_blocks."),
    ("transformer.project_", "proj_"),
    ("to_timestep_embed.", "timestep_proj."),
    ("to_global_embed.", "global_proj."),
    ("to_cond_embed.", "cross_attention_proj."),
    (".self_attn.", ".attn1."),
    (".cross_attn.", ".attn2."),
    (".ff.ff.", ".ff.net."),
)
_FIRST = tuple(theirs for theirs, _ in _OWN_NAMES if not theirs.startswith("."))
_JOINED = {"to_qkv": ("to_q", "to_k", "to_v"), "to_kv": ("to_k", "to_v")}


def diffusers_layer(name: str) -> str | None:
    """The name in diffusers of a layer that has one of stable-audio-tools; None of any other.

    What diffusers took apart keeps its last part: `to_qkv` or `to_kv`.
    """
    layer = _PREFIXES.sub("", name, count=1)
    if not layer.startswith(_FIRST):
        return None
    for theirs, own in _OWN_NAMES:
        layer = layer.replace(theirs, own)
    return f"{layer}.0" if layer.endswith(".to_out") else layer


def joined_layers(layer: str) -> tuple[str, ...]:
    """The layers whose weights, one below the other, are those of a layer by diffusers' name."""
    block, _, last = layer.rpartition(".")
    return tuple(f"{block}.{part}" for part in _JOINED.get(last, (last,))) if block else (layer,)
