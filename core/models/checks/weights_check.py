"""Whether weights belong to a network, by names and shapes alone, and whether all are finite."""

import re
from collections.abc import Collection
from math import isfinite

import torch
from torch import Tensor, nn

from core.models.weights_file import Shapes
from core.runtime.file_pages import drop_file_pages

_SIGNATURES = {  # a tensor that only this kind of network has
    "a UNet": "time_embedding.linear_1.weight",
    "a VAE": "decoder.conv_in.weight",
    "a text encoder": "text_model.embeddings.word_embeddings.weight",
    "a T5 encoder": "encoder.block.0.layer.0.SelfAttention.q.weight",
    "a VITS model": "text_encoder.embed_tokens.weight",
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
_HEAD_PREFIX = "transformer."  # GPT2LMHeadModel keeps GPT2Model under this name
_MOST_READ_BYTES = 16 << 20  # of mapped weights, before their pages are dropped again
_HEAD = "lm_head.weight"  # turns hidden states into words, which no family does


def find_mismatch(network: nn.Module, shapes: Shapes) -> str | None:
    """A clause that says why the tensors `shapes` do not fit a network; None if they do.

    Args:
        network: The network as its config describes it; may be on the meta device.
        shapes: Shapes in the file, by name.
    """
    expected = {name: tuple(value.shape) for name, value in network.named_parameters()}
    allowed = expected.keys() | network.state_dict().keys()
    shapes = {current_name(name, allowed): shape for name, shape in shapes.items()}
    other = _other_network_kind(expected, shapes)
    if other:
        return f"holds the weights of {other}"
    missing = [name for name in expected if name not in shapes]
    if missing:
        return f"lacks {len(missing)} of {len(expected)} tensors, the first is {missing[0]}"
    extra = [name for name in shapes if name not in allowed and not _is_ignored(network, name)]
    if extra:
        return f"holds {len(extra)} tensors that its config knows nothing of, like {extra[0]}"
    for name, shape in expected.items():
        if shapes[name] != shape:
            return f"holds {name} of shape {shapes[name]}, but its config means {shape}"
    return None


def current_name(name: str, names: Collection[str]) -> str:
    """The name of a tensor in a network that has `names`, where a file may have an older one."""
    if name in names:
        return name
    if name.removeprefix(_HEAD_PREFIX) in names:
        return name.removeprefix(_HEAD_PREFIX)
    for old, new in _OLD_ATTENTION.items():
        if old in name and name.replace(old, new) in names:
            return name.replace(old, new)
    return name


def is_unused(name: str) -> bool:
    """Whether a tensor is left out when a file is read: the head of a language model."""
    return name == _HEAD


def find_not_finite(network: nn.Module) -> str | None:
    """The name of the first parameter that holds NaN or infinity; None if all are finite.

    Both show in minimum and maximum, which is the fastest check. What is read of a mapped file
    does not stay in memory, so that opening a model takes little of it.
    """
    read: list[Tensor] = []
    for name, tensor in network.named_parameters():
        for part in _parts(tensor.detach()):
            if not all(isfinite(value) for value in part.aminmax()):
                return name
            read.append(part)
            if sum(each.nbytes for each in read) > _MOST_READ_BYTES:
                drop_file_pages(read)
                read.clear()
    drop_file_pages(read)
    return None


def _other_network_kind(expected: Shapes, shapes: Shapes) -> str | None:
    """The other kind of network that the tensors belong to, if they clearly do."""
    for kind, signature in _SIGNATURES.items():
        if signature in shapes and signature not in expected:
            return kind
    return None


def _is_ignored(network: nn.Module, name: str) -> bool:
    """Whether a tensor is an old buffer, or of a part that the network does not have."""
    patterns = getattr(network, "_keys_to_ignore_on_load_unexpected", None) or ()
    is_known = name.endswith(_OLD_BUFFERS) or is_unused(name)
    return is_known or any(re.search(each, name) for each in patterns)


def _parts(tensor: Tensor) -> tuple[Tensor, ...]:
    """The tensor in parts of few bytes: a vocabulary's embeddings alone are 150 MB."""
    if tensor.nbytes <= _MOST_READ_BYTES:
        return (tensor,)
    return torch.split(tensor, max(1, _MOST_READ_BYTES * len(tensor) // tensor.nbytes))
