"""Reads a LoRA: its tensors by layer, each with the factor that its settings mean."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import load
from torch import Tensor

from core.api.errors import ModelLoadError
from core.api.lora import Lora
from core.api.model_card import PICKLE_SUFFIXES
from core.api.progress import Progress
from core.models.folder import read_json
from core.models.lora.adapter_file import CONFIG, AdapterFile, find_adapter_files
from core.models.lora.adapter_names import (
    PARAMETRIZED,
    PEFT_PREFIX,
    LayerName,
    Role,
    parse_name,
)
from core.models.lora.low_rank import LowRankChange
from core.models.lora.pickled_adapter import unpickle
from core.models.lora.scaling import Scaling
from core.models.lora.stable_audio_names import COMPONENT, joined_layers
from core.models.weights_file import read_shapes
from core.runtime.outside_file import parse_json

_DIFFUSERS_SETTINGS = "lora_adapter_metadata"  # an entry of the file's metadata, since 0.35
_TOOLS_SETTINGS = "lora_config"  # that of stable-audio-tools
_Parts = dict[LayerName, dict[Role, Tensor]]


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA that was read.

    Attributes:
        lora: What was asked for.
        changes: Its changes by layer.
    """

    lora: Lora
    changes: Mapping[LayerName, LowRankChange]

    def refuse(self, sentence: str) -> ModelLoadError:
        """An error about this LoRA."""
        return ModelLoadError(self.lora.path, sentence)


def read_adapter(lora: Lora, progress: Progress) -> Adapter:
    """Read a LoRA.

    Raises:
        ModelLoadError: There is none, it is damaged, or of a kind that cannot be merged.
        Cancelled: The run was cancelled through `progress`.
    """
    changes: dict[LayerName, LowRankChange] = {}
    for file in find_adapter_files(lora.path):
        tensors, metadata = _read_tensors(file.path, progress)
        is_peft = bool(file.component) or all(name.startswith(PEFT_PREFIX) for name in tensors)
        parts = _parts_of(lora.path, tensors, file.component)
        try:
            scalings = {
                component: Scaling.from_config(
                    _settings(file, metadata, component, is_peft=is_peft)
                )
                for component in {layer.component for layer in parts}
            }
            for layer, roles in parts.items():
                changes |= _apart(layer, _change_of(layer, roles, scalings[layer.component]))
        except ValueError as error:
            raise ModelLoadError(lora.path, f"{error}.") from error
    if not changes:
        raise ModelLoadError(lora.path, "holds no changes to any layer.")
    return Adapter(lora, changes)


def _read_tensors(file: Path, progress: Progress) -> tuple[Mapping[str, Tensor], Mapping[str, str]]:
    """The tensors of a file, and its metadata, which a pickle has none of."""
    if file.suffix.lower() in PICKLE_SUFFIXES:
        tensors = load(unpickle(file, progress))
        if any(PARAMETRIZED in name for name in tensors):
            raise ModelLoadError(
                str(file),
                "states by how much it is multiplied beside its tensors, which is not read from a "
                "pickle; convert it to safetensors with stable-audio-tools.",
            )
        return tensors, {}
    read_shapes(file)  # refuses what is no such file, or cut short
    try:
        with safe_open(file, framework="pt") as opened:
            return opened.get_tensors(), opened.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise ModelLoadError(str(file), f"cannot be read ({error}).") from error


def _parts_of(source: str, tensors: Mapping[str, Tensor], component: str) -> _Parts:
    """The tensors by layer and role."""
    parts: _Parts = {}
    for name, tensor in tensors.items():
        parsed = parse_name(name, component)
        if parsed is None:
            raise ModelLoadError(
                source,
                f"holds {name}, which belongs to no plain LoRA of a denoiser or text encoder; "
                "Tessera merges those of linear layers and convolutions only.",
            )
        layer, role = parsed
        if not tensor.float().isfinite().all():
            raise ModelLoadError(
                source, f"holds values in {name} that are not finite numbers; it is damaged."
            )
        if role in parts.setdefault(layer, {}):
            raise ModelLoadError(source, f"holds two tensors for {layer.layer}; it is damaged.")
        parts[layer][role] = tensor
    return parts


def _settings(
    file: AdapterFile, metadata: Mapping[str, str], component: str, *, is_peft: bool
) -> Mapping[str, Any]:
    """The settings of a component's changes: PEFT's file, or those that programs put inside.

    Raises:
        ModelLoadError: PEFT's file is missing or unreadable.
        ValueError: The metadata cannot be read.
    """
    if is_peft:
        if not file.config.is_file():
            raise ModelLoadError(
                str(file.path), f"{CONFIG} is missing beside it; copy or download it as well."
            )
        return read_json(file.config)
    if _TOOLS_SETTINGS in metadata:
        values = _json_object(metadata[_TOOLS_SETTINGS])
        kind = str(values.get("adapter_type", "lora"))
        return {"lora_alpha": values.get("alpha"), "peft_type": kind.upper()}
    values = _json_object(metadata.get(_DIFFUSERS_SETTINGS, "{}"))
    prefix = f"{component}."
    own = {key.removeprefix(prefix): each for key, each in values.items() if key.startswith(prefix)}
    return own or values  # those of one network alone have no prefix


def _json_object(text: str) -> dict[str, Any]:
    try:
        return dict(parse_json(text))
    except (TypeError, ValueError) as error:
        raise ValueError("its settings are no JSON object") from error


def _apart(layer: LayerName, change: LowRankChange) -> Mapping[LayerName, LowRankChange]:
    """The changes of the layers that a layer is in diffusers, which share what is before them.

    Raises:
        ValueError: They cannot be of equal size.
    """
    names = (layer.layer,) if layer.is_flat else joined_layers(layer.layer)
    if layer.component != COMPONENT or len(names) == 1:
        return {layer: change}
    if len(change.up) % len(names):
        raise ValueError(f"it holds parts of {layer.layer} that do not belong together")
    parts = change.up.chunk(len(names))
    return {
        replace(layer, layer=name): replace(change, up=up)
        for name, up in zip(names, parts, strict=True)
    }


def _change_of(layer: LayerName, roles: Mapping[Role, Tensor], scaling: Scaling) -> LowRankChange:
    """The change of a layer.

    Raises:
        ValueError: A part is missing, or the parts do not fit each other.
    """
    if Role.DOWN not in roles or Role.UP not in roles:
        raise ValueError(f"it lacks a part of {layer.layer}; copy or download it again")
    down, up = roles[Role.DOWN], roles[Role.UP]
    alpha = roles.get(Role.ALPHA)
    is_pair = min(down.dim(), up.dim()) >= 2 and up.shape[1:].numel() == down.shape[0] > 0
    if not is_pair or (alpha is not None and alpha.numel() != 1):
        raise ValueError(f"it holds parts of {layer.layer} that do not belong together")
    factor = scaling.factor(layer.layer, len(down), None if alpha is None else float(alpha))
    return LowRankChange(down, up, factor)
