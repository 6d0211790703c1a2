"""Small LoRAs with seeded random tensors, in every layout, and the arithmetic of PEFT's layers."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

RANK = 4
ALPHA = 6.0
Namer = Callable[[str, str], str]
"""A layer's name and A, B or alpha give the name of the tensor."""


@dataclass(frozen=True)
class Part:
    """A and B of one layer."""

    down: Tensor
    up: Tensor

    @property
    def rank(self) -> int:
        return len(self.down)


def make_parts(network: nn.Module, names: Iterable[str], rank: int = RANK) -> dict[str, Part]:
    """Seeded parts for some layers of a network, of the layers' shapes."""
    generator = torch.Generator().manual_seed(7)
    parts = {}
    for name in names:
        weight = network.get_submodule(name).get_parameter("weight")
        down = torch.randn(rank, *weight.shape[1:], generator=generator) / math.sqrt(
            weight[0].numel()
        )
        ones = (1,) * (weight.dim() - 2)
        parts[name] = Part(down, 0.3 * torch.randn(len(weight), rank, *ones, generator=generator))
    return parts


def all_layers(network: nn.Module) -> list[str]:
    """The names of all linear layers and convolutions."""
    modules = network.named_modules()
    return [name for name, each in modules if isinstance(each, nn.Linear | nn.Conv2d)]


def attention_layers(network: nn.Module) -> list[str]:
    """The names of the projections of all attentions, as most LoRAs have them."""
    ends = ("to_q", "to_k", "to_v", "to_out.0")
    return [name for name in all_layers(network) if name.endswith(ends)]


def peft_name(layer: str, part: str) -> str:
    return f"base_model.model.{layer}.lora_{part}.weight"


def diffusers_name(layer: str, part: str, component: str = "unet") -> str:
    return f"{component}.{layer}.lora_{part}.weight"


def older_diffusers_name(layer: str, part: str) -> str:
    return f"unet.{layer}.lora.{'down' if part == 'A' else 'up'}.weight"


def processor_name(layer: str, part: str) -> str:
    attention, _, projection = layer.removesuffix(".0").rpartition(".")
    return f"{attention}.processor.{projection}_lora.{'down' if part == 'A' else 'up'}.weight"


def kohya_name(layer: str, part: str, prefix: str = "lora_unet") -> str:
    ends = {"A": "lora_down.weight", "B": "lora_up.weight", "alpha": "alpha"}
    return f"{prefix}_{layer.replace('.', '_')}.{ends[part]}"


def tensors_of(
    parts: Mapping[str, Part], namer: Namer, alpha: float | None = None
) -> dict[str, Tensor]:
    """The tensors of a file; with an alpha for each layer where one is given."""
    tensors = {}
    for layer, part in parts.items():
        tensors[namer(layer, "A")] = part.down.clone()  # a file holds no tensor twice
        tensors[namer(layer, "B")] = part.up.clone()
        if alpha is not None:
            tensors[namer(layer, "alpha")] = torch.tensor(alpha)
    return tensors


def write_peft(folder: Path, parts: Mapping[str, Part], **config: Any) -> Path:
    """Write a folder as PEFT does."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors_of(parts, peft_name), folder / "adapter_model.safetensors")
    settings = {"peft_type": "LORA", "r": RANK, "lora_alpha": ALPHA, "use_rslora": False, **config}
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    return folder


@contextmanager
def lora_layers(
    network: nn.Module, parts: Mapping[str, Part], factor: float
) -> Iterator[nn.Module]:
    """The network with PEFT's arithmetic: y = W x + factor * B(A(x)) in each layer."""

    def add(part: Part, layer: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
        x = inputs[0]
        if isinstance(layer, nn.Conv2d):
            down = nn.functional.conv2d(x, part.down, None, layer.stride, layer.padding)
            return output + factor * nn.functional.conv2d(down, part.up)
        return output + factor * nn.functional.linear(nn.functional.linear(x, part.down), part.up)

    hooks = [
        network.get_submodule(name).register_forward_hook(
            lambda layer, inputs, output, part=part: add(part, layer, inputs, output)
        )
        for name, part in parts.items()
    ]
    try:
        yield network
    finally:
        for hook in hooks:
            hook.remove()
