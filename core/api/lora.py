"""A LoRA of a request: a small file of changes to a model's weights, and how strongly they count.

Hu et al. 2021, *LoRA: Low-Rank Adaptation of Large Language Models*, arXiv 2106.09685.
"""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from core.api.errors import InvalidRequestError
from core.api.field_checks import check_number

MAX_LORAS = 16
MAX_LORA_WEIGHT = 10.0
PEFT_FILE, DIFFUSERS_FILE = "adapter_model", "pytorch_lora_weights"
"""The names, before the ending, that PEFT and diffusers give to the file of every LoRA."""
_MAX_PATH_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA in a request.

    Attributes:
        path: Its folder or file.
        weight: Its changes are multiplied by this, -10 to 10; 1 is how it was trained.
    """

    path: str
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.path, str) or not self.path.strip():
            raise InvalidRequestError("loras", "A LoRA has to be a folder or a file.")
        if len(self.path) > _MAX_PATH_CHARACTERS or "\x00" in self.path:
            raise InvalidRequestError("loras", "The path of a LoRA cannot be one on this system.")
        check_number(
            "loras", "The weight of a LoRA", self.weight, -MAX_LORA_WEIGHT, MAX_LORA_WEIGHT
        )

    @property
    def name(self) -> str:
        """Its file's or folder's name; the folder's where the file's says nothing."""
        place = PurePath(self.path)
        if place.suffix and place.stem in (PEFT_FILE, DIFFUSERS_FILE):
            place = place.parent
        return place.name.removesuffix(".safetensors") or self.path


def as_loras(values: object) -> tuple[Lora, ...]:
    """LoRAs, from LoRAs or plain values of a file.

    Raises:
        InvalidRequestError: They are not a list of paths and weights, or too many.
    """
    if not isinstance(values, list | tuple):
        raise InvalidRequestError("loras", "The LoRAs have to be a list.")
    if len(values) > MAX_LORAS:
        raise InvalidRequestError(
            "loras", f"There are {len(values)} LoRAs; use {MAX_LORAS} or fewer."
        )
    return tuple(map(_as_lora, values))


def _as_lora(value: Any) -> Lora:
    try:
        return value if isinstance(value, Lora) else Lora(**value)
    except TypeError as error:
        raise InvalidRequestError(
            "loras", f"A LoRA needs a path and a weight, not {value!r}."
        ) from error
