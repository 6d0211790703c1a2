"""Merges LoRAs into a network's weights while a model is loaded.

Nothing is ever taken out again by subtraction, which would leave rounding behind: a model with
other LoRAs is loaded again, from its own files.
"""

from collections.abc import Sequence
from typing import Any

from torch import nn

from core.models.family import Family
from core.models.lora.adapter import Adapter
from core.models.lora.low_rank import LowRankChange, merged_weight


def check_components(adapters: Sequence[Adapter], family: Family) -> None:
    """Refuse a LoRA that changes a network which models of this family do not have.

    Raises:
        ModelLoadError: It does.
    """
    for adapter in adapters:
        for layer in adapter.changes:
            if layer.component not in family.components:
                raise adapter.refuse(
                    f"changes the {layer.component} of a model, and {family.name} models have "
                    "none: it belongs to another kind of model."
                )


def merge_adapters(adapters: Sequence[Adapter], component: str, network: nn.Module) -> None:
    """Merge the changes of LoRAs into a network, in float32; all of them or none.

    Args:
        adapters: The LoRAs; their changes to the same layer add up.
        component: The network's name.
        network: The network, with its weights; the layers that change get new ones.

    Raises:
        ModelLoadError: A LoRA does not fit this network; the sentence says in which layer.
    """
    changes: dict[str, list[tuple[Adapter, LowRankChange]]] = {}
    for adapter in adapters:
        for name, change in _fitting(adapter, component, network).items():
            if adapter.lora.weight:
                changes.setdefault(name, []).append((adapter, change))
    for name, ones in changes.items():
        layer: Any = network.get_submodule(name)
        weighted = [(adapter.lora.weight, change) for adapter, change in ones]
        merged = merged_weight(layer.weight.detach(), weighted)
        if not merged.isfinite().all():
            raise ones[0][0].refuse(
                f"its weight is too large: {component}, {name} overflows. Choose a smaller weight."
            )
        layer.weight = nn.Parameter(merged, requires_grad=False)


def _fitting(adapter: Adapter, component: str, network: nn.Module) -> dict[str, LowRankChange]:
    """The changes to a network by the layers' names; each is of the layer's shape."""
    names = {name for name, _ in network.named_modules()}
    full_names = {name.replace(".", "_"): name for name in names}
    wanted = {
        layer: change for layer, change in adapter.changes.items() if layer.component == component
    }
    found = {
        layer: full_names.get(layer.layer, "") if layer.is_flat else layer.layer for layer in wanted
    }
    missing = [layer.layer for layer, name in found.items() if name not in names or not name]
    if missing:
        raise adapter.refuse(
            f"does not fit this model: {len(missing)} of its {len(wanted)} layers are not in the "
            f"{component}, the first is {missing[0]}. It was made for another model."
        )
    if len(set(found.values())) < len(found):
        raise adapter.refuse(f"changes a layer of the {component} twice; it is damaged.")
    for layer, change in wanted.items():
        _check_fits(adapter, f"{component}, {found[layer]}", network, found[layer], change)
    return {found[layer]: change for layer, change in wanted.items()}


def _check_fits(
    adapter: Adapter, where: str, network: nn.Module, name: str, change: LowRankChange
) -> None:
    layer = network.get_submodule(name)
    is_convolution = isinstance(layer, nn.Conv1d | nn.Conv2d) and layer.groups == 1
    is_plain = isinstance(layer, nn.Linear) or is_convolution
    if not is_plain:
        raise adapter.refuse(
            f"does not fit this model: {where} is a {type(layer).__name__}, and Tessera merges "
            "LoRAs of linear layers and convolutions only."
        )
    if not change.fits(layer):
        weight: Any = layer.weight
        theirs, ours = (" x ".join(map(str, shape)) for shape in (change.shape, weight.shape))
        raise adapter.refuse(
            f"does not fit this model: it changes {where} as weights of {theirs}, and they are "
            f"{ours} here. It was made for another model."
        )
