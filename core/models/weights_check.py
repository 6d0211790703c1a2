"""Whether a weights file belongs to a network: every tensor there, none besides, all of its shape.

Told from names and shapes alone, before a byte of weights is read.
"""

import re

from torch import nn

from core.models.weights_file import Shapes

_SIGNATURES = {  # a tensor that only this kind of network has
    "a UNet": "time_embedding.linear_1.weight",
    "a VAE": "decoder.conv_in.weight",
    "a text encoder": "text_model.embeddings.word_embeddings.weight",
    "a T5 encoder": "encoder.block.0.layer.0.SelfAttention.q.weight",
    "a projection model": "sos_embed_1",
    "a language model": "h.0.attn.c_attn.weight",
    "a HiFi-GAN vocoder": "upsampler.0.weight",
}
_OLD_ATTENTION = {  # diffusers renames these when it loads a file of before 2023
    ".query.": ".to_q.",
    ".key.": ".to_k.",
    ".value.": ".to_v.",
    ".proj_attn.": ".to_out.0.",
}
_OLD_BUFFERS = (".position_ids", ".token_type_ids", ".masked_bias")  # of older transformers
_HEADED = "transformer."  # GPT2LMHeadModel keeps GPT2Model under this name


def find_mismatch(network: nn.Module, found: Shapes) -> str | None:
    """Say in one clause why the tensors `found` do not fit a network; None if they do.

    Args:
        network: The network as its config describes it; may be on the meta device.
        found: Shapes in the file, by name.
    """
    expected = {name: tuple(value.shape) for name, value in network.named_parameters()}
    allowed = expected.keys() | network.state_dict().keys()
    found = {_modern_name(name, allowed): shape for name, shape in found.items()}
    stranger = _kind_of_stranger(expected, found)
    if stranger:
        return f"holds the weights of {stranger}"
    missing = [name for name in expected if name not in found]
    if missing:
        return f"lacks {len(missing)} of {len(expected)} tensors, the first is {missing[0]}"
    extra = [name for name in found if name not in allowed and not _stays_unread(network, name)]
    if extra:
        return f"holds {len(extra)} tensors that its config knows nothing of, like {extra[0]}"
    for name, shape in expected.items():
        if found[name] != shape:
            return f"holds {name} of shape {found[name]}, but its config means {shape}"
    return None


def _kind_of_stranger(expected: Shapes, found: Shapes) -> str | None:
    """What other kind of network the tensors belong to, if they clearly do."""
    for kind, signature in _SIGNATURES.items():
        if signature in found and signature not in expected:
            return kind
    return None


def _stays_unread(network: nn.Module, name: str) -> bool:
    """Whether a tensor is an old buffer, or of a part that the network does without."""
    patterns = getattr(network, "_keys_to_ignore_on_load_unexpected", None) or ()
    return name.endswith(_OLD_BUFFERS) or any(re.search(each, name) for each in patterns)


def _modern_name(name: str, allowed: set[str]) -> str:
    if name in allowed:
        return name
    if name.removeprefix(_HEADED) in allowed:
        return name.removeprefix(_HEADED)
    for old, new in _OLD_ATTENTION.items():
        if old in name and name.replace(old, new) in allowed:
            return name.replace(old, new)
    return name
