"""By how much a LoRA's changes are multiplied: alpha and r from its settings.

Kalajdzievski 2023, *A Rank Stabilization Scaling Factor for Fine-Tuning with LoRA*, arXiv
2312.03732: with rank stabilisation the factor is alpha / sqrt(r) in place of alpha / r.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

_PLAIN_NAME = re.compile(r"\^?[\w.]+\$?", re.ASCII)
_CHANGES_THE_MODEL = ("pissa", "olora", "corda", "loftq", "lora_ga")
"""Ways to begin a training that change the model's own weights as well."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """The settings of a LoRA that its tensors do not say, as PEFT names them.

    Attributes:
        r: Rank of each layer without a rank of its own; None = as the tensors say.
        lora_alpha: Alpha of each layer without one of its own; None = the rank.
        use_rslora: Whether the factor is rank-stabilised.
        rank_pattern: Ranks by the ends of layers' names.
        alpha_pattern: Alphas likewise.
    """

    r: int | None = None
    lora_alpha: float | None = None
    use_rslora: bool = False
    rank_pattern: Mapping[str, int] = field(default_factory=dict)
    alpha_pattern: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """From the values of an adapter_config.json.

        Raises:
            ValueError: It is of another method than LoRA, or a value cannot be used; the text is a
                clause about the settings.
        """
        others = {
            str(config.get("peft_type", "LORA")): config.get("peft_type", "LORA") != "LORA",
            "DoRA": config.get("use_dora"),
            "repeated layers": config.get("layer_replication"),
        }
        if wanted := [name for name, is_wanted in others.items() if is_wanted]:
            raise ValueError(
                f"its settings ask for {wanted[0]}, and Tessera merges plain LoRAs only"
            )
        beginning = str(config.get("init_lora_weights")).lower()
        if beginning.startswith(_CHANGES_THE_MODEL):
            raise ValueError(
                f"its settings say that it began with {beginning}, which changes the model itself; "
                "convert it to a plain LoRA"
            )
        r, alpha = config.get("r"), config.get("lora_alpha")
        return cls(
            r=None if r is None else _positive_whole(r),
            lora_alpha=None if alpha is None else _finite(alpha),
            use_rslora=config.get("use_rslora") is True,
            rank_pattern={
                _name(key): _positive_whole(each) for key, each in _pattern(config, "rank")
            },
            alpha_pattern={_name(key): _finite(each) for key, each in _pattern(config, "alpha")},
        )

    def factor(self, layer: str, rank: int, alpha: float | None = None) -> float:
        """What a layer's change is multiplied by.

        Args:
            layer: The layer's name.
            rank: Its rank.
            alpha: Its own alpha, where the file has one.

        Raises:
            ValueError: The settings state another rank.
        """
        stated = _match(self.rank_pattern, layer, self.r)
        if stated is not None and stated != rank:
            raise ValueError(f"its settings say rank {stated}, but {layer} has rank {rank}")
        if alpha is None:
            alpha = _match(self.alpha_pattern, layer, self.lora_alpha)
        if alpha is None:
            return 1.0
        return alpha / (math.sqrt(rank) if self.use_rslora else rank)


def _match(pattern: Mapping[str, Any], layer: str, default: Any) -> Any:
    """The value of the first name that a layer's name ends with, as PEFT looks it up."""
    for key, value in pattern.items():
        name = key.removeprefix("^")
        if layer == name or (name == key and layer.endswith(f".{name}")):
            return value
    return default


def _pattern(config: Mapping[str, Any], name: str) -> list[tuple[Any, Any]]:
    try:
        return list((config.get(f"{name}_pattern") or {}).items())
    except AttributeError as error:
        raise ValueError(f"its settings hold no values by name as {name}_pattern") from error


def _name(key: str) -> str:
    """A layer's name; other regular expressions may take for ever, and are refused."""
    if not _PLAIN_NAME.fullmatch(key):
        raise ValueError(
            f"its settings name layers by the pattern {key[:80]}, which Tessera does not read"
        )
    return key.removesuffix("$")


def _positive_whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"its settings hold the rank {value!r}, which is no whole number above 0")
    return value


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise ValueError(f"its settings hold the alpha {value!r}, which cannot be used")
    return float(value)
